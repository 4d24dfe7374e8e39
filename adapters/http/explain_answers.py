"""What can be done with an order or an entitlement now: every command decided on its stream."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from aanspraak.application.explaining import Explained, explain
from aanspraak.application.explaining_entitlements import asks_of_entitlement
from aanspraak.application.explaining_orders import Surroundings, asks_of_order
from aanspraak.domain import ids
from aanspraak.domain.contract_terms import ContractTerms
from aanspraak.domain.delivery_order import state as orders
from aanspraak.domain.entitlement import evolve as entitlements
from aanspraak.domain.entitlement.events import EntitlementCreated
from aanspraak.domain.errors import UnknownDeliveryOrder, UnknownEntitlement
from adapters.postgres.event_codec import topic_of
from adapters.postgres.event_log import read_many
from adapters.postgres.reads import Reads
from adapters.wire import explain_v1 as wire
from projections.explain_words import say_ask, say_rule, say_what_follows

Connections = AsyncConnectionPool[AsyncConnection[Any]]
TermsOf = Callable[[str | None], Awaitable[ContractTerms]]
"""On which terms orders under a contract are taken."""


async def explained_entitlement(
    pool: Connections, entitlement_id: UUID, now: datetime, language: str
) -> wire.Explanation:
    """What can be done with an entitlement; raises UnknownEntitlement."""
    state = entitlements.replay(await _facts(pool, entitlement_id, EntitlementCreated))
    if state is None:
        raise UnknownEntitlement
    found = explain(state, asks_of_entitlement(state, now))
    return wire.Explanation(
        delivery_order_id=state.created.delivery_order_id,
        entitlement_id=entitlement_id,
        state=state.status.value,
        as_of=now,
        commands=_commands(found, entitlement_id, state.created, now, language),
    )


async def explained_order(
    pool: Connections, terms_of: TermsOf, delivery_order_id: UUID, now: datetime, language: str
) -> wire.Explanation:
    """What can be done with an order; raises UnknownDeliveryOrder."""
    stream = ids.order_stream(delivery_order_id)
    state = orders.replay(await _facts(pool, stream, None))
    if state is None:
        raise UnknownDeliveryOrder
    around = Surroundings(
        delivery_order_id=delivery_order_id,
        in_use=await Reads(pool).in_use(stream),
        contract=await terms_of(state.received.contract_id if state.received else None),
        now=now,
    )
    found = explain(state, asks_of_order(state, around))
    return wire.Explanation(
        delivery_order_id=delivery_order_id,
        state=state.status.value if state.received else None,
        as_of=now,
        commands=_commands(found, stream, None, now, language),
    )


async def _facts(pool: Connections, stream: UUID, first: type | None) -> list[Any]:
    """The facts of a stream; none when it does not begin as it should."""
    async with pool.connection() as conn:
        history = (await read_many(conn, [stream]))[stream]
    facts = [recorded.event for recorded in history]
    if first is not None and facts and not isinstance(facts[0], first):
        return []
    return facts


def _commands(
    found: Sequence[Explained],
    stream: UUID,
    created: EntitlementCreated | None,
    now: datetime,
    language: str,
) -> tuple[wire.ExplainedCommand, ...]:
    return tuple(
        wire.ExplainedCommand(
            command=one.ask.name,
            by=one.ask.by,
            partner=one.ask.partner,
            text=say_ask(one.ask.name, one.ask.partner, language),
            outcome=one.outcome,
            rule=one.rule or None,
            status=one.code,
            why=say_rule(one.rule, one.detail, language) if one.rule else None,
            follows=say_what_follows(one.facts, stream, created, now, language),
            topics=tuple(topic_of(fact) for fact in one.facts),
        )
        for one in found
    )

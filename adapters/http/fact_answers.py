"""Facts of the log with who acted and why: one answer for the API, the console and the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from aanspraak.domain.delivery_order.events import DeliveryOrderReceived
from aanspraak.domain.recorded import Recorded
from adapters.postgres.event_codec import topic_of
from adapters.postgres.event_log import read_first
from adapters.postgres.reads_facts import Asked, facts_found, story_of
from adapters.postgres.reads_incidents import said
from adapters.postgres.vault import Vault
from adapters.wire import facts_v1 as wire
from projections.fact_tree import Branch, because_of, tree


async def answer_facts(conn: AsyncConnection[Any], vault: Vault, asked: Asked) -> wire.FactsFound:
    """The newest of the facts that are asked for."""
    found = await facts_found(conn, asked)
    told = [Branch(each, because_of(each.causation_id), 0) for each in found.facts]
    shown = await _shown(conn, vault, told)
    return wire.FactsFound(facts=shown, looked_to=found.looked_to, before=found.before)


async def answer_story(
    conn: AsyncConnection[Any], vault: Vault, position: int
) -> wire.Story | None:
    """The story of the fact at a position; None when there is no such fact."""
    found = await story_of(conn, position)
    if found is None:
        return None
    correlation_id = next(iter(found.facts)).correlation_id
    shown = await _shown(conn, vault, list(tree(found.facts)))
    return wire.Story(correlation_id=correlation_id, facts=shown, more=found.more)


async def _shown(
    conn: AsyncConnection[Any], vault: Vault, told: Sequence[Branch]
) -> tuple[wire.Fact, ...]:
    facts = [each.recorded for each in told]
    names, texts = await said(conn, vault, facts)
    begun = await read_first(conn, list({each.stream_id for each in facts}))
    return tuple(_fact(each, names, texts, begun.get(each.recorded.stream_id)) for each in told)


def _fact(
    branch: Branch, names: dict[str, str], texts: dict[UUID, str], begun: Recorded | None
) -> wire.Fact:
    each = branch.recorded
    first = begun.event if begun is not None else None
    return wire.Fact(
        position=each.position,
        recorded_at=each.recorded_at,
        topic=topic_of(each.event),
        stream_id=each.stream_id,
        version=each.version,
        actor=each.actor,
        by=names.get(each.actor) or None,
        reason=texts.get(getattr(each.event, "reason_id", None) or UUID(int=0)),
        correlation_id=each.correlation_id,
        causation_id=each.causation_id,
        because=branch.because,
        depth=branch.depth,
        delivery_order_id=(
            first.delivery_order_id if isinstance(first, DeliveryOrderReceived) else None
        ),
        data=msgspec.to_builtins(each.event),
    )

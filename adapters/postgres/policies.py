"""The policies follower: folds facts into its counts and commits what they ask for, all in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aanspraak.application.code_policies import concern_of_stock
from aanspraak.application.concerns import concerns_of_order
from aanspraak.application.consent_policies import concern_of_consent, react_to_consents
from aanspraak.application.delivery_progress import OrderProgress
from aanspraak.application.policies import (
    entitle,
    incident_id,
    react,
    react_to_order,
    started,
)
from aanspraak.application.school_portals import catch_up, named_by
from aanspraak.domain.consent.events import ConsentTookEffect
from aanspraak.domain.delivery_order.events import (
    ConfirmationGivenUp,
    ConfirmationRejected,
    DeliveryOrderReceived,
    DeliveryOrderReleased,
    DeliveryOrderRequestRefused,
    ReferenceReused,
)
from aanspraak.domain.entitlement.events import EntitlementCreated
from aanspraak.domain.order_users.decide import USERS_PER_FACT
from aanspraak.domain.order_users.events import UsersListed
from aanspraak.domain.resolution.events import UsersResolved
from adapters.postgres.event_log import read_range
from adapters.postgres.group_commit import commit_group
from adapters.postgres.policy_codes import follow_codes
from adapters.postgres.policy_consents import fan_out_consent
from adapters.postgres.policy_counts import Counts, read_counts, write_counts
from adapters.postgres.policy_fan_outs import FANNED_OUT, fan_out
from adapters.postgres.policy_requests import remember_requests
from adapters.postgres.policy_rosters import ABOUT_ROSTER, follow_roster, received_order
from adapters.postgres.policy_schools import (
    ABOUT_PORTALS,
    fan_out_portals,
    school_of,
    schools_of,
)
from adapters.postgres.pools import Pools, RosterRules

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.application.concerns import Concern
    from aanspraak.application.handle import Submission
    from aanspraak.domain.recorded import Recorded

    TakeUp = Callable[[AsyncConnection[Any], Sequence[UUID]], Awaitable[Sequence[Submission]]]

FACTS_ASKED_AT_MOST: Final = 900
"""When so many facts may follow from what is asked, it is committed first."""
_ABOUT_ORDERS: Final = (
    DeliveryOrderRequestRefused,
    ReferenceReused,
    ConfirmationRejected,
    ConfirmationGivenUp,
)


class Policies:
    """What the follower does with a batch of facts.

    `take_up` gives the commands for activations that were held until their entitlement appeared,
    `pools` those for open orders. Without `asking` facts are folded and nothing is asked: so the
    tables are built anew from the log alone.
    """

    def __init__(self, take_up: TakeUp, pools: Pools | None = None, *, asking: bool = True) -> None:
        self._take_up = take_up
        self._pools = pools or Pools(RosterRules())
        self._asking = asking

    async def handle(self, conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> int:
        """Handle facts from the front, within the transaction that moves the bookmark.

        Returns how many. 0 is progress as well: a large order is entitled in parts, and the next
        call goes on with it.
        """
        counts = await _counts(conn, facts)
        asks: list[Submission] = []
        handled = await _handle_all(conn, facts, counts, asks)
        asks += await remember_requests(conn, facts[:handled])
        asks += await follow_codes(conn, facts[:handled])
        asks += react_to_consents(facts[:handled])
        asks += await self._take_up(conn, _created(facts[:handled]))
        await write_counts(conn, counts)
        asks += await counts.lists.write(conn)
        asks += await self._pools.follow(conn, facts[:handled], asking=self._asking)
        if self._asking:
            await self._commit(conn, asks)
        return handled

    async def _commit(self, conn: AsyncConnection[Any], asks: Sequence[Submission]) -> None:
        results = await commit_group(conn, asks)
        for result in results:
            if result.refusal is not None:
                raise result.refusal
        await self._pools.written(conn, results)


async def _handle_all(
    conn: AsyncConnection[Any],
    facts: Sequence[Recorded],
    counts: Counts,
    asks: list[Submission],
) -> int:
    """Facts from the front; one that is fanned out reads what was written, so it goes alone."""
    if isinstance(facts[0].event, ConsentTookEffect):
        return 1 if await fan_out_consent(conn, facts[0], asks) else 0
    if isinstance(facts[0].event, FANNED_OUT):
        counts.lists.follow(facts[0])
        return 1 if await fan_out(conn, facts[0], counts, asks) else 0
    if isinstance(facts[0].event, ABOUT_PORTALS):
        return 1 if await fan_out_portals(conn, facts[0], asks) else 0
    handled = 0
    for recorded in facts:
        if isinstance(recorded.event, (*FANNED_OUT, *ABOUT_PORTALS, ConsentTookEffect)):
            break
        handle = follow_roster if isinstance(recorded.event, ABOUT_ROSTER) else _handle
        if not await handle(conn, recorded, counts, asks):
            break
        _follow(recorded, counts)
        handled += 1
        if len(asks) * 2 > FACTS_ASKED_AT_MOST:
            break
    return handled


def _follow(recorded: Recorded, counts: Counts) -> None:
    """What is mended is off the lists of the incidents; what is wrong besides deliveries is on."""
    event = recorded.event
    besides = concern_of_consent(event) or concern_of_stock(event)
    if besides is not None:
        _list(recorded, recorded.stream_id, (besides,), counts)
    about = counts.entitlements.get(recorded.stream_id)
    counts.lists.follow(recorded, about.registry if about else "")


async def _counts(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> Counts:
    orders = [
        recorded.event.order
        for recorded in facts
        if isinstance(recorded.event, EntitlementCreated | UsersResolved)
    ]
    counts = await read_counts(conn, [recorded.stream_id for recorded in facts], orders)
    counts.schools = await schools_of(conn, facts)
    return counts


async def _handle(
    conn: AsyncConnection[Any], recorded: Recorded, counts: Counts, asks: list[Submission]
) -> bool:
    """Handle one fact; False when there is more to do of it than fits now."""
    event = recorded.event
    if isinstance(event, DeliveryOrderReceived):
        progress = OrderProgress(expected=event.users_count, portals=named_by(event))
        counts.orders.setdefault(recorded.stream_id, progress)
        counts.touched_orders.add(recorded.stream_id)
        return event.held or await _entitle(conn, recorded, event, counts, asks)
    if isinstance(event, DeliveryOrderReleased):
        received = await received_order(conn, recorded.stream_id)
        return await _entitle(conn, recorded, received, counts, asks)
    if isinstance(event, _ABOUT_ORDERS):
        asks += react_to_order(recorded)
        _list(recorded, recorded.stream_id, concerns_of_order(event), counts)
        return True
    if isinstance(event, EntitlementCreated):
        _create(recorded, event, counts, asks)
    if recorded.stream_id in counts.entitlements:
        _react(recorded, counts, asks)
    return True


def _create(
    recorded: Recorded, created: EntitlementCreated, counts: Counts, asks: list[Submission]
) -> None:
    counts.set_entitlement(recorded.stream_id, started(created))
    if created.school_id is not None:
        school = counts.schools[created.school_id]
        asks += catch_up(recorded, created, counts.orders[created.order], school)


async def _entitle(
    conn: AsyncConnection[Any],
    recorded: Recorded,
    received: DeliveryOrderReceived,
    counts: Counts,
    asks: list[Submission],
) -> bool:
    """Ask for entitlements for the next part of the users; True after the last part."""
    order = recorded.stream_id
    asked = counts.asked.get(order, 0)
    if asked < received.users_count:
        if asks and len(asks) + received.users_count - asked > USERS_PER_FACT:
            return False
        users = await _users(conn, received.users_stream, asked // USERS_PER_FACT)
        school = await school_of(conn, received, counts)
        asks += entitle(recorded, received, users, school)
        asked += len(users.subject_ids)
        counts.asked[order] = asked
        counts.touched_orders.add(order)
    return asked >= received.users_count


async def _users(conn: AsyncConnection[Any], stream: UUID, parts_done: int) -> UsersListed:
    (part,) = await read_range(conn, stream, stream, after_version=parts_done, limit=1)
    event = part.event
    if not isinstance(event, UsersListed):
        raise TypeError(event)
    return event


def _react(recorded: Recorded, counts: Counts, asks: list[Submission]) -> None:
    entitlement = counts.entitlements[recorded.stream_id]
    reaction = react(recorded, entitlement, counts.orders[entitlement.order])
    if reaction.entitlement != entitlement:
        counts.set_entitlement(recorded.stream_id, reaction.entitlement)
    if reaction.order != counts.orders[entitlement.order]:
        counts.set_order(entitlement.order, reaction.order)
    asks += reaction.asks
    _list(recorded, entitlement.order, reaction.concerns, counts)


def _list(recorded: Recorded, about: UUID, concerns: Sequence[Concern], counts: Counts) -> None:
    """What is wrong is on the list of its incident from the fact on that tells of it."""
    when = recorded.position, recorded.recorded_at
    for concern in concerns:
        item = (incident_id(concern, about), recorded.stream_id, concern.kind)
        counts.lists.add(item, when, concern.party)


def _created(facts: Sequence[Recorded]) -> list[UUID]:
    return [
        recorded.stream_id for recorded in facts if isinstance(recorded.event, EntitlementCreated)
    ]

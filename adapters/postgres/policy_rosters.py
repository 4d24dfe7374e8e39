"""What the policies ask for when the roster of a school changed whom an open order is for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from aanspraak.application.following import (
    LEAVERS_HELD_BACK,
    ROSTER,
    WAITING_ON_ROSTER,
    entitle_joined,
    hold_back,
    incident_about,
    mended,
    withdraw_left,
)
from aanspraak.domain.delivery_order.events import DeliveryOrderReceived
from aanspraak.domain.order_users.decide import USERS_PER_FACT
from aanspraak.domain.resolution.events import (
    FollowingEnded,
    HoldingBackEnded,
    LeaversHeldBack,
    LeaversReleased,
    UsersResolved,
)
from adapters.postgres.event_log import read_many
from adapters.postgres.policy_schools import school_of
from adapters.postgres.pool_facts import is_followed
from adapters.postgres.pool_resolutions import never_given

if TYPE_CHECKING:
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.application.handle import Submission
    from aanspraak.domain.recorded import Recorded
    from adapters.postgres.policy_counts import Counts

ABOUT_ROSTER: Final = (
    UsersResolved,
    LeaversHeldBack,
    LeaversReleased,
    HoldingBackEnded,
    FollowingEnded,
)


async def follow_roster(
    conn: AsyncConnection[Any], recorded: Recorded, counts: Counts, asks: list[Submission]
) -> bool:
    """Ask for what a resolution means; False when there is no room for it among what is asked."""
    event = recorded.event
    if isinstance(event, UsersResolved):
        return await _resolved(conn, recorded, event, counts, asks)
    if isinstance(event, LeaversHeldBack):
        item = (incident_about(event.order, LEAVERS_HELD_BACK), event.order, LEAVERS_HELD_BACK)
        counts.lists.add(item, (recorded.position, recorded.recorded_at), ROSTER)
        asks.append(hold_back(recorded, event))
    if isinstance(event, LeaversReleased | HoldingBackEnded | FollowingEnded):
        asks.append(mended(recorded, event.order, LEAVERS_HELD_BACK))
    return True


async def _resolved(
    conn: AsyncConnection[Any],
    recorded: Recorded,
    resolved: UsersResolved,
    counts: Counts,
    asks: list[Submission],
) -> bool:
    """Whoever joined is entitled, unless the order is being cancelled; whoever left loses it."""
    changed = len(resolved.subject_ids) + len(resolved.left_subject_ids)
    if asks and len(asks) + changed > USERS_PER_FACT:
        return False
    asks += withdraw_left(recorded, resolved, await never_given(conn, resolved))
    if resolved.subject_ids and await is_followed(conn, resolved.order):
        received = await received_order(conn, resolved.order)
        school = await school_of(conn, received, counts)
        asks += entitle_joined(recorded, received, school, resolved)
        order = counts.orders[resolved.order]
        if not order.expected:
            asks.append(mended(recorded, resolved.order, WAITING_ON_ROSTER))
        more = order.expected + len(resolved.subject_ids)
        counts.set_order(resolved.order, replace(order, expected=more))
    return True


async def received_order(conn: AsyncConnection[Any], order: UUID) -> DeliveryOrderReceived:
    """How the order came; the stream of an order is short."""
    history = await read_many(conn, [order])
    found = (one.event for one in history[order])
    return next(event for event in found if isinstance(event, DeliveryOrderReceived))

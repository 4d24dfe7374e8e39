"""What the roster of a school says of what an open order selects, when the order arrives."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from aanspraak.domain.roster.decide import VOCATIONAL
from adapters.http.order_persons import NamedSchools
from adapters.http.services import Services
from adapters.postgres import roster_wanted
from adapters.postgres.pools import TARGETS
from adapters.postgres.roster import RosterState, known, targets_known
from adapters.wire.delivery_v2 import DeliveryOrder

SELECTING: Final = ("study", "subject", "group")
FRESH: Final = timedelta(minutes=1)
"""So old a roster may be to refuse something by it: the school may have made it this morning. And
so often at most an administration that fails is asked again for it."""
LOOK_SECONDS: Final = 0.25


@dataclass(frozen=True, kw_only=True, slots=True)
class InRoster:
    """`unknown` are places in the selection that the school does not know.

    `no_source`: the school is of a sector without an administration that can be asked, and no file
    was imported for it.
    """

    unknown: tuple[int, ...] = ()
    no_source: bool = False


async def look_up_selection(
    services: Services, order: DeliveryOrder, schools: NamedSchools
) -> InRoster:
    """Nothing is unknown before a roster was taken: then the order waits for it.

    What the last one lacks is looked up in a fresh one, and is not unknown while there is none.
    """
    if order.delivery_type not in TARGETS or schools.school is None:
        return InRoster()
    school_id = schools.school.school_id
    async with services.pool.connection() as conn:
        found = await _look_up(conn, order, school_id)
    if not found.unknown:
        return found
    if not await _pulled_afresh(services, school_id):
        return InRoster()
    async with services.pool.connection() as conn:
        return await _look_up(conn, order, school_id)


async def _look_up(conn: AsyncConnection[Any], order: DeliveryOrder, school_id: UUID) -> InRoster:
    kind, roster = TARGETS[order.delivery_type], await known(conn, school_id)
    if roster is None or roster.last_success_at is None:
        return InRoster(no_source=roster is not None and roster.sector == VOCATIONAL)
    if kind not in SELECTING:
        return InRoster()
    targets = await targets_known(conn, school_id, kind)
    selection = order.delivery_specification.selection()
    return InRoster(
        unknown=tuple(place for place, (target, _) in enumerate(selection) if target not in targets)
    )


async def _pulled_afresh(services: Services, school_id: UUID) -> bool:
    """Have the roster pulled, and wait for that a moment; a file is as fresh as it gets.

    False when nobody could pull it meanwhile.
    """
    now = services.now()
    async with services.pool.connection() as conn:
        roster = await known(conn, school_id)
        if roster is None or _is_fresh(roster, now):
            return True
        if roster.failures and _tried_since(roster, now - FRESH):
            return False
        if not await roster_wanted.want(conn, [school_id], now, None):
            return True
    looks = int(services.settings.roster_wait_seconds / LOOK_SECONDS)
    for _ in range(looks):
        await asyncio.sleep(LOOK_SECONDS)
        async with services.pool.connection() as conn:
            if not await roster_wanted.is_wanted(conn, school_id, now):
                return True
            roster = await known(conn, school_id)
        if roster is None or (roster.failures and _tried_since(roster, now)):
            return False
    return False


def _tried_since(roster: RosterState, moment: datetime) -> bool:
    return roster.last_attempt_at is not None and roster.last_attempt_at >= moment


def _is_fresh(roster: RosterState, now: datetime) -> bool:
    return roster.last_success_at is not None and roster.last_success_at >= now - FRESH

"""What an operator decided about a school's portals: asked of all its entitlements, in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from aanspraak.application.school_portals import change
from aanspraak.domain import ids
from aanspraak.domain.delivery_order.events import DeliveryOrderReceived
from aanspraak.domain.entitlement.events import EntitlementCreated
from aanspraak.domain.school.events import PortalAdded, PortalRemoved, PortalReplaced
from aanspraak.domain.school.state import SchoolPortals, replay
from adapters.postgres.event_log import read_many
from adapters.postgres.policy_counts import SQL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from psycopg import AsyncConnection

    from aanspraak.application.handle import Submission
    from aanspraak.domain.recorded import Recorded
    from adapters.postgres.policy_counts import Counts

ABOUT_PORTALS: Final = (PortalAdded, PortalRemoved, PortalReplaced)
PART: Final = 300
"""Entitlements at a time: up to three facts follow for each, and a transaction holds some 1,000."""
FIRST: Final = UUID(int=0)


async def read_schools(
    conn: AsyncConnection[Any], school_ids: Iterable[UUID | None]
) -> dict[UUID, SchoolPortals]:
    """What was decided of these schools until now; of most, nothing was.

    Read from the log itself, so it may be newer than the fact that asks: whoever was asked for
    less is asked again when the policies come by that decision.
    """
    streams = {ids.school_stream(one): one for one in set(school_ids) if one is not None}
    if not streams:
        return {}
    histories = await read_many(conn, list(streams))
    return {
        streams[stream]: replay(
            one.event for one in history if isinstance(one.event, ABOUT_PORTALS)
        )
        for stream, history in histories.items()
    }


async def schools_of(
    conn: AsyncConnection[Any], facts: Sequence[Recorded]
) -> dict[UUID, SchoolPortals]:
    """What was decided of the schools for which something is ordered or created here."""
    events = [recorded.event for recorded in facts]
    named = (
        event.school_id
        for event in events
        if isinstance(event, DeliveryOrderReceived | EntitlementCreated)
    )
    return await read_schools(conn, named)


async def school_of(
    conn: AsyncConnection[Any], received: DeliveryOrderReceived, counts: Counts
) -> SchoolPortals | None:
    """What was decided of the school of an order, which may have come before this batch."""
    school_id = received.school_id
    if school_id is None:
        return None
    if school_id not in counts.schools:
        counts.schools |= await read_schools(conn, [school_id])
    return counts.schools[school_id]


async def fan_out_portals(
    conn: AsyncConnection[Any], recorded: Recorded, asks: list[Submission]
) -> bool:
    """Ask the next part; False when there are more. What was counted before must be written."""
    event = recorded.event
    if not isinstance(event, ABOUT_PORTALS):
        raise TypeError(event)
    cursor = await conn.execute(SQL["read_fan_out"], {"position": recorded.position})
    row = await cursor.fetchone()
    wanted = {"school_id": event.school_id, "after": row[0] if row else FIRST, "most": PART}
    cursor = await conn.execute(SQL["entitlements_of_school"], wanted, prepare=False)
    part = await cursor.fetchall()
    school = (await read_schools(conn, [event.school_id]))[event.school_id]
    for entitlement_id, named in part:
        portals = None if named is None else tuple(named)
        asks.append(change(recorded, entitlement_id, portals, school))
    if len(part) == PART:
        after = {"position": recorded.position, "after": part[-1][0]}
        await conn.execute(SQL["write_fan_out"], after)
        return False
    await conn.execute(SQL["end_fan_out"], {"position": recorded.position})
    return True

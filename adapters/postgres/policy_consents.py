"""What a consent means for what was ordered: the portal is told how everything stands, in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from aanspraak.application.asking import ask
from aanspraak.domain.consent.events import ConsentTookEffect
from aanspraak.domain.consent_scopes import PORTAL_SCOPE, Scope
from aanspraak.domain.entitlement.commands import TellPortals
from adapters.postgres.policy_counts import SQL

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from aanspraak.application.handle import Submission
    from aanspraak.domain.recorded import Recorded

PART: Final = 400
"""Entitlements at a time: one fact follows for each, and a transaction holds some 1,000."""
FIRST: Final = UUID(int=0)


async def fan_out_consent(
    conn: AsyncConnection[Any], recorded: Recorded, asks: list[Submission]
) -> bool:
    """Ask the next part; False when there are more. What was counted before must be written."""
    event = recorded.event
    if not isinstance(event, ConsentTookEffect):
        raise TypeError(event)
    if Scope(event.api, event.scope) != PORTAL_SCOPE:
        return True
    cursor = await conn.execute(SQL["read_fan_out"], {"position": recorded.position})
    row = await cursor.fetchone()
    wanted = {
        "school_id": event.school_id,
        "portal": event.partner,
        "after": row[0] if row else FIRST,
        "most": PART,
    }
    cursor = await conn.execute(SQL["entitlements_for_portal"], wanted, prepare=False)
    part = [entitlement_id for (entitlement_id,) in await cursor.fetchall()]
    command = TellPortals(portals=(event.partner,), now=recorded.recorded_at)
    asks += [ask(recorded, entitlement_id, command) for entitlement_id in part]
    if len(part) == PART:
        after = {"position": recorded.position, "after": part[-1]}
        await conn.execute(SQL["write_fan_out"], after)
        return False
    await conn.execute(SQL["end_fan_out"], {"position": recorded.position})
    return True

"""Pausing a partner and sending to it again: the fact and the state of its flow in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.partner.commands import EndPause, PausePartner, ResumePartner
from adapters.postgres import flows
from adapters.postgres.channel import SQL
from adapters.postgres.group_commit import commit_group
from adapters.postgres.on_behalf import decide

if TYPE_CHECKING:
    from datetime import datetime

    from psycopg import AsyncConnection

    from adapters.postgres.flows import FlowRow
    from adapters.postgres.on_behalf import Operator

CLOCK = "clock"


async def pause(
    conn: AsyncConnection[Any],
    by: Operator,
    partner: str,
    now: datetime,
    until: datetime | None = None,
) -> FlowRow:
    """Send nothing to a partner until a moment, or until somebody resumes it; how it stands then.

    Raises PartnerIncomplete for one that is not registered.
    """
    command = PausePartner(partner=partner, until=until, reason_id=by.reason_id)
    async with conn.transaction():
        await flows.pause(conn, partner, now, until=until, reason_id=by.reason_id)
        await decide(conn, by, ids.partner_stream(partner), command)
    return await flows.read_flow(conn, partner)


async def resume(conn: AsyncConnection[Any], by: Operator, partner: str) -> FlowRow:
    """Send to a partner again now, paused or unreachable; how it stood before.

    Raises PartnerIncomplete for one that is not registered.
    """
    command = ResumePartner(partner=partner, reason_id=by.reason_id)
    before = await flows.read_flow(conn, partner)
    async with conn.transaction():
        await flows.resume(conn, partner)
        await decide(conn, by, ids.partner_stream(partner), command)
    return before


async def end_pauses(conn: AsyncConnection[Any], now: datetime) -> list[str]:
    """End the pauses whose planned end has come; whose those were."""
    async with conn.transaction():
        cursor = await conn.execute(SQL["pauses_over"], {"now": now})
        partners = [partner for (partner,) in await cursor.fetchall()]
        if partners:
            await conn.execute(SQL["end_pauses"], {"partners": partners})
            await conn.execute(SQL["wake"], {"partners": partners})
            await commit_group(conn, [_planned(partner, now) for partner in partners])
    return partners


def _planned(partner: str, now: datetime) -> Submission:
    return Submission(
        stream_id=ids.partner_stream(partner),
        command=EndPause(partner=partner),
        actor=CLOCK,
        correlation_id=f"clock/{now.isoformat()}",
        causation_id=f"clock/{now.isoformat()}/{partner}",
    )

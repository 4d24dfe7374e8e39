"""What time brings about for open orders: their period ends, or begins while nobody was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aanspraak.application.following import WAITING_ON_ROSTER, incident_about, look_at
from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.resolution.commands import EndFollowing
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

SQL: Final = load("pool")
ACTOR: Final = "clock"
AT_A_TIME: Final = 500


async def due_for_open_orders(conn: AsyncConnection[Any], now: datetime) -> list[Submission]:
    """The roster is followed up to the last day; from the first day on nobody found is an incident.

    What is unused when the period ends is over by its date: nobody is told, nothing is cancelled.
    """
    asked = {"today": day_of(now), "limit": AT_A_TIME}
    past = await _orders(conn, "past_their_period", asked)
    waiting = await _orders(conn, "waiting_since_their_start", {**asked, "kind": WAITING_ON_ROSTER})
    commands: list[tuple[UUID, UUID, object]] = [
        *((order, ids.resolution_stream(order), EndFollowing(order=order)) for order in past),
        *(
            (order, incident_about(order, WAITING_ON_ROSTER), look_at(order, WAITING_ON_ROSTER))
            for order in waiting
        ),
    ]
    return [
        Submission(
            stream_id=stream,
            command=command,
            actor=ACTOR,
            correlation_id=f"clock/{now.isoformat()}",
            causation_id=f"clock/{now.isoformat()}/{order}",
        )
        for order, stream, command in commands
    ]


async def _orders(conn: AsyncConnection[Any], query: str, asked: dict[str, object]) -> list[UUID]:
    cursor = await conn.execute(SQL[query], asked)
    return [order for (order,) in await cursor.fetchall()]

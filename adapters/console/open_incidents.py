"""What is wrong now with an order, or at a school: its open incidents."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from adapters.console.visits import Visit
from adapters.http.incident_answers import shown_incident
from adapters.http.trace_viewers import moment_of
from adapters.postgres import reads_incidents
from adapters.postgres.reads_incidents import Asked
from adapters.wire.incidents_v1 import IncidentTrace

MOST: Final = 20


async def open_incidents(
    visit: Visit, *, order_id: UUID | None = None, school_id: UUID | None = None
) -> tuple[IncidentTrace, ...]:
    """The newest of them, the newest first."""
    services = visit.services
    asked = Asked(
        now=services.now(),
        seconds=services.settings.overdue_seconds,
        order_id=order_id,
        school_id=school_id,
        open=True,
        limit=MOST,
    )
    async with services.pool.connection() as conn:
        rows = await reads_incidents.incidents(conn, asked)
    return tuple(shown_incident(row, moment_of(services), visit.language) for row in rows)

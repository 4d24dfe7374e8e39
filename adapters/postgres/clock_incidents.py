"""Incidents that time brings about or takes away: no message says that another did not come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.incident.commands import OpenIncident, ResolveIncident
from aanspraak.domain.incident.events import ENDED, MENDED
from aanspraak.domain.status_codes import ENTITLEMENT_OTHER, OTHER
from adapters.postgres.fetching import all_rows
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from psycopg import AsyncConnection

SQL: Final = load("clock")
ACTOR: Final = "clock"
OVERDUE: Final = "confirmation-overdue"
UNREACHABLE: Final = "partner-unreachable"
_CODES: Final[Mapping[str, int]] = {OVERDUE: ENTITLEMENT_OTHER, UNREACHABLE: OTHER}


async def of_partners(
    conn: AsyncConnection[Any], now: datetime, overdue_seconds: float
) -> list[Submission]:
    """One incident per partner that owes a confirmation, and one per partner that does not answer.

    Each is open for as long as it is so; what is open is not opened again.
    """
    patience = {"now": now, "seconds": overdue_seconds}
    overdue = await all_rows(conn, SQL["overdue_partners"], patience)
    unreachable = await all_rows(conn, SQL["unreachable_partners"])
    so = {
        *((OVERDUE, party) for (party,) in overdue),
        *((UNREACHABLE, party) for (party,) in unreachable),
    }
    known = await all_rows(conn, SQL["open_incidents"], {"kinds": list(_CODES)})
    already = {(kind, party): incident for incident, party, kind in known}
    return [
        *(_open(kind, party, now) for kind, party in sorted(so - already.keys())),
        *(_resolve(already[each], MENDED, now) for each in sorted(already.keys() - so)),
    ]


async def ended(conn: AsyncConnection[Any], now: datetime, today: date) -> list[Submission]:
    """Close the incidents of which all that they are about is over; `today` is of Amsterdam."""
    rows = await all_rows(conn, SQL["ended_incidents"], {"today": today})
    return [_resolve(incident, ENDED, now) for (incident,) in rows]


def _open(kind: str, party: str, now: datetime) -> Submission:
    code = _CODES[kind]
    command = OpenIncident(party=party, code=code, kind=kind, concerning=kind)
    return _submission(ids.incident_stream(party, code, kind), command, now)


def _resolve(incident: UUID, cause: str, now: datetime) -> Submission:
    return _submission(incident, ResolveIncident(cause=cause), now)


def _submission(stream: UUID, command: object, now: datetime) -> Submission:
    return Submission(
        stream_id=stream,
        command=command,
        actor=ACTOR,
        correlation_id=f"clock/{now.isoformat()}",
        causation_id=f"clock/{now.isoformat()}/{stream}",
    )

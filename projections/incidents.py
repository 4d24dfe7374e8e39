"""What should not have happened, and has to be looked at; or was looked at, or is no more?"""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from aanspraak.domain.incident.events import IncidentClosed, IncidentOpened, IncidentReopened
from aanspraak.domain.recorded import Recorded

NAME: Final = "incidents"
KEY: Final = ("incident_id",)
ABOUT: Final[frozenset[type]] = frozenset({IncidentOpened, IncidentReopened, IncidentClosed})


class Incident(NamedTuple):
    """One incident per party, code and what it concerns; the policies keep its list.

    `kind`, `entitlement_id` and `text_id` (the partner's own words) are those it opened with last,
    at `opened_at`; `times` says how often that was. While it is open nothing closed it.
    """

    incident_id: UUID
    party: str
    code: int
    kind: str
    concerning: str
    order_id: UUID | None
    entitlement_id: UUID | None
    text_id: UUID | None
    first_opened_at: datetime
    opened_at: datetime
    times: int
    closed_at: datetime | None
    closed_cause: str | None
    closed_by: str | None
    reason_id: UUID | None


def keys(recorded: Recorded) -> tuple[tuple[UUID], ...]:
    """The incident a fact is about."""
    return ((recorded.stream_id,),) if type(recorded.event) in ABOUT else ()


def fold(row: Incident | None, recorded: Recorded) -> Incident | None:
    """Apply one fact."""
    event = recorded.event
    match event:
        case IncidentOpened() if row is None:
            return _opened(recorded, event)
        case IncidentReopened() if row is not None:
            return row._replace(
                kind=event.kind,
                entitlement_id=event.entitlement_id,
                text_id=event.text_id or row.text_id,
                opened_at=recorded.recorded_at,
                times=row.times + 1,
                closed_at=None,
                closed_cause=None,
                closed_by=None,
                reason_id=None,
            )
        case IncidentClosed() if row is not None:
            return row._replace(
                closed_at=recorded.recorded_at,
                closed_cause=event.cause,
                closed_by=recorded.actor,
                reason_id=event.reason_id,
            )
        case _:
            return row


def _opened(recorded: Recorded, event: IncidentOpened) -> Incident:
    return Incident(
        incident_id=recorded.stream_id,
        party=event.party,
        code=event.code,
        kind=event.kind,
        concerning=event.concerning,
        order_id=event.order,
        entitlement_id=event.entitlement_id,
        text_id=event.text_id,
        first_opened_at=recorded.recorded_at,
        opened_at=recorded.recorded_at,
        times=1,
        closed_at=None,
        closed_cause=None,
        closed_by=None,
        reason_id=None,
    )

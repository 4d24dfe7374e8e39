"""What should not have happened, and has to be looked at?"""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from aanspraak.domain.incident.events import IncidentOpened
from aanspraak.domain.recorded import Recorded

NAME: Final = "incidents"
KEY: Final = ("incident_id",)
ABOUT: Final[frozenset[type]] = frozenset({IncidentOpened})


class Incident(NamedTuple):
    """One incident per party, code and what it concerns; the policies keep its list."""

    incident_id: UUID
    party: str
    code: int
    kind: str
    concerning: str
    order_id: UUID | None
    entitlement_id: UUID | None
    text_id: UUID | None
    opened_at: datetime


def keys(recorded: Recorded) -> tuple[tuple[UUID], ...]:
    """The incident a fact is about."""
    return ((recorded.stream_id,),) if isinstance(recorded.event, IncidentOpened) else ()


def fold(row: Incident | None, recorded: Recorded) -> Incident | None:
    """It is opened once."""
    event = recorded.event
    if row is not None or not isinstance(event, IncidentOpened):
        return row
    return Incident(
        incident_id=recorded.stream_id,
        party=event.party,
        code=event.code,
        kind=event.kind,
        concerning=event.concerning,
        order_id=event.order,
        entitlement_id=event.entitlement_id,
        text_id=event.text_id,
        opened_at=recorded.recorded_at,
    )

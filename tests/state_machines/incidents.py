"""The machine of an incident."""

from __future__ import annotations

from uuid import UUID

from aanspraak.domain.incident.commands import (
    CloseIncident,
    OpenIncident,
    RecordSentAgain,
    ResolveIncident,
)
from aanspraak.domain.incident.events import IncidentClosed, IncidentSentAgain
from tests.state_machines.explore import History, Machine


def incident_name(history: History) -> str:
    if not history:
        return "nothing yet"
    closed = "open"
    for fact in history:
        if not isinstance(fact, IncidentSentAgain):
            closed = "closed" if isinstance(fact, IncidentClosed) else "open"
    return closed


INCIDENT = Machine(
    title="Incident",
    prose="One per party, code and order. It closes when an operator says so, when the cause is "
    "gone or when all it is about is over; when the cause comes back it opens again.",
    asks={
        "OpenIncident": OpenIncident(party="x", code=4099, kind="x", concerning="x"),
        "OpenIncident, about something else": OpenIncident(
            party="x", code=4099, kind="x", concerning="x", order=UUID(int=1), grows=True
        ),
        "CloseIncident": CloseIncident(reason_id=UUID(int=2)),
        "RecordSentAgain": RecordSentAgain(reason_id=UUID(int=3)),
        "ResolveIncident": ResolveIncident(cause="mended"),
    },
    name=incident_name,
)

"""What follows from facts about consents: somebody looks at what a partner did not take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.application.asking import ask
from aanspraak.domain import ids
from aanspraak.domain.consent.events import ConsentMessageGivenUp, ConsentMessageRejected
from aanspraak.domain.incident.commands import OpenIncident
from aanspraak.domain.status_codes import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aanspraak.application.handle import Submission
    from aanspraak.domain.recorded import Recorded


def react_to_consents(facts: Iterable[Recorded]) -> Iterator[Submission]:
    """An incident for each message about a consent that the partner did not take."""
    for recorded in facts:
        match recorded.event:
            case ConsentMessageRejected() as event:
                yield _incident(recorded, event.partner, "consent-message-rejected", event.status)
            case ConsentMessageGivenUp() as event:
                yield _incident(recorded, event.partner, "consent-message-given-up", None)
            case _:
                pass


def _incident(recorded: Recorded, party: str, kind: str, status: int | None) -> Submission:
    code, concerning = status or OTHER, str(recorded.stream_id)
    command = OpenIncident(party=party, code=code, kind=kind, concerning=concerning)
    return ask(recorded, ids.incident_stream(party, code, concerning), command)

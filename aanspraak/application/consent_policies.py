"""What follows from facts about consents: somebody looks at what a partner did not take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.application.asking import ask
from aanspraak.application.concerns import Concern
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
        if (concern := concern_of_consent(recorded.event)) is None:
            continue
        concerning = str(recorded.stream_id)
        command = OpenIncident(
            party=concern.party, code=concern.code, kind=concern.kind, concerning=concerning
        )
        stream = ids.incident_stream(concern.party, concern.code, concerning)
        yield ask(recorded, stream, command)


def concern_of_consent(event: object) -> Concern | None:
    """What somebody has to look at of a fact about a consent."""
    match event:
        case ConsentMessageRejected():
            code = event.status or OTHER
            return Concern(party=event.partner, code=code, kind="consent-message-rejected")
        case ConsentMessageGivenUp():
            return Concern(party=event.partner, code=OTHER, kind="consent-message-given-up")
        case _:
            return None

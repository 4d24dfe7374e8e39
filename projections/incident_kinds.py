"""The kinds of incidents in one table: how bad, what it means, what to do, and what closes it.

Texts are English and Dutch. `{party}` is the partner. A kind is added here with the code that opens
it; `aanspraak.application.mending` says which facts take its cause away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from projections.incident_kinds_of_partners import OF_PARTNERS
from projections.incident_kinds_of_supplies import OF_SUPPLIES
from projections.incident_kinds_of_the_hub import OF_THE_HUB
from projections.kind_of_incident import HIGH, ITSELF, Kind
from projections.languages import LANGUAGES

KINDS: Final[Mapping[str, Kind]] = {**OF_PARTNERS, **OF_THE_HUB, **OF_SUPPLIES}

_UNLISTED: Final = Kind(
    HIGH,
    ITSELF,
    ("something that should not be: {kind} at {party}", "iets dat niet hoort: {kind} bij {party}"),
    ("trace what it is about", "bekijk het spoor van waar het over gaat"),
)
"""For a kind that a newer release opened: what is not listed here is shown all the same."""


class Told(NamedTuple):
    """A kind in one language, of one partner."""

    severity: str
    explanation: str
    next_step: str


def tell(kind: str, party: str, language: str = "en") -> Told:
    """What a kind means and what to do, as sentences without a full stop."""
    known = KINDS.get(kind, _UNLISTED)
    nth = LANGUAGES.index(language)
    explanation, next_step = (
        texts[nth].replace("{party}", party).replace("{kind}", kind)
        for texts in (known.means, known.next_step)
    )
    return Told(known.severity, explanation, next_step)

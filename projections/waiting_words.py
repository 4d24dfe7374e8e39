"""What an operator can do about messages that nobody tries any more, in English and Dutch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.languages import LANGUAGES

if TYPE_CHECKING:
    from projections.order_trace import Waiting

STUCK: Final = (
    "{given_up} given up and {behind} waiting behind (such as a cancel behind a creation): {call}",
    "{given_up} opgegeven en {behind} daarachter (zoals annuleren achter aanmaken): {call}",
)
CALL: Final = (
    "ask {partner}, then `aanspraak send-again --partner {partner}`",
    "vraag {partner}, en dan `aanspraak send-again --partner {partner}`",
)


def advise(waiting: Waiting, language: str = "en") -> str | None:
    """What to do about it; None while it goes on by itself."""
    if not waiting.given_up:
        return None
    place, known = LANGUAGES.index(language), waiting._asdict()
    return STUCK[place].format_map({**known, "call": CALL[place].format_map(known)})

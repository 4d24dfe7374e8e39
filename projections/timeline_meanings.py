"""What the values of facts mean in a timeline's sentences, English and Dutch in one table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

Meanings = Mapping[object, tuple[str, str]]

_AT_THE_REGISTRY: Final[Meanings] = {
    "created": ("set it ready", "het klaar te zetten"),
    "entitled": ("let it be activated again", "het weer te laten activeren"),
    "licensed": ("let it be used again", "het weer te laten gebruiken"),
    "cancelled": ("cancel it", "het te annuleren"),
    "blocked": ("block it", "het te blokkeren"),
}
_AT_THE_PORTAL: Final[Meanings] = {
    "initialized": ("place the link", "de link te plaatsen"),
    "cancelled": ("take the link away", "de link weg te halen"),
    "blocked": (
        "take the link away while it is blocked",
        "de link weg te halen tijdens de blokkade",
    ),
}
_OF_A_LINK: Final[Meanings] = {
    "expired": ("expired", "verlopen"),
    "cancelled": ("cancelled", "vervallen"),
    "blocked": ("blocked", "geblokkeerd"),
}
_OF_AN_ENTITLEMENT: Final[Meanings] = {
    "created": ("created", "aangemaakt"),
    "entitled": ("ready to be activated", "klaar om te activeren"),
    "licensed": ("in use", "in gebruik"),
}
_OF_AN_ORDER: Final[Meanings] = {
    None: ("refused", "geweigerd"),
    "ordered": ("ordered", "besteld"),
    "processed": ("processed", "verwerkt"),
    "licensed": ("in use", "in gebruik"),
    "cancelled": ("cancelled", "geannuleerd"),
}
_WHY_IT_ENDS: Final[Meanings] = {
    "order": ("the order", "de order"),
    "operator": ("an operator", "een beheerder"),
    "forgotten": ("the user is forgotten", "de gebruiker is vergeten"),
    "leaver": ("the user left", "de gebruiker is weg"),
    "full": ("the number ordered is reached", "het bestelde aantal is bereikt"),
}
_WHY_IT_STAYS: Final[Meanings] = {
    "in-use": ("it is in use", "zij is in gebruik"),
    "registry": ("the registry refused", "de licentieregistratie weigerde"),
    "rejected": ("the message was rejected", "het bericht is afgewezen"),
}
_WHY_NOBODY_HAS_TO_LOOK: Final[Meanings] = {
    "operator": ("an operator closed it", "een beheerder sloot het"),
    "mended": ("its cause is gone", "de oorzaak is weg"),
    "ended": ("what it was about is over", "waar het over ging is voorbij"),
}
_WHY_NOT_SENT: Final[Meanings] = {
    "forgotten": ("the user is forgotten", "de gebruiker is vergeten"),
    "no-consent": ("the school does not consent", "de school geeft geen toestemming"),
}
_WHETHER_DONE: Final[Meanings] = {
    True: ("done", "geslaagd"),
    False: ("not done", "niet geslaagd"),
}

MEANINGS: Final[Mapping[tuple[str, str], Meanings]] = {
    ("registry-requested", "entitlement_status"): _AT_THE_REGISTRY,
    ("link-requested", "url_status"): _AT_THE_PORTAL,
    ("link-lost", "url_status"): _OF_A_LINK,
    ("link-withdrawn", "url_status"): _OF_A_LINK,
    ("unblocked", "entitlement_status"): _OF_AN_ENTITLEMENT,
    ("confirmation-issued", "new_status"): _OF_AN_ORDER,
    ("confirmation-issued", "success"): _WHETHER_DONE,
    ("cancellation-asked", "cause"): _WHY_IT_ENDS,
    ("cancelled", "cause"): _WHY_IT_ENDS,
    ("incident-closed", "cause"): _WHY_NOBODY_HAS_TO_LOOK,
    ("cancellation-refused", "reason"): _WHY_IT_STAYS,
    ("request-dropped", "reason"): _WHY_NOT_SENT,
}
"""Per kind of entry and detail; a value that is not listed is shown as it is."""


def shown(what: str, detail: str, value: object, language: int) -> str:
    """A detail of an entry in words; `language` is 0 for English and 1 for Dutch."""
    if known := MEANINGS.get((what, detail), {}).get(value):
        return known[language]
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, date) and language:
        return f"{value.day}-{value.month}-{value.year}"
    return "…" if value is None else str(value)

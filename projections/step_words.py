"""The steps from order to use and the states they can be in, English and Dutch in one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from projections.access import Step
from projections.languages import LANGUAGES

STEPS: Final[Mapping[str, tuple[str, str]]] = {
    "order": ("order", "order"),
    "entitlement": ("entitlement", "aanspraak"),
    "registry": ("licence registry {partner}", "licentieregistratie {partner}"),
    "link": ("link in {partner}", "toegangslink in {partner}"),
    "activation": ("use", "gebruik"),
}
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "ordered": ("ordered", "besteld"),
    "processed": ("delivered", "geleverd"),
    "licensed": ("in use", "in gebruik"),
    "held": ("waits for its release", "wacht op vrijgave"),
    "cancelling": ("being cancelled", "wordt geannuleerd"),
    "cancelled": ("cancelled", "vervallen"),
    "created": ("made", "gemaakt"),
    "entitled": ("ready", "staat klaar"),
    "blocked": ("blocked", "geblokkeerd"),
    "blocking": ("being blocked", "wordt geblokkeerd"),
    "block-refused": ("to be blocked, which was refused", "te blokkeren, maar dat is geweigerd"),
    "unblocking": ("being unblocked", "blokkade wordt opgeheven"),
    "waiting": ("not asked yet", "nog niet gevraagd"),
    "asked": ("asked, not taken yet", "gevraagd, nog niet aangenomen"),
    "taken": ("taken, not confirmed yet", "aangenomen, nog niet bevestigd"),
    "placed": ("placed", "geplaatst"),
    "assigned-by-school": ("assigned by the school", "door de school toegewezen"),
    "refused": ("refused", "geweigerd"),
    "dropped": ("not sent", "niet verstuurd"),
    "no-consent": ("not sent, without consent", "niet verstuurd, zonder toestemming"),
    "given-up": ("given up", "opgegeven"),
    "expired": ("expired", "verlopen"),
    "in-use": ("in use", "in gebruik"),
    "not-used": ("not used yet", "nog niet gebruikt"),
}


def say_step(step: Step, language: str) -> str:
    """A step and its state in a few words; a state of a newer release as it is."""
    place = LANGUAGES.index(language)
    said = STATES.get(step.state)
    state = said[place] if said else step.state
    return f"{STEPS[step.step][place].format(partner=step.partner or '…')}: {state}"

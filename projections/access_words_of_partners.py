"""The words for what is wrong at a registry, at a portal or with the use of a product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from projections.access_cause import Words

OF_PARTNERS: Final[Mapping[str, Words]] = {
    "being-asked": Words(
        "hub",
        ("{partner} is about to be asked", "{partner} wordt zo gevraagd"),
        (
            "wait a minute; if it stays so, look whether a follower stands still",
            "wacht een minuut; blijft het zo, kijk dan of er een volger stilstaat",
        ),
    ),
    "not-taken": Words(
        "hub",
        (
            "the message to {partner} was not taken yet",
            "het bericht aan {partner} is nog niet aangenomen",
        ),
        (
            "wait a minute: it is tried again by itself",
            "wacht een minuut: het wordt vanzelf opnieuw geprobeerd",
        ),
    ),
    "not-confirmed": Words(
        "partner",
        (
            "{partner} took the message and has not confirmed it",
            "{partner} nam het bericht aan en heeft niet bevestigd",
        ),
        (
            "ask {partner}, with the entitlementId",
            "vraag {partner}, met de entitlementId",
        ),
    ),
    "partner-away": Words(
        "partner",
        ("{partner} cannot be reached", "{partner} is onbereikbaar"),
        (
            "ask {partner}; the hub goes on by itself when it is back",
            "vraag {partner}; de hub gaat vanzelf verder als zij terug is",
        ),
    ),
    "partner-paused": Words(
        "operator",
        (
            "an operator has paused the messages to {partner}",
            "een beheerder heeft de berichten aan {partner} stilgezet",
        ),
        (
            "`aanspraak channel resume {partner}` when the reason is gone",
            "`aanspraak channel resume {partner}` als de reden weg is",
        ),
    ),
    "given-up": Words(
        "operator",
        (
            "{partner} never took the message, and it is tried no more",
            "{partner} nam het bericht nooit aan, en het wordt niet meer geprobeerd",
        ),
        (
            "ask {partner}, then `aanspraak send-again --partner {partner}`",
            "vraag {partner}, en dan `aanspraak send-again --partner {partner}`",
        ),
    ),
    "refused": Words(
        "partner",
        ("{partner} refused it (code {code})", "{partner} weigerde het (code {code})"),
        (
            "ask {partner} why; then send it again from the incident",
            "vraag {partner} waarom; stuur het dan opnieuw vanuit het incident",
        ),
    ),
    "not-sent": Words(
        "nobody",
        (
            "the message to {partner} was not sent: nobody knows any more whose it is",
            "het bericht aan {partner} is niet verstuurd: niemand weet nog van wie dit is",
        ),
        (
            "a new order, or the roster, makes a new person of the pupil",
            "een nieuwe order, of de administratie, maakt van de leerling een nieuw persoon",
        ),
    ),
    "no-consent": Words(
        "school",
        (
            "the school does not consent to {partner}, so nothing is sent there",
            "de school geeft {partner} geen toestemming, dus daar gaat niets heen",
        ),
        (
            "have the school consent to {partner}; the links follow by themselves",
            "laat de school {partner} toestemming geven; de links volgen vanzelf",
        ),
    ),
    "link-lost": Words(
        "portal",
        (
            "{partner} has the link no more ({state})",
            "{partner} heeft de toegangslink niet meer ({state})",
        ),
        (
            "ask {partner}; then send it again from the incident",
            "vraag {partner}; stuur het dan opnieuw vanuit het incident",
        ),
    ),
    "assigned-by-school": Words(
        "school",
        (
            "{partner} has it, and the school decides who sees it there",
            "{partner} heeft het, en de school bepaalt wie het daar ziet",
        ),
        (
            "refer to the administrator at the school",
            "verwijs naar de beheerder op de school",
        ),
    ),
    "used-by-another": Words(
        "registry",
        (
            "somebody else used it on {day}",
            "iemand anders gebruikte het op {day}",
        ),
        (
            "ask {partner} under which account it was activated",
            "vraag {partner} onder welk account het geactiveerd is",
        ),
    ),
}
"""Who `waits_for` a `partner`, waits for the one at that step."""

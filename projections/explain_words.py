"""The words for what can be done now and what is refused, English and Dutch in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.domain.recorded import Recorded
from projections.languages import LANGUAGES
from projections.timeline import entry_of
from projections.timeline_words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from aanspraak.domain.entitlement.events import EntitlementCreated

ASKS: Final[Mapping[str, tuple[str, str]]] = {
    "block": ("block it for a while", "tijdelijk blokkeren"),
    "unblock": ("lift the block", "de blokkade opheffen"),
    "send-again": (
        "send {partner} again what failed",
        "{partner} opnieuw sturen wat misging",
    ),
    "change-portals": (
        "have it go to another portal as well",
        "het ook naar een ander portaal laten gaan",
    ),
    "registry-confirms": (
        "{partner} confirms the last request",
        "{partner} bevestigt het laatste verzoek",
    ),
    "registry-refuses": (
        "{partner} refuses the last request",
        "{partner} weigert het laatste verzoek",
    ),
    "portal-confirms": (
        "{partner} confirms the last request about its link",
        "{partner} bevestigt het laatste verzoek over de toegangslink",
    ),
    "portal-refuses": (
        "{partner} refuses the last request about its link",
        "{partner} weigert het laatste verzoek over de toegangslink",
    ),
    "portal-reports-loss": (
        "{partner} reports that its link expired",
        "{partner} meldt dat de toegangslink verlopen is",
    ),
    "activate": ("{partner} reports use, today", "{partner} meldt gebruik, vandaag"),
    "create": ("the entitlement is made", "de aanspraak wordt gemaakt"),
    "request-links": (
        "have the links placed in its portals",
        "de toegangslinks laten plaatsen in de portalen",
    ),
    "tell-portals": (
        "tell its portals how it stands, as when the school consents again",
        "de portalen vertellen hoe het staat, zoals wanneer de school weer toestemt",
    ),
    "withdraw-links": ("have the links taken away", "de toegangslinks laten weghalen"),
    "cancel": ("cancel it", "annuleren"),
    "restore": (
        "tell the registry that it stays after all",
        "de licentieregistratie vertellen dat zij toch blijft",
    ),
    "message-taken": (
        "{partner} takes the last message",
        "{partner} neemt het laatste bericht aan",
    ),
    "message-rejected": (
        "{partner} rejects the last message",
        "{partner} wijst het laatste bericht af",
    ),
    "message-dropped": (
        "the last message to {partner} is not sent",
        "het laatste bericht aan {partner} wordt niet verstuurd",
    ),
    "message-given-up": (
        "the last message to {partner} is given up",
        "het laatste bericht aan {partner} wordt opgegeven",
    ),
    "order": ("a shop orders it (again)", "een bestelomgeving bestelt het (opnieuw)"),
    "ask-again": ("{partner} asks for the same again", "{partner} vraagt hetzelfde nog eens"),
    "cancel-order": ("{partner} cancels the order", "{partner} annuleert de order"),
    "lower-quantity": (
        "{partner} lowers the quantity as far as it goes",
        "{partner} verlaagt het aantal zo ver als kan",
    ),
    "raise-quantity": ("{partner} raises the quantity", "{partner} verhoogt het aantal"),
    "change-something-else": (
        "{partner} changes something else, such as the startDate",
        "{partner} wijzigt iets anders, zoals de startDate",
    ),
    "request-of-another-shop": (
        "another shop asks something about it",
        "een andere bestelomgeving vraagt er iets over",
    ),
    "release": ("release the order", "de order vrijgeven"),
    "complete": (
        "one more of its users has the product",
        "een gebruiker meer heeft het product",
    ),
    "license": ("somebody uses it", "iemand gebruikt het"),
    "end-cancellation": (
        "the registry has cancelled all of it",
        "de licentieregistratie heeft alles geannuleerd",
    ),
    "refuse-cancellation": (
        "the registry refused to cancel one of it",
        "de licentieregistratie weigerde er een te annuleren",
    ),
}
"""What is asked, by its name."""

RULES: Final[Mapping[str, tuple[str, str]]] = {
    "EntitlementIsCancelled": (
        "the entitlement is cancelled, and stays so",
        "de aanspraak is vervallen, en blijft dat",
    ),
    "in-use": (
        "it is in use: who activated it keeps it",
        "zij is in gebruik: wie geactiveerd heeft, houdt haar",
    ),
    "NotYours": ("it belongs to another partner", "het hoort bij een andere partij"),
    "UnknownReference": ("no such message was sent", "zo'n bericht is niet verstuurd"),
    "not-what-was-asked": (
        "this was not asked, or a newer request has undone it; it is kept, and looked at",
        "dit is niet gevraagd, of intussen teruggedraaid; het wordt bewaard en bekeken",
    ),
    "activated-while-cancelled": (
        "it is cancelled; the use is kept, and looked at",
        "zij is vervallen; het gebruik wordt bewaard en bekeken",
    ),
    "activated-while-blocked": (
        "it is blocked; the use is kept, and looked at",
        "zij is geblokkeerd; het gebruik wordt bewaard en bekeken",
    ),
    "activated-outside-period": (
        "it lies outside the period of activation; the use is kept, and looked at",
        "het valt buiten de activatieperiode; het gebruik wordt bewaard en bekeken",
    ),
    "activation-ends-before-it-begins": (
        "the licence would end before it begins; the use is kept, and looked at",
        "de licentie zou eindigen voor zij begint; het gebruik wordt bewaard en bekeken",
    ),
    "UnknownDeliveryOrder": (
        "the order was never accepted",
        "de order is nooit aangenomen",
    ),
    "CancelledBeforeReceived": (
        "a newer request cancelled the order already",
        "een nieuwer verzoek heeft de order al geannuleerd",
    ),
    "AlreadyCancelled": (
        "the order is cancelled, and stays so; a new one needs another deliveryOrderId",
        "de order is geannuleerd, en blijft dat; een nieuwe heeft een andere deliveryOrderId",
    ),
    "CancellationUnderWay": (
        "its cancellation is under way",
        "de annulering loopt",
    ),
    "FrozenFieldChanged": (
        "only status, quantity (downwards) and endDate may change once it is accepted",
        "na aanname mogen alleen status, aantal (omlaag) en endDate nog wijzigen",
    ),
    "InUse": (
        "somebody uses it: lower the quantity or block instead",
        "iemand gebruikt het: verlaag het aantal, of blokkeer",
    ),
    "NewQuantityNotAllowed": (
        "this quantity is not allowed",
        "dit aantal is niet toegestaan",
    ),
    "QuantitiesDoNotAddUp": (
        "the quantities do not add up to totalQuantity",
        "de aantallen tellen niet op tot totalQuantity",
    ),
    "NotHeld": (
        "the order does not wait for its release",
        "de order wacht niet op vrijgave",
    ),
}
"""Why not, by the name of the rule."""

OUTCOMES: Final[Mapping[str, tuple[str, str]]] = {
    "possible": ("possible", "mogelijk"),
    "unchanged": ("would change nothing", "zou niets veranderen"),
    "refused": ("refused", "geweigerd"),
    "noted": ("kept, with an incident", "bewaard, met een incident"),
}
"""What would come of it."""


def say_ask(name: str, partner: str | None, language: str) -> str:
    """What is asked, in words."""
    return _in(ASKS[name], language).format(partner=partner or "?")


def say_rule(rule: str, detail: str, language: str) -> str:
    """Why it is refused; a rule of a newer release by its name."""
    said = RULES.get(rule)
    words = _in(said, language) if said else rule
    return f"{words} ({detail})" if detail else words


def say_outcome(outcome: str, language: str) -> str:
    """What would come of it, in a word or two."""
    return _in(OUTCOMES[outcome], language)


def say_what_follows(
    facts: Iterable[object],
    stream_id: UUID,
    created: EntitlementCreated | None,
    now: datetime,
    language: str,
) -> tuple[str, ...]:
    """The facts that would follow, as a timeline would tell them."""
    return tuple(_follow(facts, stream_id, created, now, language))


def _follow(
    facts: Iterable[object],
    stream_id: UUID,
    created: EntitlementCreated | None,
    now: datetime,
    language: str,
) -> Iterator[str]:
    for event in facts:
        recorded = Recorded(
            position=0,
            stream_id=stream_id,
            version=0,
            recorded_at=now,
            actor="",
            correlation_id="",
            causation_id="",
            event=event,
        )
        if entry := entry_of(recorded, created):
            yield say(entry, language)


def _in(words: tuple[str, str], language: str) -> str:
    return words[LANGUAGES.index(language)]

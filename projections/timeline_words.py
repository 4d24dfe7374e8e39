"""The words of a timeline, English and Dutch in one table; filled in with what the facts say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from projections.incident_kinds import tell
from projections.languages import LANGUAGES
from projections.timeline import Entry
from projections.timeline_meanings import shown

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "order-received": (
        "{partner} ordered {product_id} for {users_count}; the hub took the order",
        "{partner} bestelde {product_id} voor {users_count}; de hub nam de order aan",
    ),
    "request-refused": (
        "a request of {partner} was refused: {reason} (code {status})",
        "een verzoek van {partner} is geweigerd: {reason} (code {status})",
    ),
    "request-unchanged": (
        "{partner} asked for what was already so",
        "{partner} vroeg om wat al zo was",
    ),
    "reference-reused": (
        "{partner} used a reference id again for something else; it was not processed",
        "{partner} gebruikte een kenmerk opnieuw voor iets anders; het is niet verwerkt",
    ),
    "confirmation-issued": (
        "{partner} is told: {new_status} ({success}, code {status})",
        "{partner} krijgt bericht: {new_status} ({success}, code {status})",
    ),
    "order-processed": (
        "everybody has an outcome: {delivered} delivered, {refused} refused",
        "iedereen heeft een uitkomst: {delivered} geleverd, {refused} geweigerd",
    ),
    "order-undelivered": (
        "everybody has an outcome: none delivered, {refused} refused",
        "iedereen heeft een uitkomst: niets geleverd, {refused} geweigerd",
    ),
    "order-licensed": (
        "activated for the first time by somebody of this order, on {usage_date}",
        "voor het eerst geactiveerd door iemand van deze order, op {usage_date}",
    ),
    "order-released": (
        "the order waits no longer: it was released",
        "de order wacht niet langer: hij is vrijgegeven",
    ),
    "quantity-lowered": (
        "{partner} lowered the quantity (in all: {total_quantity})",
        "{partner} verlaagde het aantal (in totaal: {total_quantity})",
    ),
    "cancellation-requested": (
        "{partner} wants the order cancelled from {end_date}",
        "{partner} wil de order annuleren per {end_date}",
    ),
    "order-cancelled": (
        "the order is cancelled from {end_date}, with {cancelled} entitlements",
        "de order is geannuleerd per {end_date}, met {cancelled} aanspraken",
    ),
    "order-cancellation-refused": (
        "the order stays: {refused} entitlements could not be cancelled, {in_use} are in use",
        "de order blijft: {refused} aanspraken konden niet worden geannuleerd, {in_use} in gebruik",
    ),
    "link-withdrawn": (
        "{partner} took the link away ({url_status})",
        "{partner} haalde de toegangslink weg ({url_status})",
    ),
    "cancellation-asked": (
        "the entitlement is to be cancelled from {end_date} (cause: {cause})",
        "de aanspraak moet vervallen per {end_date} (oorzaak: {cause})",
    ),
    "cancellation-refused": (
        "the entitlement stays: it was not cancelled ({reason})",
        "de aanspraak blijft: zij is niet geannuleerd ({reason})",
    ),
    "cancelled": (
        "the entitlement is cancelled from {end_date} (cause: {cause})",
        "de aanspraak is vervallen per {end_date} (oorzaak: {cause})",
    ),
    "block-asked": (
        "the entitlement is to be blocked from {end_date}",
        "de aanspraak moet worden geblokkeerd per {end_date}",
    ),
    "blocked": (
        "the entitlement is blocked from {end_date}",
        "de aanspraak is geblokkeerd per {end_date}",
    ),
    "unblock-asked": (
        "the block is to be lifted",
        "de blokkade moet worden opgeheven",
    ),
    "unblocked": (
        "the block is lifted: it is {entitlement_status} again",
        "de blokkade is opgeheven: de status is weer {entitlement_status}",
    ),
    "portals-changed": (
        "the school changed its portals; the links follow",
        "de school wijzigde haar portalen; de links volgen",
    ),
    "late-confirmation": (
        "{partner} confirmed {reported_status}, which a newer request had undone",
        "{partner} bevestigde {reported_status}, wat een nieuwer verzoek had teruggedraaid",
    ),
    "confirmation-taken": (
        "the shop took confirmation {number}",
        "de bestelomgeving nam bevestiging {number} aan",
    ),
    "confirmation-rejected": (
        "the shop rejected confirmation {number} (HTTP {http_status}, code {status})",
        "de bestelomgeving wees bevestiging {number} af (HTTP {http_status}, code {status})",
    ),
    "confirmation-given-up": (
        "the shop did not take confirmation {number}, given up after {attempts} attempts",
        "de bestelomgeving nam bevestiging {number} niet aan, opgegeven na {attempts} pogingen",
    ),
    "entitlement-created": (
        "an entitlement was created for {product_id}",
        "er is een aanspraak gemaakt op {product_id}",
    ),
    "registry-requested": (
        "{partner} is asked to {entitlement_status}",
        "{partner} krijgt de vraag om {entitlement_status}",
    ),
    "entitled": (
        "{partner} has it ready: the user may activate",
        "{partner} heeft het klaarstaan: de gebruiker mag activeren",
    ),
    "registry-refused": (
        "{partner} refused it (code {status})",
        "{partner} weigerde het (code {status})",
    ),
    "link-requested": (
        "{partner} is asked to {url_status}",
        "{partner} krijgt de vraag om {url_status}",
    ),
    "link-placed": ("{partner} shows the link", "{partner} toont de link"),
    "link-refused": (
        "{partner} refused the link (code {status})",
        "{partner} weigerde de link (code {status})",
    ),
    "link-lost": (
        "{partner} reports that the link is {url_status}",
        "{partner} meldt dat de link {url_status} is",
    ),
    "unexpected-confirmation": (
        "{partner} confirmed something else than was asked ({reported_status}, code {status})",
        "{partner} bevestigde iets anders dan gevraagd ({reported_status}, code {status})",
    ),
    "activated": (
        "{partner} reports use on {usage_date}, licence until {expiration_date}",
        "{partner} meldt gebruik op {usage_date}, licentie tot en met {expiration_date}",
    ),
    "activation-found": (
        "found at {partner}: used on {usage_date}, licence until {expiration_date}",
        "gevonden bij {partner}: gebruikt op {usage_date}, licentie tot en met {expiration_date}",
    ),
    "request-taken": ("{partner} took message {number}", "{partner} nam bericht {number} aan"),
    "request-rejected": (
        "{partner} rejected message {number} (HTTP {http_status}, code {status})",
        "{partner} wees bericht {number} af (HTTP {http_status}, code {status})",
    ),
    "request-dropped": (
        "message {number} to {partner} was not sent: {reason}",
        "bericht {number} aan {partner} is niet verstuurd: {reason}",
    ),
    "request-given-up": (
        "{partner} did not take message {number}, given up after {attempts} attempts",
        "{partner} nam bericht {number} niet aan, opgegeven na {attempts} pogingen",
    ),
    "users-resolved": (
        "the roster of the school: {joined} join, {left} leave",
        "de leerlingadministratie van de school: {joined} erbij, {left} eraf",
    ),
    "leavers-held-back": (
        "{count} of {of} would lose it at once: nobody is withdrawn until somebody has looked",
        "{count} van {of} zouden het ineens kwijt zijn: niemand raakt iets kwijt tot er gekeken is",
    ),
    "leavers-released": (
        "an operator lets those go who were held back",
        "een beheerder laat gaan wie tegengehouden werd",
    ),
    "holding-back-ended": (
        "nobody is held back any more: the roster changed",
        "niemand wordt nog tegengehouden: de leerlingadministratie is gewijzigd",
    ),
    "following-ended": (
        "the period of activation is over: the roster is not followed any more",
        "de activatieperiode is voorbij: de leerlingadministratie wordt niet meer gevolgd",
    ),
    "attempt-failed": (
        "message {number} could not be delivered to {partner} ({error}, {duration_ms} ms)",
        "bericht {number} kon niet bij {partner} worden bezorgd ({error}, {duration_ms} ms)",
    ),
    "incident-reopened": (
        "somebody has to look at it again: {kind} (code {code})",
        "iemand moet er opnieuw naar kijken: {kind} (code {code})",
    ),
    "incident-closed": (
        "nobody has to look any more at this: {kind} ({cause})",
        "niemand hoeft hier meer naar te kijken: {kind} ({cause})",
    ),
    "incident-opened": (
        "somebody has to look at it: {kind} (code {code})",
        "iemand moet ernaar kijken: {kind} (code {code})",
    ),
}


def say(entry: Entry, language: str = "en") -> str:
    """An entry as a sentence without a full stop; many of a kind begin with how many times."""
    nth = LANGUAGES.index(language)
    details = entry.details.items()
    known = {name: shown(entry.what, name, value, nth) for name, value in details}
    if "kind" in known:  # of an incident: said as its page says it
        known["kind"] = tell(known["kind"], entry.partner or "?", language).explanation
    words = WORDS[entry.what][nth]
    sentence = words.format_map(_Blanks({**known, "partner": entry.partner or "?"}))
    return f"{entry.times} x {sentence}" if entry.times > 1 else sentence


class _Blanks(dict[str, str]):
    """What differs among many of a kind, or was not said, is an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"

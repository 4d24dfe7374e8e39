"""Why something was refused, in Dutch: in English it is what the refusal itself says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DUTCH: Final[Mapping[str, str]] = {
    "NotYours": "Dit hoort bij een andere partij",
    "UnknownReference": "Er is geen verzoek met dit kenmerk verstuurd",
    "UnknownEntitlement": "Er is geen aanspraak met dit id",
    "UnknownDeliveryOrder": "Er is geen leveringsorder met dit id",
    "ProviderReferenceUnknown": "Geen toestemming heeft deze providerReferenceId",
    "ProviderReferenceUsed": (
        "De providerReferenceId is al gebruikt; een nieuwe toestemming krijgt een nieuwe"
    ),
    "ConsumerReferenceUnknown": "Geen toestemming heeft deze consumerReferenceId",
    "ConsumerReferenceUsed": (
        "De consumerReferenceId is al gebruikt; een nieuwe toestemming krijgt een nieuwe"
    ),
    "ConsentNotExchanged": "De hub wisselt deze api en scope niet uit met deze partij",
    "UnknownIncident": "Er is geen incident met dit id",
    "UnknownJob": "Er is geen taak met dit id",
    "NothingToDo": "Er is niets waar deze taak over zou gaan",
    "SecondOperatorNeeded": (
        "Het gaat over zo veel dat een andere beheerder dan wie het vroeg het moet bevestigen"
    ),
    "SecondOperatorUnproven": (
        "Het is langs deze client gevraagd, en diens woord over wie hem gebruikt is te weinig om"
        " het te bevestigen"
    ),
    "JobIsOver": "De taak is voorbij, of gestopt",
    "UsersMissing": "De order noemt niemand die het product mag gebruiken",
    "TooManyUsers": "De order noemt meer gebruikers dan een order mag hebben",
    "ProductUnknown": "De productId staat niet in de catalogus",
    "ProductPhysical": "Een fysiek product geeft geen aanspraken",
    "ProductNotYetForSale": "Het product is nog niet te koop",
    "ProductNoLongerForSale": "Het product is niet meer te koop",
    "StartsBeforePublication": "De startDate ligt voor de verschijning van het product",
    "DeliveryTypeNotOffered": "Het product wordt niet met dit deliveryType aangeboden",
    "DatesReversed": "De activationUntilDate ligt voor de startDate",
    "PortalUnknown": "De order noemt een portaal dat deze hub niet bedient",
    "OrderUnknown": "De deliveryOrderId is niet bekend, dus de status kan niet wijzigen",
    "CancelledBeforeReceived": "Een nieuwer verzoek heeft deze order al geannuleerd",
    "StatusNotAskable": "Een leveringsorder kan niet gevraagd worden deze status te krijgen",
    "InUse": "Iemand gebruikt het al; verlaag het aantal, of blokkeer",
    "CancellationUnderWay": "De annulering van deze order loopt",
    "AlreadyCancelled": "Een geannuleerde order blijft dat; neem een nieuwe deliveryOrderId",
    "NewQuantityNotAllowed": "Dit aantal is niet toegestaan",
    "QuantityTooSmall": "Een aantal moet minstens 1 zijn",
    "QuantitiesDoNotAddUp": (
        "De aantallen per leerjaar, vak of groep moeten optellen tot totalQuantity"
    ),
    "StudyUnknown": "De school heeft geen leerjaar met dit id",
    "SubjectUnknown": "De school heeft geen vak met dit id",
    "GroupUnknown": "De school heeft geen groep met dit id",
    "RosterNotImported": (
        "Van deze school is geen lijst van leerlingen ingelezen, en haar sector heeft geen bron"
    ),
    "SelectionMissing": "De order noemt geen leerjaar, vak of groep",
    "CodeUnknown": "De activatiecode is voor een ander product gegeven",
    "CodeRevokedBefore": "De activatiecode is ingetrokken",
    "CodeUsed": "De activatiecode wordt door een andere order gebruikt",
    "NotHeld": "Deze order wacht niet op vrijgave",
    "EntitlementIsCancelled": "De aanspraak is vervallen, en blijft dat",
    "FrozenFieldChanged": (
        "Na aanname mogen alleen status, aantal (omlaag) en endDate nog wijzigen"
    ),
    "NothingDelivered": "Geen enkele aanspraak van de order kon geleverd worden",
    "NobodyHeldBack": "Van deze order wordt niemand tegengehouden die weg zou gaan",
    "PartnerIncomplete": "Een partij heeft een id, een rol, een client id en een adres nodig",
    "ContractIncomplete": "Een contract heeft een id en bekende regels nodig",
    "ForecastIncomplete": "Een prognose heeft een product, een periode en een aantal nodig",
    "RosterNotFollowable": (
        "Gevolgd wordt alleen bij een administratiesysteem van primair of voortgezet onderwijs"
    ),
    "ProductIncomplete": (
        "Een product heeft een id, een soort en een status nodig; een digitaal product ook een"
        " licentieregistratie en een licentieperiode"
    ),
    "ProductOfAnother": "De catalogus van een andere aanbieder voert dit product",
    "ProductUnlisted": "Alleen een product uit de catalogus kan beschreven worden",
    "CatalogueIncomplete": (
        "Om een catalogus te volgen heeft de hub de aanbieder en een licentieregistratie nodig"
    ),
    "CodesNotOffered": (
        "De uitgever van dit product heeft niet afgesproken dat de hub activatiecodes vraagt"
    ),
    "QuantityNotAllowed": "Het aantal is er geen dat gevraagd mag worden",
    "RequestIdReused": "Dit kenmerk is eerder voor iets anders gebruikt",
    "TooFewCodesInStock": "Er zijn minder ongebruikte activatiecodes in voorraad",
    "PersonUnknown": "Niemand is bekend onder deze kenmerken",
    "PersonAmbiguous": "Deze kenmerken horen bij meer dan een persoon; vergeet ze een voor een",
    "SchoolUnknown": "Er is geen school bekend onder dit id",
    "PortalNotServed": "Deze hub bedient geen portaal met deze naam",
    "PortalNotAtSchool": "Van deze school gaat niets meer naar dit portaal",
    "PersonStillNeeded": (
        "Deze persoon staat in een gevolgde lijst of heeft een levende aanspraak; het kan gedwongen"
    ),
}
"""By the name of the refusal."""


def say_refusal(refusal: Exception, language: str) -> str:
    """Why, as a sentence; a refusal of a newer release in its own words."""
    words = DUTCH.get(type(refusal).__name__) if language == "nl" else None
    if words is None:
        return str(refusal)
    detail = getattr(refusal, "detail", "")
    return f"{words}: {detail}" if detail else f"{words}."

"""Kinds of incidents about what deliveries are made of: rosters, catalogues, codes, comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from projections.kind_of_incident import HIGH, ITSELF, LOW, NORMAL, OPENER, OPERATOR, Kind

OF_SUPPLIES: Final[Mapping[str, Kind]] = {
    "consent-message-rejected": Kind(
        NORMAL,
        ITSELF,
        (
            "the partner rejected what it was told about the consent of a school",
            "de partij wees af wat haar over de toestemming van een school is gemeld",
        ),
        (
            "agree with the partner what holds; then give or revoke the consent anew",
            "stem met de partij af wat geldt; geef de toestemming dan opnieuw of trek haar in",
        ),
    ),
    "consent-message-given-up": Kind(
        NORMAL,
        ITSELF,
        (
            "the partner could not be told about the consent of a school",
            "de partij kon niet worden ingelicht over de toestemming van een school",
        ),
        (
            "check the address of its Consent API, and tell it otherwise",
            "ga het adres van haar Consent API na, en licht haar anders in",
        ),
    ),
    "roster-unavailable": Kind(
        NORMAL,
        OPENER,
        (
            "the roster of the school cannot be read; who should get it is unknown",
            "de leerlingenlijst van de school is niet op te halen; wie het krijgt is onbekend",
        ),
        (
            "check its administration and the consent of the school, or import a roster",
            "ga de administratie en de toestemming van de school na, of lees een lijst in",
        ),
    ),
    "waiting-on-roster": Kind(
        HIGH,
        ITSELF,
        (
            "the order has started, and the roster of its school names nobody for it",
            "de order is ingegaan, en de leerlingenlijst van de school noemt er niemand voor",
        ),
        (
            "ask the school for its roster or its consent, or import a roster from a file",
            "vraag de school om de lijst of de toestemming, of lees een lijst in uit een bestand",
        ),
    ),
    "leavers-held-back": Kind(
        NORMAL,
        OPERATOR,
        (
            "so many left the roster at once that nothing was withdrawn",
            "er verdwenen zo veel leerlingen tegelijk van de lijst dat niets is ingetrokken",
        ),
        (
            "ask the school whether it is right; confirm the withdrawal or mend the roster",
            "vraag de school of het klopt; bevestig het intrekken of herstel de lijst",
        ),
    ),
    "difference-found": Kind(
        NORMAL,
        OPERATOR,
        ("{party} has something else than the hub", "{party} heeft iets anders dan de hub"),
        (
            "see the report of the comparison, and settle with {party} who is right",
            "zie het verslag van de vergelijking, en zoek met {party} uit wie gelijk heeft",
        ),
    ),
    "product-incorrect": Kind(
        NORMAL,
        OPENER,
        (
            "the catalogue of {party} has a product that is not complete; it was left as it was",
            "de catalogus van {party} heeft een product dat niet klopt; het bleef zoals het was",
        ),
        (
            "have {party} mend the product; what is wrong with it is in the words of the incident",
            "laat {party} het product herstellen; wat er mis is staat bij het incident",
        ),
    ),
    "catalogue-failing": Kind(
        NORMAL,
        OPENER,
        (
            "the catalogue of {party} cannot be read; what is known of its products stays in use",
            "de catalogus van {party} is niet te lezen; wat bekend is blijft in gebruik",
        ),
        ("ask {party}; it is tried again by itself", "vraag {party}; het wordt vanzelf herhaald"),
    ),
    "code-stock-low": Kind(
        LOW,
        ITSELF,
        (
            "few activation codes of a product of {party} are left",
            "er zijn weinig activatiecodes over van een product van {party}",
        ),
        ("request more codes from {party}", "vraag nieuwe codes aan bij {party}"),
    ),
    "codes-refused": Kind(
        NORMAL,
        ITSELF,
        (
            "{party} refused to give activation codes",
            "{party} weigerde activatiecodes te geven",
        ),
        (
            "see what the code says, and request them again",
            "kijk wat de code zegt, en vraag ze opnieuw aan",
        ),
    ),
    "code-revocation-refused": Kind(
        NORMAL,
        OPERATOR,
        (
            "{party} refused to revoke an activation code; it can still be used",
            "{party} weigerde een activatiecode in te trekken; hij is nog bruikbaar",
        ),
        (
            "see what the code says, and revoke it again",
            "kijk wat de code zegt, en trek hem opnieuw in",
        ),
    ),
    "fewer-codes-than-asked": Kind(
        NORMAL,
        ITSELF,
        (
            "{party} gave fewer activation codes than were asked for",
            "{party} gaf minder activatiecodes dan gevraagd",
        ),
        ("request the rest from {party}", "vraag de rest aan bij {party}"),
    ),
    "code-in-two-orders": Kind(
        HIGH,
        OPERATOR,
        (
            "{party} ordered one activation code in two orders at the same moment",
            "{party} bestelde een activatiecode in twee orders op hetzelfde moment",
        ),
        (
            "settle with {party} whose it is, and cancel the other order",
            "spreek met {party} af van wie hij is, en annuleer de andere order",
        ),
    ),
}

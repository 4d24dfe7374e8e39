"""Kinds of incidents that the hub finds itself: ids that disagree, what cannot be, what waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from projections.kind_of_incident import HIGH, ITSELF, NORMAL, OPERATOR, Kind

OF_THE_HUB: Final[Mapping[str, Kind]] = {
    "activation-ends-before-it-begins": Kind(
        NORMAL,
        OPERATOR,
        (
            "{party} reports a licence that ends before the day it was first used",
            "{party} meldt een licentie die eindigt voor de dag van het eerste gebruik",
        ),
        (
            "ask {party} to send the activation again with the right expirationDate",
            "vraag {party} de activatie opnieuw te sturen met de juiste expirationDate",
        ),
    ),
    "reference-reused": Kind(
        NORMAL,
        OPERATOR,
        (
            "{party} used a reference id again for something else; it was not processed",
            "{party} gebruikte een kenmerk opnieuw voor iets anders; het is niet verwerkt",
        ),
        (
            "have {party} send what it wants under a new reference id",
            "laat {party} sturen wat het wil onder een nieuw kenmerk",
        ),
    ),
    "not-yours": Kind(
        NORMAL,
        OPERATOR,
        (
            "{party} said something about what belongs to another partner; nothing of it was kept",
            "{party} zei iets over wat van een andere partij is; er is niets van bewaard",
        ),
        (
            "ask {party} whether ids are mixed up, or two systems share one client",
            "vraag {party} of kenmerken verwisseld zijn, of twee systemen een client delen",
        ),
    ),
    "unknown-reference": Kind(
        NORMAL,
        OPERATOR,
        (
            "{party} confirmed a request that was never sent",
            "{party} bevestigde een verzoek dat nooit verstuurd is",
        ),
        (
            "have {party} confirm with the reference id of the request it answers",
            "laat {party} bevestigen met het kenmerk van het verzoek",
        ),
    ),
    "unknown-entitlement": Kind(
        NORMAL,
        ITSELF,
        (
            "{party} reported on an entitlement that the hub does not know; an activation is held",
            "{party} meldde iets over een aanspraak die de hub niet kent; een activatie is bewaard",
        ),
        (
            "check the entitlementId with {party}; it is taken up if the entitlement appears",
            "ga het entitlementId na bij {party}; het telt mee zodra de aanspraak er is",
        ),
    ),
    "user-identifiers-disagree": Kind(
        NORMAL,
        OPERATOR,
        (
            "{party} named somebody by identifiers that belong to different people",
            "{party} noemde iemand met kenmerken die bij verschillende mensen horen",
        ),
        (
            "find out with {party} and the school who is meant; nobody was merged",
            "zoek met {party} en de school uit wie bedoeld is; niemand is samengevoegd",
        ),
    ),
    "school-identifiers-disagree": Kind(
        NORMAL,
        OPERATOR,
        (
            "{party} named a school by identifiers that belong to different schools",
            "{party} noemde een school met kenmerken die bij verschillende scholen horen",
        ),
        (
            "find out with {party} which school is meant",
            "zoek met {party} uit welke school bedoeld is",
        ),
    ),
    "cancelled-while-in-use": Kind(
        HIGH,
        OPERATOR,
        (
            "{party} cancelled what had been activated already",
            "{party} annuleerde wat al geactiveerd was",
        ),
        (
            "ask {party} whether the user can go on; order it again if not",
            "vraag {party} of de gebruiker verder kan; bestel opnieuw als dat niet zo is",
        ),
    ),
    "activated-while-cancelled": Kind(
        NORMAL,
        OPERATOR,
        (
            "{party} reports use of an entitlement that was cancelled",
            "{party} meldt gebruik van een aanspraak die geannuleerd is",
        ),
        (
            "the use counts; settle with the shop and {party} whether it stays",
            "het gebruik telt; spreek met de winkel en {party} af of het blijft",
        ),
    ),
    "activated-while-blocked": Kind(
        NORMAL,
        OPERATOR,
        (
            "{party} reports use of an entitlement that is blocked",
            "{party} meldt gebruik van een aanspraak die geblokkeerd is",
        ),
        (
            "ask {party} whether the block is in force there; unblock it if it should be used",
            "vraag {party} of de blokkade daar geldt; hef hem op als het gebruikt mag worden",
        ),
    ),
}

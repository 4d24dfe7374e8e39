"""The words for what is wrong with an order, an entitlement or a product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from projections.access_cause import Words

OF_ORDERS: Final[Mapping[str, Words]] = {
    "school-unknown": Words(
        "nobody",
        ("nobody has ever ordered for this school", "voor deze school is nooit iets besteld"),
        (
            "check the identifier of the school",
            "controleer de identificatie van de school",
        ),
    ),
    "product-unknown": Words(
        "publisher",
        ("no catalogue has this product", "geen catalogus heeft dit product"),
        (
            "check the product's number, or have the publisher list it",
            "controleer het productnummer, of laat de uitgever het opnemen",
        ),
    ),
    "code-unknown": Words(
        "shop",
        (
            "no order names this code, or it was forgotten",
            "geen order noemt deze code, of zij is vergeten",
        ),
        (
            "check the code; ask the shop with which order it was sold",
            "controleer de code; vraag de bestelomgeving met welke order zij is verkocht",
        ),
    ),
    "code-of-another": Words(
        "shop",
        (
            "the code is known, and not for this product",
            "de code is bekend, maar niet voor dit product",
        ),
        (
            "check the product's number; search for the code to see what it is for",
            "controleer het productnummer; zoek op de code om te zien waarvoor zij is",
        ),
    ),
    "no-order": Words(
        "shop",
        (
            "the school has no order for this product that was accepted",
            "de school heeft geen aangenomen order voor dit product",
        ),
        (
            "ask the school whether it was ordered, and the shop for the order number",
            "vraag de school of het besteld is, en de bestelomgeving naar het ordernummer",
        ),
    ),
    "other-school-year": Words(
        "school",
        (
            "it was ordered for another school year: until {day}",
            "het was voor een ander schooljaar besteld: tot en met {day}",
        ),
        (
            "have the school order it for this year",
            "laat de school het voor dit jaar bestellen",
        ),
    ),
    "order-not-started": Words(
        "nobody",
        ("the order begins on {day}", "de order begint op {day}"),
        ("wait until {day}, or ask the shop", "wacht tot {day}, of vraag de bestelomgeving"),
    ),
    "order-cancelled": Words(
        "shop",
        ("the order is cancelled", "de order is geannuleerd"),
        (
            "have the school order it again",
            "laat de school het opnieuw bestellen",
        ),
    ),
    "order-being-cancelled": Words(
        "registry",
        ("the order is being cancelled", "de order wordt geannuleerd"),
        (
            "ask the shop whether that was meant; have it ordered again",
            "vraag de bestelomgeving of dat de bedoeling was; laat het opnieuw bestellen",
        ),
    ),
    "order-held": Words(
        "operator",
        (
            "the order waits for its release: it has to be paid first",
            "de order wacht op vrijgave: er moet eerst betaald worden",
        ),
        (
            "`aanspraak order release {order}` once it is paid",
            "`aanspraak order release {order}` zodra er betaald is",
        ),
    ),
    "being-created": Words(
        "hub",
        (
            "the order is taken, and its entitlements are being made",
            "de order is aangenomen, en de aanspraken worden gemaakt",
        ),
        (
            "wait a minute; if it stays so, look whether a follower stands still",
            "wacht een minuut; blijft het zo, kijk dan of er een volger stilstaat",
        ),
    ),
    "roster-awaited": Words(
        "school",
        (
            "nobody for this order was found in the school's administration yet",
            "in de leerlingadministratie is nog niemand voor deze order gevonden",
        ),
        (
            "ask the school whether its administration is up to date, and consents to being read",
            "vraag de school of de administratie bijgewerkt is, en gelezen mag worden",
        ),
    ),
    "not-in-roster": Words(
        "school",
        (
            "it is ordered for a group, and this person is not in it",
            "het is voor een groep besteld, en deze persoon zit daar niet in",
        ),
        (
            "have the school enrol the pupil in its administration; the hub follows it",
            "laat de school de leerling inschrijven in de administratie; de hub volgt die",
        ),
    ),
    "handed-out-by-school": Words(
        "school",
        (
            "it was ordered for officials of the school, who hand it out",
            "het is besteld voor medewerkers van de school, die het uitdelen",
        ),
        (
            "refer to the administrator at the school",
            "verwijs naar de beheerder op de school",
        ),
    ),
    "not-named": Words(
        "shop",
        (
            "it is ordered by name, and this person is not among them",
            "het is op naam besteld, en deze persoon is er niet bij",
        ),
        (
            "have the school order it for this pupil too",
            "laat de school het ook voor deze leerling bestellen",
        ),
    ),
    "used-up": Words(
        "school",
        (
            "as many are in use as were bought",
            "er zijn er zo veel in gebruik als er gekocht zijn",
        ),
        ("have the school order more", "laat de school er meer bestellen"),
    ),
    "cancelled-with-order": Words(
        "shop",
        (
            "its order is cancelled, from {day}",
            "de order is geannuleerd, per {day}",
        ),
        (
            "have the school order it again",
            "laat de school het opnieuw bestellen",
        ),
    ),
    "left-the-roster": Words(
        "school",
        (
            "the pupil left the group in the school's administration, from {day}",
            "de leerling is uit de groep in de leerlingadministratie, per {day}",
        ),
        (
            "have the school enrol the pupil again; the hub follows its administration",
            "laat de school de leerling weer inschrijven; de hub volgt de administratie",
        ),
    ),
    "cancelled": Words(
        "nobody",
        ("the entitlement is cancelled, from {day}", "de aanspraak is vervallen, per {day}"),
        (
            "look at its history for who did it and why",
            "zie in de geschiedenis wie dat deed en waarom",
        ),
    ),
    "forgotten": Words(
        "nobody",
        (
            "the person was forgotten: nobody knows any more whose it is",
            "de persoon is vergeten: niemand weet nog van wie dit is",
        ),
        (
            "a new order, or the roster, makes a new person of the pupil",
            "een nieuwe order, of de administratie, maakt van de leerling een nieuw persoon",
        ),
    ),
    "blocked": Words(
        "operator",
        ("it is blocked, from {day}", "zij is geblokkeerd, per {day}"),
        (
            "look at its history for the reason; `aanspraak unblock` lifts it",
            "zie de reden in de geschiedenis; `aanspraak unblock` heft het op",
        ),
    ),
    "being-blocked": Words(
        "operator",
        (
            "it is being blocked: its links are gone already",
            "zij wordt geblokkeerd: de toegangslinks zijn al weg",
        ),
        (
            "look at its history for the reason; `aanspraak unblock` lifts it",
            "zie de reden in de geschiedenis; `aanspraak unblock` heft het op",
        ),
    ),
    "block-refused": Words(
        "operator",
        (
            "it was to be blocked and {partner} refused: its links are gone",
            "zij moest geblokkeerd worden en {partner} weigerde: de toegangslinks zijn weg",
        ),
        (
            "`aanspraak unblock` brings the links back, `aanspraak block` asks again",
            "`aanspraak unblock` brengt de links terug, `aanspraak block` vraagt het opnieuw",
        ),
    ),
    "being-unblocked": Words(
        "registry",
        ("the block is being lifted", "de blokkade wordt opgeheven"),
        (
            "wait until the registry has taken it",
            "wacht tot de licentieregistratie het heeft aangenomen",
        ),
    ),
    "being-cancelled": Words(
        "registry",
        (
            "it is being cancelled: {partner} has not answered yet",
            "zij wordt geannuleerd: {partner} heeft nog niet geantwoord",
        ),
        (
            "ask who wanted that; a new order gives a new one",
            "vraag wie dat wilde; een nieuwe order geeft een nieuwe",
        ),
    ),
    "not-started": Words(
        "nobody",
        ("it begins on {day}", "zij begint op {day}"),
        (
            "wait until {day}, or ask the shop for an order that begins earlier",
            "wacht tot {day}, of vraag de bestelomgeving om een order die eerder begint",
        ),
    ),
    "activation-period-over": Words(
        "school",
        (
            "it was not activated in time: until {day}",
            "zij is niet op tijd geactiveerd: tot en met {day}",
        ),
        (
            "have the school order it again for this year",
            "laat de school het voor dit jaar opnieuw bestellen",
        ),
    ),
    "licence-over": Words(
        "school",
        ("the licence was until {day}", "de licentie liep tot en met {day}"),
        (
            "have the school order it again for this year",
            "laat de school het voor dit jaar opnieuw bestellen",
        ),
    ),
    "product-withdrawn": Words(
        "publisher",
        (
            "the publisher has withdrawn the product: it worked until {day}",
            "de uitgever heeft het product ingetrokken: het werkte tot en met {day}",
        ),
        (
            "ask the publisher what comes instead",
            "vraag de uitgever wat ervoor in de plaats komt",
        ),
    ),
}
"""From where nothing was ordered to where it is over."""

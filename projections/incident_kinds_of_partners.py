"""Kinds of incidents that come of what a partner answers, refuses, reports or leaves undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from projections.kind_of_incident import CLOCK, HIGH, ITSELF, LOW, NORMAL, OPERATOR, Kind

OF_PARTNERS: Final[Mapping[str, Kind]] = {
    "registry-refused": Kind(
        HIGH,
        ITSELF,
        (
            "{party} refused to set it ready; the users cannot activate",
            "{party} weigerde het klaar te zetten; de gebruikers kunnen niet activeren",
        ),
        (
            "see what the code says, have {party} or the catalogue corrected, and send it again",
            "kijk wat de code zegt, laat {party} of de catalogus corrigeren en verstuur opnieuw",
        ),
    ),
    "cancellation-refused": Kind(
        HIGH,
        ITSELF,
        (
            "{party} refused to cancel it, most likely because it was activated there",
            "{party} weigerde te annuleren, waarschijnlijk omdat het daar geactiveerd is",
        ),
        (
            "wait for the activation, or ask {party}; blocking or a lower quantity may be the way",
            "wacht op de activatie of vraag {party}; blokkeren of een lager aantal kan de weg zijn",
        ),
    ),
    "block-refused": Kind(
        HIGH,
        ITSELF,
        ("{party} refused to block it; it can still be used", "{party} weigerde te blokkeren"),
        ("ask {party} why, and block again", "vraag {party} waarom, en blokkeer opnieuw"),
    ),
    "link-refused": Kind(
        HIGH,
        ITSELF,
        (
            "{party} refused to place the link; the product is ready, but cannot be found there",
            "{party} weigerde de link; het product staat klaar maar is daar niet te vinden",
        ),
        (
            "see what the code says, have {party} correct it, and send it again",
            "kijk wat de code zegt, laat {party} het corrigeren en verstuur opnieuw",
        ),
    ),
    "refresh-refused": Kind(
        LOW,
        ITSELF,
        (
            "{party} refused a newer version of a link that is there; it may show an old end date",
            "{party} weigerde een link die er al is te verversen; de einddatum kan oud zijn",
        ),
        ("send it again", "verstuur opnieuw"),
    ),
    "link-withdrawal-refused": Kind(
        NORMAL,
        ITSELF,
        (
            "{party} refused to take a link away; users may still see it",
            "{party} weigerde een link weg te halen; gebruikers kunnen hem nog zien",
        ),
        (
            "see what the code says, have {party} correct it, and send it again",
            "kijk wat de code zegt, laat {party} het corrigeren en verstuur opnieuw",
        ),
    ),
    "link-expired": Kind(
        HIGH,
        ITSELF,
        (
            "{party} reports that a link has expired which should be there",
            "{party} meldt dat een link verlopen is die er hoort te zijn",
        ),
        (
            "ask {party} why, and send it again",
            "vraag {party} waarom, en verstuur opnieuw",
        ),
    ),
    "link-cancelled": Kind(
        HIGH,
        ITSELF,
        (
            "{party} reports that a link was taken away which should be there",
            "{party} meldt dat een link is weggehaald die er hoort te zijn",
        ),
        (
            "ask {party} why, and send it again",
            "vraag {party} waarom, en verstuur opnieuw",
        ),
    ),
    "link-blocked": Kind(
        HIGH,
        ITSELF,
        (
            "{party} reports that a link is blocked which should be there",
            "{party} meldt dat een link geblokkeerd is die er hoort te zijn",
        ),
        (
            "ask {party} why, and send it again",
            "vraag {party} waarom, en verstuur opnieuw",
        ),
    ),
    "unexpected-confirmation": Kind(
        NORMAL,
        ITSELF,
        (
            "{party} confirmed something else than was asked, or the opposite of before",
            "{party} bevestigde iets anders dan gevraagd, of het tegendeel van eerder",
        ),
        (
            "compare the timeline with what {party} has, and send it again if theirs is wrong",
            "vergelijk de tijdlijn met wat {party} heeft, en verstuur opnieuw als het daar fout is",
        ),
    ),
    "request-rejected": Kind(
        HIGH,
        ITSELF,
        (
            "{party} rejected a message at once; nothing was done with it",
            "{party} wees een bericht meteen af; er is niets mee gedaan",
        ),
        (
            "see the code and {party}'s answer in the trace, have it corrected, and send it again",
            "zie code en antwoord van {party} in het spoor, laat het corrigeren, verstuur opnieuw",
        ),
    ),
    "request-given-up": Kind(
        HIGH,
        ITSELF,
        (
            "{party} did not take a message, however often it was tried; it is not sent any more",
            "{party} nam een bericht ook na vele pogingen niet aan; het blijft nu liggen",
        ),
        (
            "ask {party}, then `aanspraak send-again --partner {party}`",
            "vraag {party}, en dan `aanspraak send-again --partner {party}`",
        ),
    ),
    "order-refused": Kind(
        NORMAL,
        ITSELF,
        (
            "a request of {party} about its order was refused, and {party} was told why",
            "een verzoek van {party} over zijn order is geweigerd; {party} weet waarom",
        ),
        (
            "see what the code says; have {party} or the catalogue corrected, and ordered again",
            "kijk wat de code zegt, laat {party} of de catalogus corrigeren en opnieuw bestellen",
        ),
    ),
    "confirmation-rejected": Kind(
        NORMAL,
        ITSELF,
        (
            "{party} rejected what it was told about its order",
            "{party} wees een bevestiging over zijn order af",
        ),
        (
            "have {party} correct it, then `aanspraak send-again --partner {party}`",
            "laat {party} het herstellen, en dan `aanspraak send-again --partner {party}`",
        ),
    ),
    "confirmation-given-up": Kind(
        NORMAL,
        ITSELF,
        (
            "{party} did not take what it was told about its order, however often it was tried",
            "{party} nam een bevestiging over zijn order niet aan, hoe vaak het ook is geprobeerd",
        ),
        (
            "ask {party}, then `aanspraak send-again --partner {party}`",
            "vraag {party}, en dan `aanspraak send-again --partner {party}`",
        ),
    ),
    "confirmation-overdue": Kind(
        HIGH,
        CLOCK,
        (
            "{party} took messages and has not confirmed them in time",
            "{party} nam berichten aan en heeft ze niet op tijd bevestigd",
        ),
        (
            "ask {party} where they are; what they confirm late is taken all the same",
            "vraag {party} waar ze zijn; wat te laat bevestigd wordt telt gewoon mee",
        ),
    ),
    "partner-unreachable": Kind(
        HIGH,
        CLOCK,
        (
            "{party} does not answer; what is meant for it waits in order, nothing is lost",
            "{party} antwoordt niet; wat ervoor bestemd is wacht op volgorde, niets gaat verloren",
        ),
        (
            "tell {party}; the hub goes on trying, and goes on at the first sign of life",
            "meld het {party}; de hub gaat verder bij het eerste teken van leven",
        ),
    ),
    "activated-by-another-user": Kind(
        NORMAL,
        OPERATOR,
        (
            "{party} reports use by somebody else than it was ordered for",
            "{party} meldt gebruik door iemand anders dan voor wie besteld is",
        ),
        (
            "compare the identifiers of {party} with those of the order; block it if it is misuse",
            "vergelijk de identiteiten van {party} en de order; blokkeer bij misbruik",
        ),
    ),
    "activated-outside-period": Kind(
        NORMAL,
        OPERATOR,
        (
            "{party} reports first use outside the period in which it could be activated",
            "{party} meldt eerste gebruik buiten de periode waarin geactiveerd kon worden",
        ),
        (
            "ask {party} to check its dates; the licence counts all the same",
            "vraag {party} de datums na te gaan; de licentie telt gewoon mee",
        ),
    ),
    "activated-another-product": Kind(
        NORMAL,
        OPERATOR,
        (
            "{party} reports use of a product that the entitlement does not include",
            "{party} meldt gebruik van een product dat niet bij de aanspraak hoort",
        ),
        (
            "compare the bundle in the catalogue with that of {party}",
            "vergelijk de bundel in de catalogus met die van {party}",
        ),
    ),
}

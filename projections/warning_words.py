"""The warnings that an order may be taken with, English and Dutch in one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from projections.languages import LANGUAGES

WARNINGS: Final[Mapping[str, tuple[str, str]]] = {
    "product-without-access-url": (
        "the catalogue has no link for this product",
        "de catalogus heeft geen link voor dit product",
    ),
    "starts-just-before-school-year-ends": (
        "the licence ends within 60 days, on 31 July: was the next school year meant?",
        "de licentie eindigt binnen 60 dagen, op 31 juli: is het volgende schooljaar bedoeld?",
    ),
    "activation-until-differs-from-catalogue": (
        "the activationUntilDate is another than the catalogue's activation period gives",
        "de activationUntilDate is een andere dan volgt uit de activatieperiode van de catalogus",
    ),
    "product-ends-before-activation-period": (
        "the product stops working before the activationUntilDate",
        "het product werkt niet meer voor de activationUntilDate",
    ),
    "product-missing-from-catalogue": (
        "its provider does not list this product any more",
        "de aanbieder heeft dit product niet meer in de catalogus",
    ),
}


def say_warning(warning: str, language: str) -> str:
    """A warning in words; one of a newer release as it is."""
    said = WARNINGS.get(warning)
    return said[LANGUAGES.index(language)] if said else warning

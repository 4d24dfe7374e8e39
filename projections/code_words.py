"""What the functional status codes mean, English and Dutch in one table.

0 to 99 are Edu-V's, 1001 to 1004 those of its Consent API. Its lists inside 40xx (entitlement) and
41xx (delivery) are not public; here a number stands for what it stood for in the list of the
predecessor (SEM), in both ranges.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from projections.languages import LANGUAGES

_RANGES: Final = range(4000, 4200)

_OF_EDU_V: Final[Mapping[int, tuple[str, str]]] = {
    0: ("all is well", "alles is in orde"),
    1: ("created", "aangemaakt"),
    2: ("accepted", "aangenomen"),
    11: ("the message does not fit its schema", "het bericht past niet op het schema"),
    12: ("this version of the schema is not supported", "deze versie van het schema kan niet"),
    21: ("no scope for it, or another partner's", "geen scope hiervoor, of van een andere partij"),
    22: ("the school's consent is required", "toestemming van de school is nodig"),
    23: ("the organisation is unknown", "de organisatie is onbekend"),
    99: ("another reason", "een andere reden"),
    1001: ("the providerReferenceId is unknown", "de providerReferenceId is onbekend"),
    1002: ("the providerReferenceId is already used", "de providerReferenceId is al gebruikt"),
    1003: ("the consumerReferenceId is unknown", "de consumerReferenceId is onbekend"),
    1004: ("the consumerReferenceId is already used", "de consumerReferenceId is al gebruikt"),
}

_IN_RANGE: Final[Mapping[int, tuple[str, str]]] = {
    2: ("a user or code is missing", "een gebruiker of code ontbreekt"),
    3: ("the user is unknown", "de gebruiker is onbekend"),
    4: ("a study or subject is missing", "een studie of vak ontbreekt"),
    5: ("the study or subject is unknown", "de studie of het vak is onbekend"),
    6: ("a group is missing", "een groep ontbreekt"),
    7: ("the group is unknown", "de groep is onbekend"),
    8: ("a school is missing", "een school ontbreekt"),
    9: ("the school is unknown", "de school is onbekend"),
    10: ("a product is missing", "een product ontbreekt"),
    11: ("the product is unknown", "het product is onbekend"),
    12: ("the product is not yet for sale", "het product is nog niet te koop"),
    13: ("the product is no longer for sale", "het product is niet meer te koop"),
    14: ("the start lies before publication", "de start ligt voor de verschijning"),
    20: ("the contract is unknown", "het contract is onbekend"),
    21: (
        "the contract or its terms do not allow it",
        "het contract of de voorwaarden staan het niet toe",
    ),
    30: ("the quantity must be at least 1", "het aantal moet minstens 1 zijn"),
    40: ("the id or reference is unknown", "het id of kenmerk is onbekend"),
    41: ("the new quantity is not allowed", "het nieuwe aantal mag niet"),
    42: ("a licence is already in use", "er is al een licentie in gebruik"),
    50: ("the code is unknown", "de code is onbekend"),
    51: ("the code is already used", "de code is al gebruikt"),
    52: ("the code is revoked", "de code is ingetrokken"),
    60: ("a frozen field was changed", "een vast veld is gewijzigd"),
    99: ("another reason", "een andere reden"),
}

_UNLISTED: Final = ("a code that the list does not have", "een code die niet in de lijst staat")


def code_means(code: int, language: str = "en") -> str:
    """What a code means, as a clause without a full stop."""
    known = _IN_RANGE.get(code % 100) if code in _RANGES else _OF_EDU_V.get(code)
    return (known or _UNLISTED)[LANGUAGES.index(language)]

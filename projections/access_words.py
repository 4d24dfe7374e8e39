"""Why a pupil cannot open a product, said to support: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from projections.access import Cause
from projections.access_cause import Words
from projections.access_words_of_orders import OF_ORDERS
from projections.access_words_of_partners import OF_PARTNERS
from projections.languages import LANGUAGES

CAUSES: Final[Mapping[str, Words]] = {**OF_ORDERS, **OF_PARTNERS}
"""The table of causes."""


def waits_for(cause: Cause) -> str:
    """Whom it waits for; a partner of the chain by its role."""
    known = CAUSES[cause.key].waits_for
    if known != "partner":
        return known
    return "registry" if cause.step == "registry" else "portal"


def say_cause(cause: Cause, language: str) -> str:
    """What is wrong, in words for support."""
    return _filled(CAUSES[cause.key].wrong, cause, language)


def say_advice(cause: Cause, language: str) -> str:
    """What to do about it."""
    return _filled(CAUSES[cause.key].advice, cause, language)


def _filled(words: tuple[str, str], cause: Cause, language: str) -> str:
    known = {name: "…" if value is None else value for name, value in cause.details.items()}
    said = words[LANGUAGES.index(language)]
    return said.format_map(_Blanks({**known, "partner": cause.partner or "…"}))


class _Blanks(dict[str, object]):
    """What was not said is an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"

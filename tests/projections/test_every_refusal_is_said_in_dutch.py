"""Whoever reads Dutch is told in Dutch why something was refused."""

from __future__ import annotations

import pytest

from aanspraak.domain import errors
from projections.refusal_words import DUTCH, say_refusal

REFUSALS = {
    name: found
    for name, found in vars(errors).items()
    if isinstance(found, type)
    and issubclass(found, errors.DomainError)
    and found is not errors.DomainError
}


def test_every_refusal_has_dutch_words_and_no_other_has() -> None:
    assert DUTCH.keys() == REFUSALS.keys()


def test_a_refusal_is_said_with_the_detail_it_names() -> None:
    assert say_refusal(errors.NotHeld(), "nl") == "Deze order wacht niet op vrijgave."
    assert say_refusal(errors.InUse("7"), "nl").endswith("of blokkeer: 7")


@pytest.mark.parametrize("refusal", [errors.NotHeld(), errors.DomainError("new"), ValueError("x")])
def test_in_english_and_when_unknown_it_speaks_for_itself(refusal: Exception) -> None:
    assert say_refusal(refusal, "en") == str(refusal)


def test_a_refusal_of_a_newer_release_is_said_in_its_own_words() -> None:
    assert say_refusal(errors.DomainError("new"), "nl") == str(errors.DomainError("new"))

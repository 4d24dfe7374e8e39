from __future__ import annotations

import pytest

from aanspraak.domain import errors
from aanspraak.domain.status_codes import STATUS_CODES, code_of

REFUSALS = sorted(errors.DomainError.__subclasses__(), key=lambda refusal: refusal.__name__)


def test_the_table_is_complete_and_has_nothing_else() -> None:
    assert set(STATUS_CODES) == set(REFUSALS)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.__name__)
def test_it_is_one_that_edu_v_publishes_or_in_the_range_of_an_entitlement_or_a_delivery(
    refusal: type[errors.DomainError],
) -> None:
    code = code_of(refusal())
    assert code in (21, 22, 99) or 1001 <= code <= 1004 or 4000 < code < 4200


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.__name__)
def test_its_docstring_is_what_the_partner_reads(refusal: type[errors.DomainError]) -> None:
    assert refusal.__doc__
    assert str(refusal()) == refusal.__doc__
    assert str(refusal("startDate")) == refusal.__doc__.rstrip(".") + ": startDate"

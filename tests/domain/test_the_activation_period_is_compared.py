"""The order's activationUntilDate decides; the catalogue's activationPeriod is only compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from aanspraak.domain.activation_period import ActivationPeriod
from tests.domain.orders import TERMS

SCHOOL_YEAR = ActivationPeriod(variant="schoolyear")


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        (ActivationPeriod(variant="days", days=30), date(2028, 2, 1), date(2028, 3, 2)),
        (ActivationPeriod(variant="days", days=30), date(2027, 2, 1), date(2027, 3, 3)),
        (ActivationPeriod(variant="days", days=0), date(2026, 8, 1), date(2026, 8, 1)),
        (ActivationPeriod(variant="days", days=9), date(9999, 12, 30), date.max),
        (
            ActivationPeriod(variant="date", until=date(2027, 1, 31)),
            date(2026, 8, 1),
            date(2027, 1, 31),
        ),
        (SCHOOL_YEAR, date(2026, 8, 1), date(2027, 7, 31)),
        (SCHOOL_YEAR, date(2027, 7, 30), date(2027, 7, 31)),
        (SCHOOL_YEAR, date(2027, 7, 31), date(2028, 7, 31)),
    ],
)
def test_days_after_the_start_or_a_day_or_the_first_31_july_strictly_after(
    period: ActivationPeriod, start: date, end: date
) -> None:
    assert period.end(start) == end


def test_a_product_without_an_activation_period_is_not_compared() -> None:
    assert not TERMS.differs_from(date(2026, 8, 1), date(2026, 8, 2))


def test_the_same_day_does_not_differ_and_any_other_does() -> None:
    terms = replace(TERMS, activation_period=SCHOOL_YEAR)
    assert not terms.differs_from(date(2026, 8, 1), date(2027, 7, 31))
    assert terms.differs_from(date(2026, 8, 1), date(2027, 7, 30))
    assert terms.differs_from(date(2026, 8, 1), date(2027, 8, 1))


def test_a_variant_nobody_defined_has_no_end() -> None:
    with pytest.raises(ValueError, match="decade"):
        ActivationPeriod(variant="decade").end(date(2026, 8, 1))

from __future__ import annotations

from datetime import date

import pytest

from aanspraak.domain.errors import ForecastIncomplete
from aanspraak.domain.forecast.events import ForecastGiven
from tests.domain.contracts import EXPECTED, SCHOOL, expects
from tests.spec import asked, given


def test_for_a_product_and_a_period() -> None:
    given().when(EXPECTED).then(
        ForecastGiven(
            school_id=SCHOOL,
            product_id="9789001234567",
            period_from=date(2026, 8, 1),
            period_until=date(2027, 7, 31),
            expected=120,
            source="school",
            reason_id=None,
        )
    )


def test_the_same_number_again_changes_nothing() -> None:
    given(*asked(EXPECTED)).when(EXPECTED).nothing_happens()


def test_the_newest_number_counts() -> None:
    given(*asked(EXPECTED)).when(expects(expected=0)).then_kinds(ForecastGiven)
    given(*asked(EXPECTED, expects(expected=0))).when(EXPECTED).then_kinds(ForecastGiven)
    given(*asked(EXPECTED)).when(expects(source="shop")).then_kinds(ForecastGiven)


def test_a_period_of_one_day_is_one() -> None:
    given().when(expects(period_until=date(2026, 8, 1))).then_kinds(ForecastGiven)


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"product_id": ""}, "productId is empty"),
        ({"period_until": date(2026, 7, 31)}, "until lies before from"),
        ({"expected": -1}, "expected must be from 0 to 1000000"),
        ({"expected": 1_000_001}, "expected must be from 0 to 1000000"),
    ],
)
def test_it_is_a_number_for_something(change: dict[str, object], detail: str) -> None:
    given().when(expects(**change)).refused(ForecastIncomplete, detail)

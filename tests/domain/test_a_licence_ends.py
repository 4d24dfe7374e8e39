from __future__ import annotations

from datetime import MAXYEAR, date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aanspraak.domain.licence_period import LicencePeriod, school_year_end

MONTH = LicencePeriod(variant="month")
YEAR = LicencePeriod(variant="year")
SCHOOL_YEAR = LicencePeriod(variant="schoolyear")

days = st.dates(max_value=date(MAXYEAR - 2, 12, 31))
periods = st.one_of(
    st.sampled_from((MONTH, YEAR, SCHOOL_YEAR)),
    st.builds(LicencePeriod, variant=st.just("days"), days=st.integers(1, 4000)),
)


@pytest.mark.parametrize(
    ("period", "first_use", "end"),
    [
        (LicencePeriod(variant="days", days=30), date(2026, 9, 1), date(2026, 10, 1)),
        (LicencePeriod(variant="days", days=1), date(2026, 12, 31), date(2027, 1, 1)),
        (MONTH, date(2026, 9, 1), date(2026, 10, 1)),
        (MONTH, date(2026, 12, 15), date(2027, 1, 15)),
        (MONTH, date(2026, 1, 31), date(2026, 2, 28)),
        (MONTH, date(2028, 1, 31), date(2028, 2, 29)),
        (MONTH, date(2026, 3, 31), date(2026, 4, 30)),
        (YEAR, date(2026, 9, 1), date(2027, 9, 1)),
        (YEAR, date(2028, 2, 29), date(2029, 2, 28)),
        (YEAR, date(2027, 2, 28), date(2028, 2, 28)),
        (YEAR, date(MAXYEAR - 1, 9, 1), date(MAXYEAR, 9, 1)),
        (SCHOOL_YEAR, date(2026, 9, 1), date(2027, 7, 31)),
        (SCHOOL_YEAR, date(2027, 1, 1), date(2027, 7, 31)),
        (SCHOOL_YEAR, date(2027, 7, 30), date(2027, 7, 31)),
        (SCHOOL_YEAR, date(2027, 7, 31), date(2028, 7, 31)),
        (SCHOOL_YEAR, date(2027, 8, 1), date(2028, 7, 31)),
    ],
)
def test_so_long_after_first_use(period: LicencePeriod, first_use: date, end: date) -> None:
    assert period.end(first_use) == end


@given(days)
def test_a_school_year_ends_on_the_first_31_july_strictly_after(day: date) -> None:
    end = school_year_end(day)
    assert (end.month, end.day) == (7, 31)
    assert timedelta(0) < end - day <= timedelta(days=366)


@given(days)
def test_a_month_later_is_the_same_day_or_the_last_of_the_next_month(day: date) -> None:
    end = MONTH.end(day)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == 1
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)


@given(days)
def test_a_year_later_is_the_same_day_or_28_february(day: date) -> None:
    end = YEAR.end(day)
    same_day = (day.year + 1, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)
    assert (end.year, end.month, end.day) == same_day


@given(period=periods, first=days, second=days)
def test_who_starts_later_never_ends_earlier(
    period: LicencePeriod, first: date, second: date
) -> None:
    earlier, later = sorted((first, second))
    assert earlier < period.end(earlier) <= period.end(later)


@given(period=periods, start=days, activation_until=days)
def test_what_is_promised_lasts_at_least_as_long_as_one_may_start(
    period: LicencePeriod, start: date, activation_until: date
) -> None:
    promised = period.expected_end(start, activation_until)
    if promised is None:
        assert period.end(start) < activation_until
    else:
        assert promised == period.end(start) >= activation_until


@given(
    st.sampled_from((MONTH, YEAR, SCHOOL_YEAR, LicencePeriod(variant="days", days=10**9))),
    st.dates(min_value=date(MAXYEAR, 8, 1)),
)
def test_where_the_calendar_ends_a_licence_ends(period: LicencePeriod, first_use: date) -> None:
    assert first_use <= period.end(first_use) <= date.max


@pytest.mark.parametrize(
    ("start", "late"),
    [
        (date(2026, 6, 1), False),
        (date(2026, 6, 2), True),
        (date(2026, 7, 30), True),
        (date(2026, 7, 31), False),
        (date(2026, 8, 1), False),
    ],
)
def test_less_than_sixty_days_before_the_31_july_that_ends_it_is_late(
    start: date, *, late: bool
) -> None:
    assert SCHOOL_YEAR.starts_late(start) == late


@pytest.mark.parametrize("period", [MONTH, YEAR, LicencePeriod(variant="days", days=10)])
def test_only_a_licence_for_a_school_year_can_start_late(period: LicencePeriod) -> None:
    assert not period.starts_late(date(2026, 7, 1))


def test_a_period_nobody_defined_has_no_end() -> None:
    with pytest.raises(ValueError, match="decade"):
        LicencePeriod(variant="decade").end(date(2026, 9, 1))

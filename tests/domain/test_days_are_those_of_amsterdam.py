from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from aanspraak.domain.calendar_days import day_of
from projections.order_trace import moment_at


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 7, 31, 21, 59, tzinfo=UTC), date(2026, 7, 31)),
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), date(2026, 8, 1)),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_there_in_summer_and_in_winter(
    moment: datetime, day: date
) -> None:
    assert day_of(moment) == day
    assert moment_at(moment, 900) == (moment, day, timedelta(seconds=900))

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aanspraak.application.catalogue_pull import OLDEST_SINCE, OVERLAP, next_pull_at, since_of

NOW = datetime(2026, 8, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LADDER = (timedelta(minutes=1), timedelta(minutes=5), HOUR)


def test_without_a_success_everything_is_asked() -> None:
    assert since_of(None, NOW) is None


def test_changes_are_asked_from_a_little_before_the_last_success_began() -> None:
    assert since_of(NOW - HOUR, NOW) == NOW - HOUR - OVERLAP


@pytest.mark.parametrize(
    ("ago", "everything"),
    [
        (OLDEST_SINCE - 2 * OVERLAP, False),
        (OLDEST_SINCE - 2 * OVERLAP + timedelta(seconds=1), True),
        (OLDEST_SINCE, True),
        (timedelta(days=400), True),
    ],
)
def test_since_is_never_older_than_seven_days_on_either_clock(
    ago: timedelta, *, everything: bool
) -> None:
    assert (since_of(NOW - ago, NOW) is None) is everything


def test_after_a_success_the_usual_time_passes() -> None:
    assert next_pull_at(HOUR, LADDER, 0, NOW) == NOW + HOUR


@pytest.mark.parametrize(("failures", "rung"), [(1, 0), (2, 1), (3, 2), (9, 2)])
def test_after_failures_in_a_row_the_ladder_counts_and_its_last_rung_repeats(
    failures: int, rung: int
) -> None:
    assert next_pull_at(HOUR, LADDER, failures, NOW) == NOW + LADDER[rung]


def test_who_says_when_to_come_back_is_not_asked_before() -> None:
    assert next_pull_at(HOUR, LADDER, 1, NOW, 2 * HOUR) == NOW + 2 * HOUR
    assert next_pull_at(HOUR, LADDER, 3, NOW, timedelta(seconds=1)) == NOW + HOUR

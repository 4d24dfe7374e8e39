"""A fact stands beneath the one it came of, as causes say it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from aanspraak.domain.recorded import Recorded
from projections.fact_tree import because_of, tree


@pytest.mark.parametrize(
    ("cause", "position"),
    [
        ("fact/12", 12),
        ("7/taken", 7),
        ("a4a5c1f0-0000-4000-8000-000000000000/x", None),
        ("clock/2026-08-24T12:00:00+00:00/x", None),
        ("12", None),
        ("fact/", None),
    ],
)
def test_a_cause_names_the_position_of_a_fact_or_something_else(
    cause: str, position: int | None
) -> None:
    assert because_of(cause) == position


def test_each_fact_follows_the_one_it_came_of_the_oldest_first() -> None:
    facts = [_fact(1, "asked"), _fact(2, "asked"), _fact(3, "fact/1"), _fact(4, "3/taken")]
    facts += [_fact(5, "fact/2"), _fact(6, "fact/1")]
    told = [(each.recorded.position, each.depth) for each in tree(facts[::-1])]
    assert told == [(1, 0), (3, 1), (4, 2), (6, 1), (2, 0), (5, 1)]


def test_no_fact_is_lost_whatever_its_cause_says() -> None:
    facts = [_fact(5, "fact/5"), _fact(6, "fact/7"), _fact(7, "fact/6"), _fact(8, "fact/1")]
    told = [(each.recorded.position, each.because, each.depth) for each in tree(facts)]
    assert told == [(5, 5, 0), (6, 7, 0), (7, 6, 1), (8, 1, 0)]


def test_a_story_may_be_as_deep_as_it_is_long() -> None:
    facts = [_fact(1, "asked"), *(_fact(n, f"fact/{n - 1}") for n in range(2, 5_000))]
    assert [each.depth for each in tree(facts)] == list(range(4_999))


def _fact(position: int, cause: str) -> Recorded:
    at = datetime(2026, 8, 24, tzinfo=UTC)
    return Recorded(position, UUID(int=position), 1, at, "test", "story", cause, "event")

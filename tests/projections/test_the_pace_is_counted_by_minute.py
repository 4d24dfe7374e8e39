"""pace: what each fact adds to which minute, and how long things took."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from projections.durations import BOUNDS_MS, bucket_of, percentile
from projections.pace import HUB, Minute, add, minutes_between
from tests.projections.facts import PORTAL, PORTAL_B, REGISTRY, SHOP, START, Log, Story
from tests.projections.memory import Memory
from tests.projections.stories import eventful_log


def paced(log: Log) -> dict[str, Minute]:
    """Per partner the sum of its minutes."""
    sums: dict[str, Minute] = {}
    for row in Memory().fold(log.facts).all_of("pace"):
        sums[row.partner] = add(sums.get(row.partner), row._replace(minute=START))
    return sums


def counts(row: Minute) -> tuple[int, ...]:
    """Orders, created, ready, placed, activated, taken, failed."""
    return row[2:9]


def test_a_delivery_counts_for_the_hub_and_for_each_partner_what_is_its_own() -> None:
    story = Story(Log(), users=3, portals=(PORTAL, PORTAL_B)).delivered().activated(2)
    rows = paced(story.log)
    assert counts(rows[HUB]) == (1, 3, 3, 6, 2, 10, 0)
    assert counts(rows[SHOP]) == (1, 3, 0, 0, 0, 1, 0)
    assert counts(rows[REGISTRY]) == (0, 0, 3, 0, 2, 3, 0)
    assert counts(rows[PORTAL]) == counts(rows[PORTAL_B]) == (0, 0, 0, 3, 0, 3, 0)


def test_from_the_order_to_the_first_link_is_counted_once_per_entitlement() -> None:
    story = Story(Log(), users=3, portals=(PORTAL, PORTAL_B)).delivered()
    rows = paced(story.log)
    assert sum(rows[HUB].durations.values()) == 3
    assert sum(rows[PORTAL].durations.values()) == sum(rows[PORTAL_B].durations.values()) == 3
    moved = story.moved_to(PORTAL_B).log
    assert paced(moved)[HUB].durations == rows[HUB].durations


def test_a_link_that_is_placed_again_is_no_second_delivery() -> None:
    story = Story(Log()).delivered().activated(expiration_date=date(2028, 7, 31)).links_requested()
    story.taken(PORTAL, 2).confirmed(PORTAL, 2)
    assert paced(story.log)[PORTAL].placed == 1


def test_a_repeated_activation_counts_once() -> None:
    story = Story(Log()).delivered().activated()
    story.activated(expiration_date=date(2028, 7, 31))
    assert paced(story.log)[HUB].activated == 1


def test_a_portal_whose_links_the_school_assigns_has_delivered_with_its_202() -> None:
    story = Story(Log(), delivery_type="school-all").received().created().entitled()
    story.links_requested().taken(PORTAL)
    assert paced(story.log)[PORTAL].placed == paced(story.log)[HUB].placed == 1
    assert paced(story.confirmed(PORTAL).log)[PORTAL].placed == 1


def test_what_is_refused_or_given_up_counts_as_failed_where_it_was() -> None:
    rows = paced(eventful_log())
    assert rows[SHOP].failed == 2
    failed = [rows[partner].failed for partner in (SHOP, REGISTRY, PORTAL)]
    assert rows[HUB].failed == sum(failed) > 2


def test_a_minute_has_what_happened_in_it_and_no_other() -> None:
    log = Log()
    Story(log, name="one").received()
    log.now += timedelta(minutes=5)
    Story(log, name="other").received()
    rows = {
        row.minute: row.orders
        for row in Memory().fold(log.facts).all_of("pace")
        if row.partner == HUB
    }
    assert rows == {START: 1, START + timedelta(minutes=5): 1}


def test_the_minutes_of_a_stretch_begin_with_that_of_its_first_moment() -> None:
    last = START + timedelta(minutes=2)
    minutes = list(minutes_between(START + timedelta(seconds=59), last))
    assert minutes == [START, START + timedelta(minutes=1)]


def test_a_bucket_holds_what_took_up_to_its_bound() -> None:
    assert bucket_of(timedelta(milliseconds=-5)) == bucket_of(timedelta(0)) == BOUNDS_MS[0]
    assert bucket_of(timedelta(seconds=1)) == 1000
    assert bucket_of(timedelta(seconds=1.001)) == 1500
    assert bucket_of(timedelta(days=400)) == BOUNDS_MS[-1]


@pytest.mark.parametrize(
    ("durations", "part", "seconds"),
    [
        ({}, 0.99, None),
        ({1000: 10}, 0.5, 0.875),
        ({1000: 10}, 1.0, 1.0),
        ({1000: 98, 60_000: 2}, 0.5, 0.8775510204081632),
        ({1000: 98, 60_000: 2}, 0.99, 52.5),
        ({1000: 0, 2000: 1}, 0.0, 1.5),
    ],
)
def test_percentiles_follow_from_the_buckets(
    durations: dict[int, int], part: float, seconds: float | None
) -> None:
    assert percentile(durations, part) == seconds

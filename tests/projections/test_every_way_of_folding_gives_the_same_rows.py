"""Twice is once, the size of a batch does not matter, and rebuilt is incremental."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aanspraak.domain.recorded import Recorded
from projections.by_stream import ByStream, can_fold
from projections.registry import PROJECTIONS, Adding, Projection
from projections.runner import facts_of
from tests.projections.memory import Memory
from tests.projections.stories import eventful_log


@cache
def facts() -> tuple[Recorded, ...]:
    return tuple(eventful_log().facts)


@cache
def at_once() -> Memory:
    return Memory().fold(facts())


def test_every_view_has_rows() -> None:
    assert all(at_once().rows.values())


@given(st.lists(st.integers(min_value=0, max_value=400)))
def test_batches_of_any_size_give_the_same_rows(cuts: list[int]) -> None:
    memory = Memory()
    places = [0, *sorted(cuts), len(facts())]
    for start, end in pairwise(places):
        memory.fold(facts()[start:end])
    assert memory.rows == at_once().rows


def test_one_fact_at_a_time_gives_the_same_rows() -> None:
    memory = Memory()
    for recorded in facts():
        memory.fold([recorded])
    assert memory.rows == at_once().rows


@given(st.integers(min_value=0, max_value=400), st.integers(min_value=0, max_value=400))
def test_folding_again_from_any_earlier_place_changes_nothing(one: int, other: int) -> None:
    again_from, until = sorted((one, other))
    memory = Memory().fold(facts()[:until])
    memory.fold(facts()[again_from:until]).fold(facts()[until:])
    assert memory.rows == at_once().rows


@pytest.mark.parametrize(
    "projection",
    [projection for projection in PROJECTIONS if can_fold(projection)],
    ids=lambda projection: projection.name,
)
def test_stream_by_stream_gives_the_same_rows(projection: Projection) -> None:
    folding = ByStream(projection)
    in_stream_order = sorted(facts(), key=lambda fact: (fact.stream_id, fact.version))
    rows = [*folding.add(in_stream_order), *folding.finish()]
    assert projection.by_key(rows) == at_once().rows[projection.name]
    assert len(projection.by_key(rows)) == len(rows)


def test_sums_are_those_of_their_shares_whoever_folds_a_part_of_the_streams() -> None:
    (pace,) = [each for each in PROJECTIONS if isinstance(each, Adding)]
    streams = {fact.stream_id for fact in facts()}
    in_stream_order = sorted(facts(), key=lambda fact: (fact.stream_id, fact.version))
    shares: list[Any] = []
    for one in streams:
        folding = ByStream(pace)
        for fact in in_stream_order:
            shares += folding.add([fact] if fact.stream_id == one else [])
        shares += folding.finish()
    assert len(shares) > len(pace.added_up(shares))
    assert pace.by_key(pace.added_up(shares)) == at_once().rows[pace.name]


def test_which_order_used_a_reference_first_does_not_follow_from_one_stream() -> None:
    assert [each.name for each in PROJECTIONS if not can_fold(each)] == ["order_requests"]


def test_what_a_view_does_not_follow_from_changes_nothing_in_it() -> None:
    for projection in PROJECTIONS:
        told = facts_of(projection)
        needed = Memory().fold([fact for fact in facts() if type(fact.event) in told])
        assert needed.rows[projection.name] == at_once().rows[projection.name]

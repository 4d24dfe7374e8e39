"""Who is entitled by which order of a pool."""

from __future__ import annotations

import pytest

from aanspraak.application.pool import over_quantity
from tests.application.pools import NEW, OLD, changes, joined, left, order, turn, turns


def test_whoever_matches_joins_with_the_first_turn() -> None:
    (change,) = changes([order(OLD, [1, 2])])
    assert joined(change) == {1: 1, 2: 1}


def test_the_oldest_order_that_matches_entitles_and_a_later_one_only_who_has_none() -> None:
    old, new = changes([order(OLD, [1, 2]), order(NEW, [2, 3])])
    assert (joined(old), joined(new)) == ({1: 1, 2: 1}, {3: 1})


def test_whoever_has_one_of_a_later_order_gets_none_of_an_older_one() -> None:
    old, new = changes([order(OLD, [1]), order(NEW, [])], turns(NEW, [1]))
    assert (joined(old), left(new)) == ({}, {})


@pytest.mark.parametrize(
    ("activations", "quantity", "by_old"), [(9, 10, True), (10, 10, False), (99, None, True)]
)
def test_a_joiner_is_of_the_oldest_order_with_room(
    activations: int, quantity: int | None, by_old: bool
) -> None:
    terms = {"activations": activations, "total_quantity": quantity}
    old, new = changes([order(OLD, [1], **terms), order(NEW, [1])])
    assert (joined(old), joined(new)) == (({1: 1}, {}) if by_old else ({}, {1: 1}))


def test_users_beyond_the_quantity_are_entitled_for_it_is_what_was_bought() -> None:
    (change,) = changes([order(OLD, range(40), total_quantity=10)])
    assert len(joined(change)) == 40


def test_whoever_comes_back_gets_the_next_turn() -> None:
    gone = turn(OLD, 1, 2, state="cancelled", cause="leaver")
    (change,) = changes([order(OLD, [1])], [turn(OLD, 1, state="cancelled", cause="leaver"), gone])
    assert joined(change) == {1: 3}


def test_whoever_comes_back_before_the_registry_confirmed_waits_for_that() -> None:
    (change,) = changes([order(OLD, [1])], [turn(OLD, 1, state="leaving", cause="leaver")])
    assert joined(change) == {}


@pytest.mark.parametrize("cause", ["operator", "forgotten"])
def test_what_somebody_took_back_on_purpose_the_roster_does_not_give_again(cause: str) -> None:
    (change,) = changes([order(OLD, [1])], [turn(OLD, 1, state="cancelled", cause=cause)])
    assert joined(change) == {}


def test_while_an_order_is_being_cancelled_its_users_get_no_other() -> None:
    paused = order(OLD, [1, 2, 3], paused=True)
    has = [turn(OLD, 1), turn(OLD, 2, state="cancelled", cause="order")]
    old, new = changes([paused, order(NEW, [1, 2, 3])], has)
    assert (joined(old), left(old), joined(new)) == ({}, {}, {3: 1})


def test_when_an_order_is_gone_the_others_entitle_its_users() -> None:
    (change,) = changes([order(NEW, [1, 2])])
    assert joined(change) == {1: 1, 2: 1}


@pytest.mark.parametrize(
    ("last", "joins"),
    [
        ({"state": "cancelled", "cause": "leaver"}, {1: 3}),
        ({"state": "cancelled", "cause": "operator"}, {}),
        ({"state": "live"}, {}),
    ],
    ids=["who left comes back", "an operator took it", "it is alive"],
)
def test_only_the_last_turn_says_whether_somebody_may_join_again(
    last: dict[str, str], joins: dict[int, int]
) -> None:
    put_back = turn(OLD, 1, state="cancelled", cause="order")
    (change,) = changes([order(OLD, [1])], [put_back, turn(OLD, 1, 2, **last)])
    assert joined(change) == joins


@pytest.mark.parametrize(
    ("used", "over"), [((100, 0), 0), ((150, 0), 0), ((150, 3), 3), ((40, 60), 0)]
)
def test_over_quantity_is_judged_for_the_pool(used: tuple[int, int], over: int) -> None:
    pool = [(OLD, used[0], 100), (NEW, used[1], 50)]
    assert over_quantity(pool) == ({NEW: over} if over else {})


def test_an_order_without_a_quantity_is_never_over() -> None:
    assert over_quantity([(OLD, 150, 100), (NEW, 10, None)]) == {}
    assert over_quantity([]) == {}

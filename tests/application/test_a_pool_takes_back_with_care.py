"""Who loses an entitlement, and when nobody does."""

from __future__ import annotations

from typing import Any

import pytest

from aanspraak.application.pool import Brake, resolve
from tests.application.pools import NEW, OLD, changes, joined, left, order, turn, turns


def test_whoever_left_the_roster_leaves() -> None:
    (change,) = changes([order(OLD, [1])], turns(OLD, [1, 2]))
    assert left(change) == {2: "leaver"}


@pytest.mark.parametrize(
    "state",
    [
        {"in_use": True},
        {"in_use": True, "state": "cancelled", "cause": "leaver"},
        {"state": "kept", "cause": "leaver"},
        {"state": "leaving", "cause": "leaver"},
        {"state": "cancelled", "cause": "leaver"},
    ],
    ids=str,
)
def test_whoever_uses_it_keeps_it_and_nobody_is_asked_to_leave_twice(state: dict[str, Any]) -> None:
    (change,) = changes([order(OLD, [])], [turn(OLD, 1, **state)])
    assert left(change) == {}


def test_whoever_matches_another_order_of_the_pool_stays_where_he_is() -> None:
    old, new = changes([order(OLD, []), order(NEW, [1])], turns(OLD, [1]))
    assert (left(old), joined(new)) == ({}, {})


def test_nobody_leaves_an_order_that_is_being_cancelled() -> None:
    (change,) = changes([order(OLD, [], paused=True)], turns(OLD, [1]))
    assert left(change) == {}


@pytest.mark.parametrize(
    ("users", "leavers", "held_back"),
    [(10, 10, 0), (11, 11, 11), (100, 10, 0), (100, 11, 11), (1000, 50, 0), (1000, 51, 51)],
)
def test_more_than_five_in_a_hundred_and_more_than_ten_wait_for_the_operator(
    users: int, leavers: int, held_back: int
) -> None:
    (change,) = changes([order(OLD, range(leavers, users))], turns(OLD, range(users)))
    assert (change.held_back, len(change.left)) == (held_back, leavers - held_back)
    assert change.held_of == (users if held_back else 0)


def test_the_brake_holds_nobody_back_from_joining() -> None:
    (change,) = changes([order(OLD, [999])], turns(OLD, range(20)))
    assert (joined(change), left(change), change.held_back) == ({999: 1}, {}, 20)


def test_the_brake_is_of_each_order_by_itself() -> None:
    old, new = changes(
        [order(OLD, []), order(NEW, [])], turns(OLD, range(20)) + turns(NEW, range(50, 55))
    )
    assert (old.held_back, len(new.left)) == (20, 5)


def test_released_by_the_operator_they_leave() -> None:
    (change,) = changes([order(OLD, [], braked=False)], turns(OLD, range(20)))
    assert len(change.left) == 20


def test_the_brake_is_what_is_configured() -> None:
    (change,) = resolve([order(OLD, [])], turns(OLD, range(3)), Brake(percent=50, count=2))
    assert change.held_back == 3


@pytest.mark.parametrize(("on_full", "cause"), [("withdraw", "full"), ("keep", None)])
def test_a_full_pool_withdraws_the_rest_when_the_contract_says_so(
    on_full: str, cause: str | None
) -> None:
    full = order(OLD, range(30), total_quantity=10, activations=10, on_full=on_full)
    has = turns(OLD, range(10), in_use=True) + turns(OLD, range(10, 29))
    (change,) = changes([full], has)
    assert set(left(change).values()) == ({cause} if cause else set())
    assert len(change.left) == (19 if cause else 0)
    assert joined(change) == {}


def test_a_pool_is_full_when_all_its_orders_are() -> None:
    terms = {"total_quantity": 10, "on_full": "withdraw"}
    pool = [order(OLD, [1], activations=10, **terms), order(NEW, [], **terms)]
    assert [left(each) for each in changes(pool, turns(OLD, [1]))] == [{}, {}]
    without = [order(OLD, [1], activations=99, total_quantity=10, on_full="withdraw")]
    assert left(changes([*without, order(NEW, [])], turns(OLD, [1]))[0]) == {}


def test_what_was_withdrawn_from_a_full_order_another_with_room_gives() -> None:
    old, new = changes(
        [
            order(OLD, [1], activations=10, total_quantity=10, on_full="withdraw"),
            order(NEW, [1], total_quantity=5, on_full="withdraw"),
        ],
        [turn(OLD, 1, state="cancelled", cause="full")],
    )
    assert (joined(old), joined(new)) == ({}, {1: 1})

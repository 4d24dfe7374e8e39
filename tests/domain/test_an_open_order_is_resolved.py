from __future__ import annotations

import pytest

from aanspraak.domain.errors import NobodyHeldBack
from aanspraak.domain.resolution.events import (
    FollowingEnded,
    HoldingBackEnded,
    LeaversHeldBack,
    LeaversReleased,
    UsersResolved,
)
from tests.domain.resolutions import END, RELEASE, holding, joining, leaving, people
from tests.spec import asked, given


@pytest.mark.parametrize(
    ("users", "parts"), [(1, [1]), (500, [500]), (501, [500, 1]), (1500, [500] * 3)]
)
def test_what_the_roster_says_is_written_down_five_hundred_at_a_time(
    users: int, parts: list[int]
) -> None:
    joined = given().when(joining(*range(users))).facts()
    assert [len(fact.turns) for fact in joined if isinstance(fact, UsersResolved)] == parts
    left = given(*joined).when(leaving(*range(users))).facts()
    assert [len(fact.left_turns) for fact in left if isinstance(fact, UsersResolved)] == parts


def test_everybody_keeps_the_reference_and_the_turn_of_the_roster() -> None:
    (fact,) = asked(joining(1, 2, turn=3))
    assert isinstance(fact, UsersResolved)
    assert (fact.subject_ids, fact.user_reference_ids, fact.turns) == (
        people(1, 2),
        people(1, 2),
        (3, 3),
    )


def test_nobody_joins_twice_with_a_turn_or_leaves_it_twice() -> None:
    given(*asked(joining(1, 2))).when(joining(1, 2)).nothing_happens()
    given(*asked(joining(1), leaving(1))).when(leaving(1)).nothing_happens()


def test_whoever_comes_back_joins_with_the_next_turn() -> None:
    history = asked(joining(1), leaving(1))
    given(*history).when(joining(1, turn=2)).then_kinds(UsersResolved)


def test_whoever_was_put_back_beside_the_roster_can_leave_that_turn() -> None:
    given(*asked(joining(1))).when(leaving(1, turn=2)).then_kinds(UsersResolved)


def test_that_leavers_are_held_back_is_told_when_the_number_changes() -> None:
    history = asked(holding(20, 100))
    given().when(holding(20, 100)).then_kinds(LeaversHeldBack)
    given(*history).when(holding(20, 100)).nothing_happens()
    given(*history).when(holding(21, 100)).then_kinds(LeaversHeldBack)


def test_when_the_roster_has_them_again_nobody_is_held_back() -> None:
    given(*asked(holding(20, 100))).when(joining()).then_kinds(HoldingBackEnded)
    given().when(joining()).nothing_happens()


def test_an_operator_lets_them_go_once() -> None:
    given(*asked(holding(20, 100))).when(RELEASE).then_kinds(LeaversReleased)
    given(*asked(holding(20, 100), RELEASE)).when(RELEASE).refused(NobodyHeldBack)
    given().when(RELEASE).refused(NobodyHeldBack)


def test_after_its_last_day_an_order_is_not_followed() -> None:
    given().when(END).then_kinds(FollowingEnded)
    given(*asked(END)).when(END).nothing_happens()
    given(*asked(END)).when(joining(1)).nothing_happens()
    given(*asked(holding(20, 100), END)).when(RELEASE).refused(NobodyHeldBack)

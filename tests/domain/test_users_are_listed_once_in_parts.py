from __future__ import annotations

from uuid import UUID

import pytest

from aanspraak.domain.order_users.commands import ListUsers
from aanspraak.domain.order_users.events import UsersListed
from tests.spec import asked, given


def list_of(count: int) -> ListUsers:
    return ListUsers(
        subject_ids=tuple(UUID(int=number) for number in range(count)),
        user_reference_ids=tuple(UUID(int=number + 10**9) for number in range(count)),
    )


@pytest.mark.parametrize(
    ("users", "parts"),
    [(1, [1]), (500, [500]), (501, [500, 1]), (1000, [500, 500]), (20_000, [500] * 40)],
)
def test_five_hundred_at_a_time(users: int, parts: list[int]) -> None:
    facts = given().when(list_of(users)).facts()
    assert [len(fact.subject_ids) for fact in facts if isinstance(fact, UsersListed)] == parts


def test_nobody_is_lost_and_everybody_keeps_the_reference_that_named_them() -> None:
    command = list_of(1234)
    pairs = [
        pair
        for fact in asked(command)
        if isinstance(fact, UsersListed)
        for pair in zip(fact.subject_ids, fact.user_reference_ids, strict=True)
    ]
    assert pairs == list(zip(command.subject_ids, command.user_reference_ids, strict=True))


def test_a_list_is_written_once() -> None:
    given(*asked(list_of(3))).when(list_of(3)).nothing_happens()
    given(*asked(list_of(3))).when(list_of(700)).nothing_happens()


def test_a_list_of_nobody_is_no_fact() -> None:
    given().when(list_of(0)).nothing_happens()

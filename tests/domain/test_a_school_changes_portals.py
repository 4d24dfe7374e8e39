"""What an operator decides about a school's portals goes before what orders name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from aanspraak.domain.errors import PortalNotAtSchool
from aanspraak.domain.school.events import PortalAdded, PortalRemoved, PortalReplaced
from aanspraak.domain.school.state import replay
from tests.domain.schools import REASON, SCHOOL, add, remove, swap
from tests.spec import asked, given

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aanspraak.domain.school.commands import SchoolCommand

portals = st.sampled_from(("a", "b", "c"))
decisions = st.lists(
    st.one_of(
        portals.map(add),
        portals.map(remove),
        st.permutations(("a", "b", "c")).map(lambda some: swap(some[0], some[1])),
    ),
    max_size=8,
)


def where(*commands: SchoolCommand, named: Sequence[str]) -> tuple[str, ...]:
    """Where an order goes that names these portals."""
    return replay(asked(*commands)).of(named)  # type: ignore[arg-type]


def test_each_decision_is_a_fact_with_its_reason() -> None:
    given().when(add("a")).then(PortalAdded(school_id=SCHOOL, portal="a", reason_id=REASON))
    given().when(remove("a")).then(PortalRemoved(school_id=SCHOOL, portal="a", reason_id=REASON))
    given().when(swap("a", "b")).then(
        PortalReplaced(school_id=SCHOOL, portal="a", new_portal="b", reason_id=REASON)
    )


@pytest.mark.parametrize("command", [add("a"), remove("a"), swap("a", "b")])
def test_asked_twice_it_is_decided_once(command: SchoolCommand) -> None:
    given(*asked(command)).when(command).nothing_happens()


def test_a_portal_that_is_replaced_by_itself_stays() -> None:
    given().when(swap("a", "a")).nothing_happens()


def test_what_is_gone_cannot_be_replaced() -> None:
    given(*asked(remove("a"))).when(swap("a", "b")).refused(PortalNotAtSchool)
    given(*asked(swap("a", "b"))).when(swap("a", "c")).refused(PortalNotAtSchool)


def test_where_nothing_was_decided_an_order_goes_where_it_says() -> None:
    assert where(named=["b", "a"]) == ("b", "a")


def test_a_portal_that_is_added_gets_every_order() -> None:
    assert where(add("c"), named=["a"]) == ("a", "c")
    assert where(add("c"), named=[]) == ("c",)
    assert where(add("a"), named=["a"]) == ("a",)


def test_a_portal_that_is_removed_gets_nothing_not_even_what_names_it() -> None:
    assert where(remove("a"), named=["a", "b"]) == ("b",)
    assert where(add("a"), remove("a"), named=["a"]) == ()


def test_a_replaced_portal_takes_only_what_was_there() -> None:
    assert where(swap("a", "b"), named=["a"]) == ("b",)
    assert where(swap("a", "b"), named=["c"]) == ("c",)
    assert where(swap("a", "b"), named=["a", "b"]) == ("b",)


def test_decisions_follow_each_other() -> None:
    assert where(swap("a", "b"), swap("b", "c"), named=["a"]) == ("c",)
    assert where(swap("a", "b"), remove("b"), named=["a", "c"]) == ("c",)
    assert where(add("a"), swap("a", "b"), named=["c"]) == ("c", "b")
    assert where(swap("a", "b"), swap("b", "a"), named=["a"]) == ("a",)


def test_what_became_another_portal_does_not_move_with_a_third() -> None:
    """Else what an order names would depend on how often it is looked at."""
    assert where(swap("b", "c"), swap("a", "b"), named=["a"]) == ("b",)


@any_of(decisions, st.lists(portals, unique=True))
def test_where_an_order_goes_is_each_decision_applied_to_where_it_went(
    asks: Sequence[SchoolCommand], named: Sequence[str]
) -> None:
    history: tuple[object, ...] = ()
    expected = set(named)
    for command in asks:
        try:
            facts = given(*history).when(command).facts()
        except PortalNotAtSchool:
            assert command.portal not in expected
            continue
        history += facts
        for fact in facts:
            match fact:
                case PortalAdded(portal=portal):
                    expected |= {portal}
                case PortalRemoved(portal=portal):
                    expected -= {portal}
                case PortalReplaced(portal=portal, new_portal=new) if portal in expected:
                    expected = expected - {portal} | {new}
                case _:
                    pass
    assert set(replay(history).of(named)) == expected  # type: ignore[arg-type]

"""Open orders on a real log and a real roster: who joins, who leaves, and what the order hears."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from aanspraak.domain import ids
from aanspraak.domain.contract_terms import WITHDRAW, ContractTerms
from aanspraak.domain.delivery_order.events import ConfirmationIssued
from aanspraak.domain.resolution.commands import EndFollowing, ReleaseLeavers
from adapters.postgres.pool_clock import due_for_open_orders
from tests.contracts.pool_case import PoolCase, belongs

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from adapters.postgres.roster import TargetKind

pytestmark = pytest.mark.anyio


@pytest.fixture
async def case(conn: AsyncConnection[Any]) -> PoolCase:
    return PoolCase(conn=conn)


async def test_whoever_is_on_the_roster_is_entitled(case: PoolCase) -> None:
    await case.roster([1, 2, 3])
    order = await case.order()
    await case.follow()
    assert await case.given(order) == {1: 1, 2: 1, 3: 1}


async def test_an_order_waits_for_the_roster_and_every_change_of_it_looks_again(
    case: PoolCase,
) -> None:
    order = await case.order()
    await case.follow()
    assert await case.given(order) == {}
    await case.roster([1])
    await case.follow()
    await case.roster([1, 2])
    await case.follow()
    assert await case.given(order) == {1: 1, 2: 1}


@pytest.mark.parametrize(
    ("delivery_type", "kind"),
    [("school-studies", "study"), ("school-subjects", "subject"), ("school-groups", "group")],
)
async def test_an_order_for_some_is_for_who_belongs_to_them_in_its_period(
    case: PoolCase, delivery_type: str, kind: TargetKind
) -> None:
    next_year = {"valid_from": date(2027, 8, 1)}
    last_year = {"valid_from": date(2025, 8, 1), "valid_until": date(2026, 8, 1)}
    await case.rosters(
        [
            (1, "student", belongs(kind, "one")),
            (2, "student", belongs(kind, "two", "three")),
            (3, "student", belongs(kind, "three")),
            (4, "student", belongs(kind, "one", **next_year)),
            (5, "student", belongs(kind, "one", **last_year)),
        ]
    )
    period = {"start_date": date(2026, 8, 1), "activation_until_date": date(2027, 7, 31)}
    order = await case.order(delivery_type, selection=("one", "two"), **period)
    await case.follow()
    assert await case.given(order) == {1: 1, 2: 1}


async def test_what_a_school_distributes_itself_is_for_who_has_a_role_in_it(case: PoolCase) -> None:
    await case.rosters(
        [
            (1, "employee", belongs("role", "leermiddelencoordinator")),
            (2, "employee", belongs("role", "docent")),
            (3, "student", ()),
        ]
    )
    order = await case.order("school-admin")
    await case.follow()
    assert await case.given(order) == {1: 1}


async def test_a_leaver_loses_it_unless_it_is_in_use_and_gets_the_next_turn_when_back(
    case: PoolCase,
) -> None:
    await case.roster([1, 2, 3])
    order = await case.order()
    await case.follow()
    await case.activate(order, 2)
    await case.roster([3])
    await case.follow()
    assert await case.states(order) == {"live": 2, "leaving": 1}
    await case.roster([1, 2, 3])
    await case.follow()
    assert (await case.given(order))[1] == 1
    await case.registry_confirms()
    assert await case.given(order) == {1: 2, 2: 1, 3: 1}


async def test_a_leaver_whom_the_registry_knows_better_keeps_it(case: PoolCase) -> None:
    await case.roster([1])
    order = await case.order()
    await case.follow()
    await case.registry_confirms()
    await case.roster([2])
    await case.follow()
    await case.registry_confirms(success=False)
    await case.roster([2, 3])
    await case.follow()
    assert (await case.states(order))["kept"] == 1
    assert (await case.counted())["CancellationAsked"] == 1


async def test_too_many_leavers_wait_for_somebody_while_others_join(case: PoolCase) -> None:
    await case.roster(range(40))
    order = await case.order()
    await case.follow()
    await case.roster(range(12, 41))
    await case.follow()
    assert await case.rows("SELECT held_back, held_of FROM policy.pool_orders") == [(12, 40)]
    assert await case.rows("SELECT kind FROM policy.incident_items") == [("leavers-held-back",)]
    counted = await case.counted()
    assert (counted["CancellationAsked"], counted["IncidentOpened"]) == (0, 1)
    assert 40 in await case.given(order)
    release = ReleaseLeavers(order=order, reason_id=None)
    await case.submit((ids.resolution_stream(order), release))
    await case.follow()
    assert (await case.counted())["CancellationAsked"] == 12


async def test_when_the_roster_has_them_again_nobody_is_held_back(case: PoolCase) -> None:
    await case.roster(range(40))
    order = await case.order()
    await case.follow()
    await case.roster(range(12, 40))
    await case.follow()
    await case.roster(range(40))
    await case.follow()
    assert await case.states(order) == {"live": 40}
    assert await case.rows("SELECT held_back FROM policy.pool_orders") == [(0,)]
    assert (await case.counted())["HoldingBackEnded"] == 1


async def test_two_orders_of_a_pool_give_everybody_one(case: PoolCase) -> None:
    await case.rosters(
        [(1, "student", belongs("group", "a")), (2, "student", belongs("group", "b"))]
    )
    first = await case.order("school-groups", selection=("a",))
    second = await case.order()
    other_contract = await case.order(contract_id=None)
    await case.follow()
    assert await case.given(first) == {1: 1}
    assert await case.given(second) == {2: 1}
    assert await case.given(other_contract) == {1: 1, 2: 1}


async def test_joiners_are_of_the_next_order_when_the_first_is_in_use_as_often_as_bought(
    case: PoolCase,
) -> None:
    await case.roster([1, 2])
    first = await case.order(total_quantity=2)
    second = await case.order(total_quantity=2)
    await case.follow()
    await case.activate(first, 1, 2)
    await case.roster([1, 2, 3])
    await case.follow()
    assert await case.given(second) == {3: 1}


async def test_a_full_pool_keeps_what_is_unused_or_withdraws_it_as_the_contract_says(
    case: PoolCase,
) -> None:
    await case.roster([1, 2, 3])
    keeping = await case.order(total_quantity=1, product_id="keeping")
    contract = ContractTerms(contract_id="contract-7", on_full=WITHDRAW)
    withdrawing = await case.order(total_quantity=1, product_id="withdrawing", contract=contract)
    await case.follow()
    await case.activate(keeping, 1)
    await case.activate(withdrawing, 1)
    assert await case.states(keeping) == {"live": 3}
    assert await case.states(withdrawing) == {"live": 1, "leaving": 2}
    await case.registry_confirms()
    assert await case.states(withdrawing) == {"live": 1, "cancelled": 2}
    assert len(await case.given(withdrawing)) == 3


async def test_everybody_who_activates_what_a_school_distributes_counts(case: PoolCase) -> None:
    await case.roster([1], *belongs("role", "applicatiebeheerder"), kind="employee")
    order = await case.order("school-admin", total_quantity=9)
    await case.follow()
    await case.activate(order, 1)
    await case.activate(order, 1, by=7)
    await case.activate(order, 1, by=8)
    await case.activate(order, 1, by=7)
    assert await case.rows("SELECT used FROM policy.pool_orders") == [(3,)]


async def test_what_is_past_its_period_is_not_followed_and_its_pool_goes_on(case: PoolCase) -> None:
    await case.roster([1])
    first, second = await case.order(), await case.order()
    await case.follow()
    await case.submit((ids.resolution_stream(first), EndFollowing(order=first)))
    await case.follow()
    await case.roster([1, 2])
    await case.follow()
    assert await case.given(first) == {1: 1}
    assert await case.given(second) == {1: 1, 2: 1}
    assert (await case.counted())["CancellationAsked"] == 0


async def test_the_order_is_told_once_however_many_join_later(case: PoolCase) -> None:
    await case.roster([1, 2])
    await case.order()
    await case.follow()
    await case.registry_confirms()
    for people in ([1, 2, 3], [1, 2, 3, 4]):
        await case.roster(people)
        await case.follow()
        await case.registry_confirms()
    told = [fact.event for fact in await case.log() if isinstance(fact.event, ConfirmationIssued)]
    assert [event.new_status for event in told] == ["processed"]
    rows = await case.rows("SELECT expected, created, delivered FROM policy.orders")
    assert rows == [(4, 4, 4)]


async def test_the_clock_ends_the_following_and_tells_who_still_waits_for_a_roster(
    case: PoolCase,
) -> None:
    start, until = date(2026, 8, 1), date(2027, 7, 31)
    await case.order(start_date=start, activation_until_date=until)
    await case.follow()
    for day, incidents, ended in (
        (datetime(2026, 7, 31, 12, tzinfo=UTC), 0, 0),
        (datetime(2026, 8, 1, 12, tzinfo=UTC), 1, 0),
        (datetime(2027, 7, 31, 12, tzinfo=UTC), 1, 0),
        (datetime(2027, 8, 1, 12, tzinfo=UTC), 1, 1),
        (datetime(2027, 8, 2, 12, tzinfo=UTC), 1, 1),
    ):
        await case.submit_all(await due_for_open_orders(case.conn, day))
        await case.follow()
        counted = await case.counted()
        assert (counted["IncidentOpened"], counted["FollowingEnded"]) == (incidents, ended)
    assert await case.rows("SELECT state FROM policy.pool_orders") == [("over",)]


async def test_the_clock_tells_of_no_order_whose_users_have_it_by_an_older_one(
    case: PoolCase,
) -> None:
    await case.order()
    await case.roster(range(4))
    await case.follow()
    await case.order()
    await case.order("school-studies", selection=("h3",))
    await case.follow()
    assert await due_for_open_orders(case.conn, datetime.now(UTC)) == []
    await case.order("school-admin")
    await case.follow()
    assert len(await due_for_open_orders(case.conn, datetime.now(UTC))) == 1


async def test_when_somebody_is_found_or_let_go_nobody_has_to_look_any_more(case: PoolCase) -> None:
    order = await case.order()
    await case.follow()
    await case.submit_all(await due_for_open_orders(case.conn, datetime.now(UTC)))
    await case.follow()
    await case.roster(range(40))
    await case.follow()
    assert (await case.counted())["IncidentClosed"] == 1
    await case.roster(range(20))
    await case.follow()
    await case.submit((ids.resolution_stream(order), ReleaseLeavers(order=order, reason_id=None)))
    await case.follow()
    counted = await case.counted()
    assert (counted["IncidentOpened"], counted["IncidentClosed"]) == (2, 2)

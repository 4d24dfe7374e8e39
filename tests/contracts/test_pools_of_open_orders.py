"""Pools through cancellations, races and rebuilds: nobody has two, and the log says all of it."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from aanspraak.domain import ids
from aanspraak.domain.contract_terms import EQUAL, KEEP, MANUAL, WITHDRAW, ContractTerms
from aanspraak.domain.delivery_order.commands import ReleaseDeliveryOrder
from aanspraak.domain.resolution.commands import EndFollowing
from tests.contracts.pool_case import PoolCase, belongs, pupil

if TYPE_CHECKING:
    from uuid import UUID

    from psycopg import AsyncConnection

pytestmark = pytest.mark.anyio

TWICE_LIVE = """
SELECT m.subject_id, o.product_id
FROM policy.pool_members m
JOIN policy.pool_orders o USING (order_id)
JOIN policy.entitlements e USING (entitlement_id)
WHERE NOT e.cancelled AND o.state IN ('live', 'cancelling')
GROUP BY m.subject_id, o.product_id HAVING count(*) > 1
"""


@pytest.fixture
async def case(conn: AsyncConnection[Any]) -> PoolCase:
    return PoolCase(conn=conn)


async def test_when_an_order_is_cancelled_the_others_of_its_pool_entitle_its_users(
    case: PoolCase,
) -> None:
    await case.roster([1, 2])
    first, second = await case.order(), await case.order()
    await case.follow()
    await case.registry_confirms()
    await case.cancel(first)
    await case.follow()
    await case.roster([1, 2, 3])
    await case.follow()
    assert await case.given(second) == {3: 1}
    await case.registry_confirms()
    assert await case.given(second) == {1: 1, 2: 1, 3: 1}
    assert await case.rows(TWICE_LIVE) == []


async def test_when_a_cancellation_is_refused_its_users_have_what_they_had(case: PoolCase) -> None:
    await case.roster([1, 2])
    first, second = await case.order(), await case.order()
    await case.follow()
    await case.registry_confirms()
    await case.cancel(first)
    await case.follow()
    await case.registry_confirms(refused={ids.entitlement_id(first, pupil(1), 1)})
    await case.activate(first, 1)
    await case.registry_confirms()
    assert await case.given(first) == {1: 1, 2: 2}
    assert await case.given(second) == {}
    assert await case.rows(TWICE_LIVE) == []
    await case.roster([1, 2, 3])
    await case.follow()
    assert (await case.given(first))[3] == 1


async def test_an_order_does_not_hang_on_a_leaver_whom_the_registry_keeps(case: PoolCase) -> None:
    await case.roster([1, 2])
    order = await case.order()
    await case.follow()
    await case.registry_confirms()
    await case.roster([2])
    await case.follow()
    assert await case.states(order) == {"live": 1, "leaving": 1}
    await case.cancel(order)
    await case.follow()
    leaver = ids.entitlement_id(order, pupil(1), 1)
    await case.registry_confirms(refused={leaver})
    await case.registry_confirms(refused={leaver})
    assert (await case.counted())["DeliveryOrderCancellationRefused"] == 1
    await case.registry_confirms()
    assert await case.given(order) == {1: 1, 2: 2}


async def test_a_turn_that_was_never_given_has_no_link_to_take_away(case: PoolCase) -> None:
    await case.roster([1])
    order = await case.order(portals=("portal-1",))
    await case.follow()
    await case.registry_confirms()
    await case.roster([1, 2])
    await case.cancel(order)
    await case.follow(size=1)
    assert (await case.states(order))["not-given"] == 1
    await case.registry_confirms(refused={ids.entitlement_id(order, pupil(1), 1)})
    await case.registry_confirms()
    await case.portals_confirm()
    counted = await case.counted()
    assert await case.given(order) == {1: 1, 2: 2}
    assert counted["LinkPlaced"] == 2


async def test_cancelled_before_anybody_was_entitled_nobody_is(case: PoolCase) -> None:
    await case.roster([1, 2])
    order = await case.order()
    await case.follow(batches=1)
    assert (await case.counted())["UsersResolved"] == 1
    await case.cancel(order)
    await case.follow()
    await case.registry_confirms()
    counted = await case.counted()
    assert counted["DeliveryOrderCancelled"] == 1
    created = await case.rows("SELECT count(*) FROM policy.entitlements WHERE NOT cancelled")
    assert created == [(0,)]


async def test_a_held_order_is_resolved_when_it_is_released(case: PoolCase) -> None:
    await case.roster([1])
    paying = ContractTerms(contract_id="contract-7", release=MANUAL)
    order = await case.order(contract=paying)
    await case.follow()
    assert await case.given(order) == {}
    await case.submit((order, ReleaseDeliveryOrder(reason_id=None)))
    await case.follow()
    assert await case.given(order) == {1: 1}


async def test_a_lowered_quantity_withdraws_only_where_the_contract_says_so(case: PoolCase) -> None:
    await case.roster([1, 2, 3])
    contract = ContractTerms(contract_id="contract-7", on_full=WITHDRAW, quantity_floor=EQUAL)
    order = await case.order(total_quantity=3, contract=contract)
    await case.follow()
    await case.activate(order, 1)
    await case.lower(order, 1)
    await case.follow()
    assert await case.states(order) == {"live": 1, "leaving": 2}


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happens_at_once_nobody_has_two_and_the_log_alone_says_the_same(
    case: PoolCase, seed: int
) -> None:
    chance = Random(seed)
    orders: list[UUID] = []
    for _ in range(25):
        await _anything(case, chance, orders)
        await case.follow(batches=chance.randrange(4), size=chance.choice((1, 3, 40)))
    await case.follow()
    assert await case.rows(TWICE_LIVE) == []
    for _ in range(4):
        await case.registry_confirms()
    assert await case.rows("SELECT order_id FROM policy.orders WHERE cancel_id <> ''") == []
    assert await case.rows(TWICE_LIVE) == []
    as_followed = await case.tables()
    await case.follow_anew()
    assert await case.tables() == as_followed


async def _anything(case: PoolCase, chance: Random, orders: list[UUID]) -> None:
    what = chance.choice(("order", "roster", "roster", "confirm", "activate", "cancel"))
    if what == "order" or not orders:
        terms: dict[str, Any] = chance.choice(({}, {"total_quantity": 2}))
        contract = ContractTerms(contract_id="contract-7", on_full=chance.choice((KEEP, WITHDRAW)))
        orders.append(await case.order(contract=contract, **terms))
    elif what == "roster":
        await case.roster([number for number in range(9) if chance.random() < 0.6] or [1])
    elif what == "confirm":
        await case.registry_answers(success=chance.random() < 0.7)
    elif what == "activate":
        known = await case.rows("SELECT order_id, subject_id, turn FROM policy.entitlements")
        for order, subject, turn in chance.sample(known, min(1, len(known))):
            await case.report(order, subject, turn)
    else:
        await case.cancel(chance.choice(orders))


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_school_of_1_500_orders_ten_products_in_one_go(case: PoolCase) -> None:
    await case.roster(range(1_500), *belongs("group", "everybody"))
    orders = [await case.order(product_id=f"product-{number}") for number in range(10)]
    await case.follow()
    counted = await case.counted()
    assert counted["EntitlementCreated"] == 15_000
    assert counted["UsersResolved"] == 30
    for order in orders:
        facts = await case.rows(
            f"SELECT count(*) FROM log.stored_events WHERE originator_id = '{order}'"
        )
        assert facts[0][0] < 20


async def test_next_years_order_gives_it_when_this_years_activation_period_is_over(
    case: PoolCase,
) -> None:
    """Ordered in spring it is one pool: nobody has the same product twice in his portal."""
    await case.roster([1, 2])
    this_year = await case.order(activation_until_date=date(2098, 7, 31))
    next_year = await case.order(
        start_date=date(2098, 8, 1), activation_until_date=date(2099, 7, 31)
    )
    await case.follow()
    await case.registry_confirms()
    await case.activate(this_year, 1)
    assert await case.given(next_year) == {}
    await case.submit((ids.resolution_stream(this_year), EndFollowing(order=this_year)))
    await case.follow()
    assert await case.given(next_year) == {1: 1, 2: 1}
    assert await case.states(this_year) == {"live": 2}

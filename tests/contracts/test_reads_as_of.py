"""What was known then is what the views showed when they had come that far."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from psycopg import AsyncConnection

from adapters.postgres.event_log import last_position, read_after
from adapters.postgres.reads_as_of import (
    AsOf,
    NoSuchMoment,
    as_of,
    entitlement_as_of,
    order_as_of,
)
from adapters.postgres.reads_trace import waiting_on
from adapters.postgres.timelines import order_and_timeline_as_of, order_timeline
from adapters.postgres.views_rows import rows_of
from projections.delivery_order_status import DeliveryOrderStatus
from projections.entitlement_details import EntitlementDetails
from projections.timeline import LARGE
from projections.visibility import OPERATOR, Somebody
from tests.contracts.view_rows import append, follow
from tests.projections.facts import PORTAL, REGISTRY, SHOP, Log, Story

pytestmark = pytest.mark.anyio


async def test_an_order_and_an_entitlement_are_what_the_views_showed_then(
    conn: AsyncConnection[Any],
) -> None:
    log = Log()
    story = Story(log, users=2).received().created().taken(REGISTRY).entitled()
    shown = []
    told = 0
    for go_on in (story.links_requested, lambda: story.taken(PORTAL), lambda: story.activated(1)):
        await append(conn, log.facts[told:])
        told = len(log.facts)
        await follow(conn)
        shown.append((await last_position(conn), await _shown(conn, story)))
        go_on()
    await append(conn, log.facts[told:])
    for position, (order, entitlements, waiting) in shown:
        then = await as_of(conn, str(position), log.now)
        assert await order_as_of(conn, OPERATOR, story.delivery_order_id, then) == (order, waiting)
        assert entitlements == [
            await entitlement_as_of(conn, OPERATOR, each, then)
            for each in sorted(story.entitlements)
        ]
    assert len({str(each) for _, each in shown}) == len(shown)


async def test_before_it_was_there_it_is_not_known(conn: AsyncConnection[Any]) -> None:
    story = await _ordered(conn)
    (first, *_) = await read_after(conn, 0)
    before = AsOf(0, first.recorded_at - timedelta(seconds=1))
    assert await order_as_of(conn, OPERATOR, story.delivery_order_id, before) is None
    assert await entitlement_as_of(conn, OPERATOR, story.entitlements[0], before) is None


@pytest.mark.parametrize("users", [2, LARGE + 1])
async def test_what_had_happened_is_told_in_the_same_reading(
    conn: AsyncConnection[Any], users: int
) -> None:
    log = Log()
    story = Story(log, users=users).received().created().taken(REGISTRY)
    await append(conn, log.facts)
    told = await order_timeline(conn, story.order)
    facts = await read_after(conn, 0)
    then = AsOf(facts[-1].position, facts[-1].recorded_at)
    told_since = len(log.facts)
    story.entitled()
    await append(conn, log.facts[told_since:])
    stood = await order_as_of(conn, OPERATOR, story.delivery_order_id, then)
    found = await order_and_timeline_as_of(conn, OPERATOR, story.delivery_order_id, then)
    assert found is not None
    assert found[:2] == stood
    assert found[2] == told
    assert sum(entry.times for entry in told) == 1 + 3 * users
    assert (len(told) == 4) == (users > LARGE)


async def test_a_partner_sees_only_its_own_of_then_too(conn: AsyncConnection[Any]) -> None:
    story = await _ordered(conn)
    facts = await read_after(conn, 0)
    then = AsOf(facts[-1].position, facts[-1].recorded_at)
    for shop, sees in ((SHOP, True), ("another shop", False)):
        viewer = Somebody(partner=shop, role="shop")
        found = await order_as_of(conn, viewer, story.delivery_order_id, then)
        assert (found is not None) == sees
        row = await entitlement_as_of(conn, viewer, story.entitlements[0], then)
        assert (row is not None) == sees


async def test_a_moment_is_the_last_position_not_after_it(conn: AsyncConnection[Any]) -> None:
    await _ordered(conn)
    one, two, *_ = await read_after(conn, 0)
    now = two.recorded_at + timedelta(hours=1)
    assert await as_of(conn, str(one.position), now) == AsOf(one.position, one.recorded_at)
    between = one.recorded_at + (two.recorded_at - one.recorded_at) / 2
    assert await as_of(conn, between.isoformat(), now) == AsOf(one.position, between)
    long_ago = one.recorded_at - timedelta(days=1)
    assert (await as_of(conn, long_ago.isoformat(), now)).position == 0


@pytest.mark.parametrize(
    "given",
    [
        "",
        "soon",
        "0",
        "-1",
        "999999",
        "9" * 5_000,
        "2026-09-01T08:30:00",
        "2999-01-01T00:00Z",
        "0001-01-01T00:00:00+14:00",
    ],
)
async def test_what_is_no_place_in_the_log_is_refused(
    conn: AsyncConnection[Any], given: str
) -> None:
    await _ordered(conn)
    (first, *_) = await read_after(conn, 0)
    with pytest.raises(NoSuchMoment, match="past moment with its zone"):
        await as_of(conn, given, first.recorded_at + timedelta(hours=1))


async def _ordered(conn: AsyncConnection[Any]) -> Story:
    log = Log()
    story = Story(log).received().created()
    await append(conn, log.facts)
    return story


async def _shown(conn: AsyncConnection[Any], story: Story) -> Any:  # noqa: ANN401 - rows
    orders = "SELECT {columns} FROM view.delivery_order_status v"
    entitlements = "SELECT {columns} FROM view.entitlement_details v ORDER BY entitlement_id"
    (order,) = await rows_of(DeliveryOrderStatus, conn, orders, {})
    rows = await rows_of(EntitlementDetails, conn, entitlements, {})
    return order, rows, await waiting_on(conn, story.order)

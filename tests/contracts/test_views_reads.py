"""Reads for Edu-V: page by page they are whole, and the hottest is one look-up in one index."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from psycopg import AsyncConnection
from psycopg.sql import SQL
from psycopg_pool import AsyncConnectionPool

from adapters.postgres.queries import load
from adapters.postgres.reads import PAGE, Reads
from adapters.postgres.views import Views
from adapters.postgres.views_rows import columns_of, selected
from projections.entitlements_by_school import SchoolEntitlement
from projections.visibility import OPERATOR, Somebody
from tests.projections.facts import PORTAL, REGISTRY, SCHOOL, SHOP, Log, Story

pytestmark = pytest.mark.anyio

TODAY = date(2026, 9, 1)
PUPILS = 1203
"""More than two pages."""


@pytest.fixture
async def reads(conn: AsyncConnection[Any], database_url: str) -> AsyncIterator[Reads]:
    """Give reads of a school with a large order and some small ones."""
    log = Log()
    Story(log, name="large", users=PUPILS).received().created()
    Story(log, name="delivered").delivered()
    Story(log, name="in use").delivered().activated()
    Story(log, name="of a customer", school=None).delivered()
    await Views().handle(conn, log.facts)
    pool: Any = AsyncConnectionPool(database_url, min_size=1, max_size=2, open=False)
    async with pool:
        yield Reads(pool)


async def test_the_pages_of_an_order_make_the_whole(reads: Reads) -> None:
    story = Story(Log(), name="large", users=PUPILS)
    rows = [row async for row in reads.entitlements_of_order(OPERATOR, story.delivery_order_id)]
    assert [row.entitlement_id for row in rows] == sorted(story.entitlements)
    after = rows[PAGE + 2].entitlement_id
    rest = reads.entitlements_of_order(OPERATOR, story.delivery_order_id, after)
    assert [row async for row in rest] == rows[PAGE + 3 :]


async def test_the_pages_of_a_school_make_the_whole(reads: Reads) -> None:
    viewer = Somebody(PORTAL, "portal")
    rows = [row async for row in reads.entitlements_of_school(viewer, SCHOOL)]
    assert len({row.entitlement_id for row in rows}) == len(rows) == PUPILS + 2
    after = rows[PAGE + 2].entitlement_id
    rest = reads.entitlements_of_school(viewer, SCHOOL, after=after)
    assert [row async for row in rest] == rows[PAGE + 3 :]
    story = Story(Log(), name="large", users=PUPILS)
    of_order = reads.entitlements_of_school(
        viewer, SCHOOL, delivery_order_id=story.delivery_order_id, status="created"
    )
    assert len([row async for row in of_order]) == PUPILS
    licensed = reads.entitlements_of_school(viewer, SCHOOL, status="licensed")
    assert len([row async for row in licensed]) == 1


@pytest.mark.parametrize(
    ("viewer", "seen", "orders"),
    [
        (OPERATOR, PUPILS, 4),
        (Somebody(SHOP, "shop"), PUPILS, 4),
        (Somebody("shop-2", "shop"), 0, 0),
        (Somebody(REGISTRY, "registry"), PUPILS, 4),
        # That the school consents to a portal, or a dashboard, is asked before; contracts are
        # not for them.
        (Somebody(PORTAL, "portal"), PUPILS, 0),
        (Somebody("portal-2", "portal"), 0, 0),
        (Somebody(PORTAL, "dashboard"), PUPILS, 0),
    ],
)
async def test_a_page_holds_what_its_reader_may_see(
    reads: Reads, viewer: Somebody, seen: int, orders: int
) -> None:
    order_id = Story(Log(), name="large").delivery_order_id
    rows = [row async for row in reads.entitlements_of_order(viewer, order_id)]
    assert len(rows) == seen
    assert len([row async for row in reads.orders_of_contract(viewer, "C-1")]) == orders


async def test_what_is_over_is_no_product_of_a_person_any_more(reads: Reads) -> None:
    async def products(name: str, today: date) -> int:
        subject = Story(Log(), name=name).subjects[0]
        viewer = Somebody(PORTAL, "portal")
        return len(await reads.products_of_person(viewer, SCHOOL, subject, today=today))

    assert await products("delivered", date(2026, 10, 31)) == 1
    assert await products("delivered", date(2026, 11, 1)) == 0
    assert await products("in use", date(2027, 7, 31)) == 1
    assert await products("in use", date(2027, 8, 1)) == 0


@pytest.mark.usefixtures("reads")
async def test_the_hottest_read_is_one_look_up_in_one_index(conn: AsyncConnection[Any]) -> None:
    query = SQL(load("reads")["products_of_persons"]).format(
        columns=selected(columns_of(SchoolEntitlement))
    )
    parameters = {"schools": [SCHOOL], "subjects": [SCHOOL]}
    await conn.execute("ANALYZE view.entitlements_by_school")
    cursor = await conn.execute(SQL("EXPLAIN ") + query, parameters)
    plan = "\n".join(line for (line,) in await cursor.fetchall())
    assert plan.count("entitlements_by_school_pkey") == 1
    assert "Seq Scan" not in plan

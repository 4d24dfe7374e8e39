"""What was bought, lowered, cancelled and used beyond, as the report of a contract has it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from aanspraak.domain.contract_terms import ContractTerms
from adapters.postgres.held_orders import held_orders
from adapters.postgres.reads_contract import (
    Asked,
    Line,
    Period,
    contract_lines,
    orders_counted,
)
from adapters.postgres.views import Views
from projections.visibility import OPERATOR
from tests.projections.facts import Log, Story

pytestmark = pytest.mark.anyio

PAY_FIRST = ContractTerms(contract_id="C-1", release="manual")


@pytest.fixture
async def pool(conn: AsyncConnection[Any], database_url: str) -> AsyncIterator[Any]:
    """Give connections to a database with empty views."""
    assert not conn.closed
    connections: Any = AsyncConnectionPool(database_url, min_size=1, max_size=2, open=False)
    async with connections:
        yield connections


def bought(log: Log, name: str, quantity: int | None, used: int) -> Story:
    """An order for the whole school, of which so many are in use."""
    story = Story(log, name=name, users=used)
    story.received(
        delivery_type="school-all", users_count=0, users_digest="", total_quantity=quantity
    )
    return story.created().taken("registry-1").entitled().activated()


async def test_a_lower_quantity_is_what_was_ordered(
    conn: AsyncConnection[Any],
    pool: Any,  # noqa: ANN401 - connections
) -> None:
    log = Log()
    bought(log, "school", 30, 2).received(
        reference_id="fewer",
        delivery_type="school-all",
        users_count=0,
        users_digest="",
        total_quantity=20,
        in_use=2,
    )
    (line,) = (await _lines(conn, pool, log)).values()
    assert (line.ordered, line.activated, line.over_quantity) == (20, 2, 0)


async def test_what_is_used_beyond_is_judged_for_all_orders_together_and_shown_on_the_newest(
    conn: AsyncConnection[Any],
    pool: Any,  # noqa: ANN401 - connections
) -> None:
    log = Log()
    bought(log, "first", 2, 4)
    bought(log, "second", 1, 1)
    Story(log, name="by name", users=3).delivered().activated()
    lines = await _lines(conn, pool, log)
    assert {story: line.over_quantity for story, line in lines.items()} == {
        "first": 0,
        "second": 2,
        "by name": 0,
    }


@pytest.mark.parametrize(("quantity", "over"), [(2, 1), (3, 0), (None, 0)])
async def test_without_a_quantity_there_is_always_room(
    conn: AsyncConnection[Any],
    pool: Any,  # noqa: ANN401 - connections
    quantity: int | None,
    over: int,
) -> None:
    log = Log()
    bought(log, "first", 1, 2)
    bought(log, "second", quantity, 2)
    lines = await _lines(conn, pool, log)
    assert sum(line.over_quantity for line in lines.values()) == over


async def test_a_cancelled_order_is_still_in_the_report_and_not_in_the_counts(
    conn: AsyncConnection[Any],
    pool: Any,  # noqa: ANN401 - connections
) -> None:
    log = Log()
    waits = {"contract": PAY_FIRST}
    Story(log, name="waits", users=3).received(**waits)
    gone = Story(log, name="gone", users=5).received(**waits)
    gone.received(reference_id="no", wished_status="cancelled", end_date=date(2026, 10, 1), **waits)
    lines = await _lines(conn, pool, log)
    assert {name: (line.ordered, line.ordered_cancelled) for name, line in lines.items()} == {
        "waits": (3, 0),
        "gone": (5, 5),
    }
    assert lines["gone"].status == "cancelled"
    counted = await orders_counted(pool, OPERATOR, Asked(contract_id="C-1"))
    assert (counted.orders, counted.ordered) == (1, 3)
    (held,) = await held_orders(conn)
    assert held.delivery_order_id == Story(log, name="waits").delivery_order_id
    assert await held_orders(conn, "another") == []


async def _lines(conn: AsyncConnection[Any], pool: Any, log: Log) -> dict[str, Line]:  # noqa: ANN401
    """The lines of the report, by the names of the stories."""
    await Views().handle(conn, log.facts)
    pages = contract_lines(pool, OPERATOR, "C-1", Period(date(2026, 8, 1), date(2027, 7, 31)))
    lines = [line async for page in pages for line in page]
    stories = ("school", "first", "second", "by name", "waits", "gone")
    names = {Story(log, name=name).delivery_order_id: name for name in stories}
    return {names[line.delivery_order_id]: line for line in lines}

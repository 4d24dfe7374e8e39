"""A contract's report on PostgreSQL: its numbers are those of the log's facts, page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from aanspraak.domain.delivery_order.events import DeliveryOrderReceived
from aanspraak.domain.entitlement.events import EntitlementCreated, InitialActivationReported
from adapters.postgres.queries import load
from adapters.postgres.reads_contract import (
    PAGE,
    Asked,
    Line,
    Period,
    contract_lines,
    days_of_use,
    orders_counted,
)
from adapters.postgres.views import Views
from projections.visibility import OPERATOR
from tests.projections.facts import Log, Story
from tests.projections.stories import eventful_log

pytestmark = pytest.mark.anyio

YEAR = Period(date(2026, 8, 1), date(2027, 7, 31))
USED = (date(2026, 9, 1), None, date(2026, 9, 2))
SAID = tuple(datetime(2026, 9, day, tzinfo=UTC) for day in (9, 8, 10))
ORDERS = 2 * PAGE + 3


@pytest.fixture
async def pool(conn: AsyncConnection[Any], database_url: str) -> AsyncIterator[Any]:
    """Give connections to a database with empty views."""
    assert not conn.closed
    connections: Any = AsyncConnectionPool(database_url, min_size=1, max_size=2, open=False)
    async with connections:
        yield connections


async def test_the_report_is_what_the_facts_of_the_log_add_up_to(
    conn: AsyncConnection[Any],
    pool: Any,  # noqa: ANN401 - connections
) -> None:
    log = eventful_log()
    Story(log, name="in the middle", users=4).delivered().activated(3)
    await Views().handle(conn, log.facts)
    lines = await _lines(pool, "C-1", YEAR)
    assert len(lines) > 10
    assert {line.delivery_order_id: _counted(line) for line in lines} == _from_facts(log)


async def test_the_pages_of_a_report_make_the_whole(
    conn: AsyncConnection[Any],
    pool: Any,  # noqa: ANN401 - connections
) -> None:
    log = Log()
    stories = [Story(log, name=f"order {number}").received() for number in range(ORDERS)]
    await Views().handle(conn, log.facts)
    lines = await _lines(pool, "C-1", YEAR)
    assert [line.order_id for line in lines] == sorted(story.order for story in stories)


async def test_used_in_a_period_is_in_it_though_it_should_not_have_been(
    conn: AsyncConnection[Any],
    pool: Any,  # noqa: ANN401 - connections
) -> None:
    late = Story(Log(), users=2).delivered().activated(usage_date=date(2026, 12, 24))
    await Views().handle(conn, late.log.facts)
    (line,) = await _lines(pool, "C-1", Period(date(2026, 12, 1), date(2026, 12, 31)))
    assert (line.activated, line.activated_in_period) == (2, 2)
    assert await _lines(pool, "C-1", Period(date(2026, 11, 1), date(2026, 11, 30))) == []
    (line,) = await _lines(pool, "C-1", Period(date(2026, 10, 31), date(2026, 10, 31)))
    assert (line.activated, line.activated_in_period) == (2, 0)


async def test_used_is_what_the_registry_said_of_it_as_of_the_oldest_reading(
    conn: AsyncConnection[Any],
    pool: Any,  # noqa: ANN401 - connections
) -> None:
    log = Log()
    story = Story(log, name="asked about", users=3).delivered()
    Story(log, name="never asked about").delivered()
    await Views().handle(conn, log.facts)
    for number, entitlement in enumerate(story.entitlements):
        for product in ("first of a set", "second of a set"):
            await conn.execute(
                "INSERT INTO usage.entitlements"
                " (entitlement_id, product_id, order_id, registry, status, first_used, as_of)"
                " VALUES (%s, %s, %s, 'registry-1', 'licensed', %s, %s)",
                (entitlement, product, story.order, USED[number], SAID[number]),
            )
    lines = {line.order_id: line for line in await _lines(pool, "C-1", YEAR)}
    asked = lines.pop(story.order)
    assert (asked.used, asked.used_as_of) == (2, min(SAID))
    (never,) = lines.values()
    assert (never.used, never.used_as_of) == (None, None)


async def test_counts_are_those_of_the_report(
    conn: AsyncConnection[Any],
    pool: Any,  # noqa: ANN401 - connections
) -> None:
    log = eventful_log()
    await Views().handle(conn, log.facts)
    lines = await _lines(pool, "C-1", YEAR)
    asked = Asked(contract_id="C-1")
    counted = await orders_counted(pool, OPERATOR, asked)
    assert counted.orders == len(lines)
    assert counted.ordered == sum(line.ordered for line in lines)
    days = await days_of_use(pool, OPERATOR, asked)
    assert sum(days.values()) == sum(line.activated for line in lines)


@pytest.mark.parametrize("query", ["counted_orders", "counted_days", "contract_lines", "forecasts"])
def test_no_number_is_had_by_looking_at_entitlements(query: str) -> None:
    assert "entitlement_details" not in load("contracts")[query]


async def _lines(pool: Any, contract_id: str, period: Period) -> list[Line]:  # noqa: ANN401
    pages = contract_lines(pool, OPERATOR, contract_id, period)
    return [line async for page in pages for line in page]


def _counted(line: Line) -> tuple[int, int, int]:
    made = line.created + line.entitled + line.blocked + line.cancelled
    return line.ordered, made, line.activated


def _from_facts(log: Log) -> dict[UUID, tuple[int, int, int]]:
    """Per order under the contract: ordered, entitlements made, and used first."""
    received = [each.event for each in log.facts if isinstance(each.event, DeliveryOrderReceived)]
    made = {
        each.stream_id: each.event.delivery_order_id
        for each in log.facts
        if isinstance(each.event, EntitlementCreated)
    }
    used = _first_used(log, made)
    entitled = Counter(made.values())
    return {
        order.delivery_order_id: (
            order.users_count,
            entitled[order.delivery_order_id],
            used[order.delivery_order_id],
        )
        for order in received
        if order.contract_id == "C-1"
    }


def _first_used(log: Log, made: dict[UUID, UUID]) -> Counter[UUID]:
    streams: Iterable[UUID] = {
        each.stream_id for each in log.facts if isinstance(each.event, InitialActivationReported)
    }
    return Counter(made[stream] for stream in streams)

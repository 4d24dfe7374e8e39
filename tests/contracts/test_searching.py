"""Search and lists look things up: no table that grows with the pupils is read from end to end."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import AsyncConnection
from psycopg.sql import SQL

from adapters.postgres.queries import load
from adapters.postgres.searching import MESSAGES, search_text
from adapters.postgres.views import Views
from adapters.postgres.views_rows import columns_of, selected
from projections.delivery_order_status import DeliveryOrderStatus
from tests.projections.facts import Log, Story

pytestmark = pytest.mark.anyio

LARGE = (
    "delivery_order_status",
    "entitlement_details",
    "entitlements_by_school",
    "open_exchanges",
    "order_requests",
    "stored_events",
    "pool_orders",
    "incidents",
    "entitlements",
)
SOME = [uuid4()]
WANTED: dict[str, Any] = {
    "first": UUID(int=0),
    "last": UUID(int=2**80),
    "text": "contract-7",
    "prefix": "contract%",
    "part": "%contract%",
    "words": ["%contract%"],
    "streams": SOME,
    "subjects": SOME,
    "orders": SOME,
    "firsts": SOME,
    "lasts": SOME,
    "products": ["9789000000001"],
    "product_id": "9789000000001",
    "school_id": SOME[0],
    "subject_id": SOME[0],
    "needle": b"x",
    "topics": MESSAGES,
    "role": "operator",
    "partner": "",
    "now": datetime(2026, 9, 1, tzinfo=UTC),
    "today": date(2026, 9, 1),
    "seconds": 900,
    "limit": 11,
    "offset": 0,
}


async def test_a_large_table_is_never_read_from_end_to_end(conn: AsyncConnection[Any]) -> None:
    """As far as there is an index at all: the planner is told that reading all costs too much."""
    columns = selected(columns_of(DeliveryOrderStatus))
    await conn.execute("SET enable_seqscan = off")
    read_whole = []
    for topic in ("search", "lists", "access"):
        for name, query in load(topic).items():
            explained = SQL("EXPLAIN (COSTS OFF) ") + SQL(query).format(columns=columns)
            plan = await (await conn.execute(explained, WANTED, prepare=False)).fetchall()
            read_whole += [
                (topic, name, table)
                for (line,) in plan
                for table in LARGE
                if f"Seq Scan on {table} " in f"{line} "
            ]
    assert read_whole == []


async def test_a_text_is_sought_as_it_is_written(conn: AsyncConnection[Any]) -> None:
    log = Log()
    contracts = ["C-100%", "C-a_b", "C-back\\slash", "C-'", "C-" + "x" * 498]
    for contract in ("C-100 euro", "C-aab", *contracts):
        Story(log, name=contract, contract_id=contract).received()
    await Views().handle(conn, log.facts)
    for contract in contracts:
        found = [(each.kind, each.id) async for each in search_text(conn, contract, 10)]
        assert found == [("contract", contract)]


async def test_contracts_come_once_each_however_many_orders_they_have(
    conn: AsyncConnection[Any],
) -> None:
    log = Log()
    for number in range(12):
        Story(log, name=f"order {number}", contract_id=f"C-{number % 4}").received()
    await Views().handle(conn, log.facts)
    found = [each.id async for each in search_text(conn, "C-", 10)]
    assert found == ["C-0", "C-1", "C-2", "C-3"]
    assert [each.id async for each in search_text(conn, "C-", 2)] == ["C-0", "C-1"]

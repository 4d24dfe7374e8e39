"""How streams began is read without scanning the log, and asked together."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from adapters.postgres.connection import connect
from adapters.postgres.queries import load
from tests.adapters.http_case import Hub
from tests.adapters.http_stories import eck, ordered
from tests.contracts.asking import append_raw

pytestmark = pytest.mark.anyio


async def test_an_entitlement_tells_how_it_came_to_be_and_nothing_else_does(hub: Hub) -> None:
    asked = await ordered(hub, eck(1))
    (created,) = await hub.facts("EntitlementCreated")
    (received,) = await hub.facts("DeliveryOrderReceived")
    found = await asyncio.gather(
        *map(hub.services.origins.created, (asked.entitlement_id, uuid4(), received.stream_id))
    )
    assert found == [created.event, None, None]


async def test_reading_how_streams_began_scans_nothing(database_url: str) -> None:
    ids = [uuid4() for _ in range(1000)]
    async with await connect(database_url, "test") as conn:
        await conn.execute("ALTER TABLE log.stored_events SET (autovacuum_enabled = false)")
        await conn.execute("ANALYZE log.stored_events")
        for version in range(10):
            await append_raw(conn, ids, [version] * len(ids))
        explain: Any = "EXPLAIN " + load("log")["read_first"]
        plan = await (await conn.execute(explain, {"ids": ids}, prepare=False)).fetchall()
    assert "Seq Scan" not in "\n".join(line for (line,) in plan)

"""What is particular to the channel in PostgreSQL: days, and who may change what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection

from adapters.postgres.channel import SQL, PostgresChannel, drop_days, prepare_days
from adapters.postgres.connection import connect
from tests.contracts.messaging import message

TODAY = datetime.now(UTC).date()
LONG_AGO = date(2026, 1, 1)


@pytest.fixture
async def runtime(conn: AsyncConnection[Any]) -> AsyncConnection[Any]:
    await conn.execute("SET ROLE aanspraak_runtime")
    return conn


@pytest.fixture
async def ears(database_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await connect(database_url, "ears") as connection:
        await connection.execute("LISTEN aanspraak_channel")
        yield connection


async def test_a_prepared_day_has_a_partition_of_its_own(runtime: AsyncConnection[Any]) -> None:
    assert await prepare_days(runtime, TODAY) == 6
    assert await prepare_days(runtime, TODAY) == 0
    await PostgresChannel(runtime).send([message()])
    assert await _partitions(runtime) == [f"messages_{TODAY:%Y%m%d}"]


async def test_a_day_that_nobody_prepared_loses_nothing(runtime: AsyncConnection[Any]) -> None:
    await PostgresChannel(runtime).send([message(1)])
    assert await prepare_days(runtime, TODAY) == 5
    await PostgresChannel(runtime).send([message(2)])
    assert await _partitions(runtime) == ["messages_default", "messages_default"]
    assert len(await PostgresChannel(runtime).receive("portal-a", "prompt", 0, 10)) == 2


async def test_an_old_day_is_dropped_when_all_of_it_is_dealt_with(
    runtime: AsyncConnection[Any],
) -> None:
    await prepare_days(runtime, TODAY, days=1)
    channel = PostgresChannel(runtime)
    await channel.send([message(position=5)])
    tomorrow = TODAY + timedelta(days=1)
    assert await drop_days(runtime, messages_before=tomorrow, attempts_before=LONG_AGO) == 0
    await channel.acknowledge("portal-a", "prompt", 5)
    assert await drop_days(runtime, messages_before=TODAY, attempts_before=LONG_AGO) == 0
    assert await drop_days(runtime, messages_before=tomorrow, attempts_before=tomorrow) == 2


async def test_a_message_never_changes(runtime: AsyncConnection[Any]) -> None:
    await PostgresChannel(runtime).send([message()])
    for change in ("UPDATE channel.messages SET number = 2", "DELETE FROM channel.messages"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await runtime.execute(change)


async def test_who_serves_the_partner_is_woken_when_it_is_committed(
    conn: AsyncConnection[Any], ears: AsyncConnection[Any]
) -> None:
    async with conn.transaction():
        await PostgresChannel(conn).send([message(1), message(2), message(partner="portal-b")])
        assert [one async for one in ears.notifies(timeout=0)] == []
    woken = {one.payload async for one in ears.notifies(timeout=10, stop_after=2)}
    assert woken == {"portal-a", "portal-b"}


async def test_a_lane_is_read_by_its_index_also_before_there_are_statistics(
    conn: AsyncConnection[Any],
) -> None:
    await prepare_days(conn, TODAY - timedelta(days=5), days=8)
    await PostgresChannel(conn).send([message(key) for key in range(3_000)])
    wanted = {"partner": "portal-a", "lane": "prompt", "after": 10, "limit": 250}
    cursor = await conn.execute("EXPLAIN " + SQL["receive"], wanted)
    plan = "\n".join(line for (line,) in await cursor.fetchall())
    assert f"Seq Scan on messages_{TODAY:%Y%m%d}" not in plan


async def _partitions(conn: AsyncConnection[Any]) -> list[str]:
    query = "SELECT tableoid::regclass::text FROM channel.messages ORDER BY position"
    return [name.rpartition(".")[2] for (name,) in await (await conn.execute(query)).fetchall()]

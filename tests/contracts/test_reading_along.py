"""Whoever reads along with the writers misses nothing, sees nothing twice, and all in order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import AsyncConnection

from aanspraak.domain.recorded import Recorded
from adapters.postgres.connection import connect
from adapters.postgres.event_log import read_after
from tests.contracts.asking import append_raw, incident_state

WRITERS = 8
EVENTS = 20_000
INSERT = (
    "INSERT INTO log.stored_events (originator_id, originator_version, topic, state)"
    " SELECT %s, %s + n, 'incident.opened', %s FROM generate_series(1, %s) n"
)
MAINTENANCE = (
    "VACUUM log.stored_events",
    "ANALYZE log.stored_events",
    "CREATE INDEX CONCURRENTLY by_topic ON log.stored_events (topic)",
    "VACUUM (FREEZE) log.stored_events",
    "DROP INDEX CONCURRENTLY log.by_topic",
)


async def test_a_reader_along_with_eight_writers_sees_every_fact_once_and_in_order(
    database_url: str,
) -> None:
    written, seen = await _write_and_read_along(database_url)
    _check(written, seen)


async def test_the_same_while_the_table_is_maintained_and_no_writer_waits_for_that(
    database_url: str,
) -> None:
    async with (
        await connect(database_url, "maintenance") as maintenance,
        await connect(database_url, "watch") as watch,
    ):
        working = asyncio.create_task(_repeat(lambda: _maintain(maintenance)))
        watching = asyncio.create_task(_repeat(lambda: _watch(watch)))
        written, seen = await _write_and_read_along(database_url)
        assert not working.done(), "the maintenance ended early"
        assert not watching.done(), f"a writer waited for the maintenance: {watching}"
        for task in (watching, working):
            task.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)
    _check(written, seen)


async def test_an_append_does_not_wait_for_the_lock_of_maintenance(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    """VACUUM, ANALYZE and CREATE INDEX CONCURRENTLY take this lock for as long as they run."""
    async with await connect(database_url, "maintenance") as maintenance, maintenance.transaction():
        await maintenance.execute(
            "LOCK TABLE log.stored_events IN SHARE UPDATE EXCLUSIVE MODE NOWAIT"
        )
        await conn.execute("SET lock_timeout = '1ms'")
        async with conn.transaction():
            await append_raw(conn, [uuid4()], [0])
            await conn.execute(INSERT, (uuid4(), 0, incident_state(), 3))


@pytest.mark.parametrize("work", ["VACUUM log.stored_events", "ANALYZE log.stored_events"])
async def test_maintenance_does_not_wait_for_an_append(
    conn: AsyncConnection[Any], database_url: str, work: str
) -> None:
    async with await connect(database_url, "maintenance") as maintenance, conn.transaction():
        await append_raw(conn, [uuid4()], [0])
        await maintenance.execute("SET lock_timeout = '1ms'")
        await maintenance.execute(work.encode())


async def _write_and_read_along(url: str) -> tuple[int, list[Recorded]]:
    writing = asyncio.gather(*(_write(url, number) for number in range(WRITERS)))
    seen: list[Recorded] = []
    async with await connect(url, "reader") as reader:
        while not writing.done():
            seen += await _next_page(reader, seen)
        while page := await _next_page(reader, seen):
            seen += page
    return sum(await writing), seen


async def _next_page(reader: AsyncConnection[Any], seen: Sequence[Recorded]) -> list[Recorded]:
    return await read_after(reader, seen[-1].position if seen else 0, 300)


def _check(written: int, seen: Sequence[Recorded]) -> None:
    assert len(seen) == written >= EVENTS
    positions = [recorded.position for recorded in seen]
    assert positions == sorted(set(positions))
    times = [recorded.recorded_at for recorded in seen]
    assert times == sorted(times)
    versions: dict[UUID, int] = {}
    for recorded in seen:
        assert recorded.version == versions.get(recorded.stream_id, 0) + 1
        versions[recorded.stream_id] = recorded.version


async def _write(url: str, number: int) -> int:
    """Write in every way there is: together, apart, slowly, and not at all in the end."""
    chance = random.Random(number)
    written = 0
    async with await connect(url, f"writer {number}") as conn:
        while written < EVENTS / WRITERS:
            size = chance.randint(1, 20)
            stream_id = uuid4()
            undone = chance.random() < 0.1
            async with conn.transaction(force_rollback=undone):
                await append_raw(conn, [stream_id] * size, [0] * size, state=incident_state())
                if chance.random() < 0.2:
                    await asyncio.sleep(0.005 * chance.random())
                await conn.execute(INSERT, (stream_id, size, incident_state(), size))
            written += 0 if undone else 2 * size
    return written


async def _maintain(conn: AsyncConnection[Any]) -> None:
    for work in MAINTENANCE:
        await conn.execute(work.encode())


async def _watch(conn: AsyncConnection[Any]) -> None:
    """Writers wait for their turn, and a moment for a page that anybody adds: for nothing else."""
    rows = await (
        await conn.execute(
            "SELECT l.locktype, l.mode, w.query FROM pg_locks l JOIN pg_stat_activity w USING (pid)"
            " WHERE NOT l.granted AND l.locktype NOT IN ('advisory', 'extend')"
            " AND w.application_name LIKE 'aanspraak writer%'"
        )
    ).fetchall()
    assert not rows, "a writer waits for the maintenance"
    await asyncio.sleep(0.005)


async def _repeat(work: Callable[[], Awaitable[None]]) -> None:
    while True:
        await work()

"""A follower handles every fact once and in order, and one bad fact stops only its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import AsyncConnection

from aanspraak.domain.recorded import Recorded
from adapters.postgres.event_log import last_position
from adapters.postgres.follower import (
    BookmarkMoved,
    DeadLetters,
    Follower,
    Handle,
    TooMuchPoison,
)
from adapters.telemetry import REGISTRY
from tests.contracts.asking import append_raw
from tests.contracts.waiting import until

SCHEMA = """
CREATE SCHEMA test;
CREATE TABLE test.bookmarks (name text PRIMARY KEY, position bigint NOT NULL);
CREATE TABLE test.seen (position bigint PRIMARY KEY, nth bigint GENERATED ALWAYS AS IDENTITY);
CREATE TABLE test.aside (position bigint PRIMARY KEY, stream_id uuid, reason text);
"""
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE %s"


@pytest.fixture
async def log(conn: AsyncConnection[Any]) -> AsyncConnection[Any]:
    """Give a connection to a log, beside which a follower may note what it saw."""
    await conn.execute(SCHEMA.encode())
    return conn


async def test_every_fact_is_handled_once_and_in_order(
    log: AsyncConnection[Any], database_url: str
) -> None:
    async with _running(_follower(database_url, batch=7)):
        for size in (1, 5, 30, 2):
            await append_raw(log, [uuid4() for _ in range(size)], [0] * size)
        await _caught_up(log)
    assert await _seen(log) == list(range(1, 39))


async def test_an_append_wakes_it(log: AsyncConnection[Any], database_url: str) -> None:
    async with _running(_follower(database_url, look_seconds=3600)):
        for _ in range(3):
            await append_raw(log, [uuid4()], [0])
            await _caught_up(log)


async def test_it_looks_by_itself_too(log: AsyncConnection[Any], database_url: str) -> None:
    await log.execute("ALTER TABLE log.stored_events DISABLE TRIGGER wake_followers")
    async with _running(_follower(database_url, look_seconds=0.05)):
        await _caught_up(log)
        await append_raw(log, [uuid4()], [0])
        await _caught_up(log)


async def test_cutting_its_connection_again_and_again_changes_nothing(
    log: AsyncConnection[Any], database_url: str
) -> None:
    for _ in range(3):
        await append_raw(log, [uuid4() for _ in range(1000)], [0] * 1000)
    async with _running(_follower(database_url, batch=20)):
        for _ in range(5):
            await until(lambda: _is_connected(log, "follower test"))
            await asyncio.sleep(0.03)
            await log.execute(CUT, ("aanspraak follower test",))
        await _caught_up(log)
    assert await _seen(log) == list(range(1, 3001))


async def test_a_second_of_the_same_name_waits_until_the_first_is_gone(
    log: AsyncConnection[Any], database_url: str
) -> None:
    first = asyncio.create_task(_follower(database_url).run())
    await append_raw(log, [uuid4()], [0])
    await _caught_up(log)
    async with _running(_follower(database_url, handle=_broken)):
        await append_raw(log, [uuid4()], [0])
        await _caught_up(log)
        first.cancel()
    async with _running(_follower(database_url)):
        await append_raw(log, [uuid4()], [0])
        await _caught_up(log)
    assert await _seen(log) == [1, 2, 3]


async def test_when_another_moves_its_bookmark_it_undoes_and_stops(
    log: AsyncConnection[Any], database_url: str
) -> None:
    async def handle(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> int:
        await log.execute("UPDATE test.bookmarks SET position = 100")
        return await _note(conn, facts)

    await append_raw(log, [uuid4()], [0])
    with pytest.raises(BookmarkMoved):
        await _follower(database_url, handle=handle).run()
    assert await _seen(log) == []


async def test_it_may_handle_a_part_and_go_on_with_the_rest(
    log: AsyncConnection[Any], database_url: str
) -> None:
    async def handle(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> int:
        return await _note(conn, facts[: len(facts) // 2 + 1])

    await append_raw(log, [uuid4() for _ in range(20)], [0] * 20)
    async with _running(_follower(database_url, handle=handle)):
        await _caught_up(log)
    assert await _seen(log) == list(range(1, 21))


async def test_not_now_is_asked_again(log: AsyncConnection[Any], database_url: str) -> None:
    asked = 0

    async def handle(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> int:
        nonlocal asked
        asked += 1
        return await _note(conn, facts) if asked > 2 else 0

    await append_raw(log, [uuid4()], [0])
    async with _running(_follower(database_url, handle=handle, look_seconds=0.01)):
        await _caught_up(log)
    assert asked == 3


@pytest.mark.parametrize("how", ["a bug", "the database refuses"])
async def test_a_poison_fact_stops_only_its_own_stream(
    log: AsyncConnection[Any], database_url: str, how: str
) -> None:
    poisoned, healthy = uuid4(), uuid4()
    await append_raw(log, [healthy, poisoned, healthy, poisoned, healthy], [0] * 5)

    async def handle(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> int:
        await _note(conn, facts)
        if any(recorded.stream_id == poisoned for recorded in facts):
            if how == "a bug":
                raise ZeroDivisionError
            await conn.execute("SELECT 1 / 0")
        return len(facts)

    async with _running(_follower(database_url, handle=handle, dead_letters=_Aside())):
        await _caught_up(log)
        await append_raw(log, [poisoned, healthy], [2, 3])
        await _caught_up(log)
    assert await _seen(log) == [1, 3, 5, 7]
    aside = await (await log.execute("SELECT position, reason FROM test.aside")).fetchall()
    reason = "ZeroDivisionError" if how == "a bug" else "DivisionByZero"
    assert sorted(aside) == [(2, reason), (4, "behind"), (6, "behind")]


async def test_without_a_place_for_dead_letters_a_poison_fact_stops_it(
    log: AsyncConnection[Any], database_url: str
) -> None:
    await append_raw(log, [uuid4()], [0])
    with pytest.raises(ZeroDivisionError):
        await _follower(database_url, handle=_broken).run()


async def test_a_follower_that_fails_at_every_fact_suspects_itself(
    log: AsyncConnection[Any], database_url: str
) -> None:
    await append_raw(log, [uuid4() for _ in range(100)], [0] * 100)
    with pytest.raises(TooMuchPoison):
        await _follower(database_url, handle=_broken, dead_letters=_Aside()).run()


async def test_a_wrong_schema_is_no_poison(log: AsyncConnection[Any], database_url: str) -> None:
    async def handle(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> int:
        await conn.execute("SELECT * FROM test.not_there_yet")
        return await _note(conn, facts)

    await append_raw(log, [uuid4()], [0])
    async with _running(_follower(database_url, handle=handle, dead_letters=_Aside())):
        await asyncio.sleep(0.3)
        await log.execute("CREATE TABLE test.not_there_yet ()")
        await _caught_up(log)
    assert await _seen(log) == [1]
    assert await (await log.execute("SELECT * FROM test.aside")).fetchall() == []


async def test_its_lag_is_measured(log: AsyncConnection[Any], database_url: str) -> None:
    async def handle(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> int:
        return 0

    await append_raw(log, [uuid4() for _ in range(30)], [0] * 30)
    async with _running(_follower(database_url, handle=handle, batch=10, look_seconds=0.01)):
        await until(lambda: _lag_is(30))
    async with _running(_follower(database_url, look_seconds=0.01)):
        await until(lambda: _lag_is(0))


class _Aside:
    """Dead letters in a table of the test, by stream."""

    async def behind(
        self, conn: AsyncConnection[Any], facts: Sequence[Recorded]
    ) -> Collection[int]:
        rows = await (await conn.execute("SELECT stream_id FROM test.aside")).fetchall()
        streams: set[UUID] = {stream_id for (stream_id,) in rows}
        return {recorded.position for recorded in facts if recorded.stream_id in streams}

    async def lay_aside(
        self, conn: AsyncConnection[Any], recorded: Recorded, error: Exception | None
    ) -> None:
        reason = type(error).__name__ if error else "behind"
        row = (recorded.position, recorded.stream_id, reason)
        await conn.execute("INSERT INTO test.aside VALUES (%s, %s, %s)", row)

    async def again(self, conn: AsyncConnection[Any]) -> int | None:
        return None

    async def handled(self, conn: AsyncConnection[Any], position: int) -> None:
        raise NotImplementedError

    async def failed_again(
        self, conn: AsyncConnection[Any], position: int, error: Exception
    ) -> None:
        raise NotImplementedError


async def _note(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> int:
    positions = [recorded.position for recorded in facts]
    await conn.execute("INSERT INTO test.seen SELECT unnest(%s::bigint[])", (positions,))
    return len(facts)


async def _broken(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> int:
    raise ZeroDivisionError


def _follower(
    url: str,
    *,
    handle: Handle = _note,
    dead_letters: DeadLetters | None = None,
    batch: int = 1000,
    look_seconds: float = 2.0,
) -> Follower:
    return Follower(
        url=url,
        name="test",
        schema="test",
        handle=handle,
        dead_letters=dead_letters,
        batch=batch,
        look_seconds=look_seconds,
    )


@asynccontextmanager
async def _running(follower: Follower) -> AsyncIterator[None]:
    running = asyncio.create_task(follower.run())
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def _caught_up(log: AsyncConnection[Any]) -> None:
    async def is_there() -> bool:
        row = await (await log.execute("SELECT position FROM test.bookmarks")).fetchone()
        return row == (await last_position(log),)

    await until(is_there)


async def _is_connected(log: AsyncConnection[Any], name: str) -> bool:
    query = "SELECT FROM pg_stat_activity WHERE application_name = %s"
    return await (await log.execute(query, (f"aanspraak {name}",))).fetchone() is not None


async def _lag_is(facts: int) -> bool:
    labels = {"follower": "test"}
    seconds = REGISTRY.get_sample_value("aanspraak_follower_lag_seconds", labels) or 0
    lag = REGISTRY.get_sample_value("aanspraak_follower_lag_events", labels)
    return lag == facts and (seconds > 0) == (facts > 0)


async def _seen(log: AsyncConnection[Any]) -> list[int]:
    rows = await (await log.execute("SELECT position FROM test.seen ORDER BY nth")).fetchall()
    return [position for (position,) in rows]

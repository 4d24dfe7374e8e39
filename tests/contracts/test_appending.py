"""log.append takes facts of streams that are where the caller thinks they are, and no others."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import AsyncConnection

from adapters.postgres.connection import connect
from adapters.postgres.event_log import last_position, read_after
from adapters.postgres.queries import load
from tests.contracts.asking import append_raw
from tests.contracts.waiting import until_blocked


async def test_versions_count_per_stream_and_positions_over_the_log(
    conn: AsyncConnection[Any],
) -> None:
    one, two = uuid4(), uuid4()
    assert await append_raw(conn, [one, two, one], [0, 0, 0]) == [
        (one, 1, 1),
        (two, 1, 2),
        (one, 2, 3),
    ]
    assert await append_raw(conn, [two, one], [1, 2]) == [(two, 2, 4), (one, 3, 5)]


async def test_a_stream_that_moved_on_is_left_out_whole_and_the_others_go_in(
    conn: AsyncConnection[Any],
) -> None:
    moved, other = uuid4(), uuid4()
    await append_raw(conn, [moved], [0])
    appended = await append_raw(conn, [moved, other, moved], [0, 0, 0])
    assert [(stream_id, version) for stream_id, version, _ in appended] == [(other, 1)]


async def test_a_stream_that_is_not_there_yet_is_left_out(conn: AsyncConnection[Any]) -> None:
    assert await append_raw(conn, [uuid4()], [1]) == []


async def test_arrays_of_different_length_are_refused(conn: AsyncConnection[Any]) -> None:
    with pytest.raises(psycopg.errors.ArraySubscriptError):
        await append_raw(conn, [uuid4(), uuid4()], [0])


async def test_of_two_who_expect_the_same_version_one_is_left_out(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    stream_id = uuid4()
    async with await connect(database_url, "other") as other, conn.transaction():
        assert await append_raw(conn, [stream_id], [0])
        waiting = asyncio.create_task(append_raw(other, [stream_id], [0]))
        await until_blocked(conn, other)
    assert await waiting == []


async def test_who_waits_too_long_for_its_turn_is_told(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    async with await connect(database_url, "other") as other, conn.transaction():
        await append_raw(conn, [uuid4()], [0])
        with pytest.raises(psycopg.errors.LockNotAvailable):
            await append_raw(other, [uuid4()], [0])


async def test_a_writer_that_stands_still_in_its_transaction_loses_its_turn(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    assert await (await conn.execute("SHOW idle_in_transaction_session_timeout")).fetchone() == (
        "10s",
    )
    async with await connect(database_url, "stopped") as stopped:
        await stopped.execute("SET idle_in_transaction_session_timeout = '100ms'")
        await stopped.execute("BEGIN")
        await append_raw(stopped, [uuid4()], [0])
        assert len(await append_raw(conn, [uuid4()], [0])) == 1
        with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
            await stopped.execute("COMMIT")
    assert await last_position(conn) == 2
    assert len(await read_after(conn, 0)) == 1


async def test_time_never_runs_backwards_even_when_the_clock_was_put_back(
    conn: AsyncConnection[Any],
) -> None:
    """A fact from the future stands for a clock that was ahead for a while."""
    await conn.execute(
        "INSERT INTO log.stored_events"
        " (originator_id, originator_version, topic, state, recorded_at)"
        " VALUES (gen_random_uuid(), 1, 'a.b', '{}', now() + interval '1 hour')"
    )
    await append_raw(conn, [uuid4(), uuid4()], [0, 0])
    row = await (
        await conn.execute("SELECT count(DISTINCT recorded_at) FROM log.stored_events")
    ).fetchone()
    assert row == (1,)


async def test_a_plan_kept_from_an_empty_log_does_not_scan_a_large_one(
    conn: AsyncConnection[Any],
) -> None:
    """The statistics say that the log is empty: it was analysed when it was."""
    await conn.execute("ANALYZE log.stored_events")
    for _ in range(10):
        await append_raw(conn, [uuid4()], [0])
    before = await _scans(conn)
    for _ in range(5):
        await append_raw(conn, [uuid4() for _ in range(1000)], [0] * 1000)
    assert await _scans(conn) == before


async def test_everything_goes_in_one_round_trip_and_wakes_once(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    async with await connect(database_url, "listener") as listener:
        await listener.execute(load("follower")["listen"])
        async with conn.transaction():
            await append_raw(conn, [uuid4(), uuid4()], [0, 0])
            await append_raw(conn, [uuid4()], [0])
        notifies = [notify async for notify in listener.notifies(timeout=0.5)]
    assert [(notify.channel, notify.payload) for notify in notifies] == [("aanspraak_log", "")]


async def _scans(conn: AsyncConnection[Any]) -> int:
    await conn.execute("SELECT pg_stat_force_next_flush()")
    row = await (
        await conn.execute(
            "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'stored_events'"
        )
    ).fetchone()
    assert row is not None
    return int(row[0])

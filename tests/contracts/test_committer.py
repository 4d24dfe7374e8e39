"""The committer answers every caller with what came of its command, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import AsyncConnection

from aanspraak.application.handle import Submission
from adapters.postgres.committer import Committer, DatabaseAway, Draining, QueueFull
from adapters.postgres.event_log import last_position, read_after, read_many
from tests.contracts.asking import append_raw, open_incident, register_partner
from tests.contracts.waiting import until

CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name = 'aanspraak committer'"
)


async def test_every_caller_gets_the_answer_to_its_own_command(database_url: str) -> None:
    async with _running(Committer(database_url)) as committer:
        asked = [open_incident() for _ in range(500)]
        results = await asyncio.gather(*(committer.submit(each) for each in asked))
    assert [result.submission for result in results] == asked
    assert len({result.position for result in results}) == 500


async def test_what_waits_together_is_committed_together(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    async with _running(Committer(database_url, group_limit=40)) as committer:
        await committer.submit_all([open_incident() for _ in range(100)])
    groups = await (
        await conn.execute("SELECT count(*) FROM log.stored_events GROUP BY xmin::text")
    ).fetchall()
    assert sorted(count for (count,) in groups) == [20, 40, 40]


async def test_a_full_queue_takes_no_more_and_nothing_of_a_list_that_does_not_fit(
    database_url: str,
) -> None:
    committer = Committer(database_url, queue_limit=3)
    early = [asyncio.create_task(committer.submit(open_incident())) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(QueueFull):
        await committer.submit_all([open_incident(), open_incident()])
    assert committer.waiting == 2
    early.append(asyncio.create_task(committer.submit(open_incident())))
    await asyncio.sleep(0)
    assert not committer.takes_commands
    async with _running(committer):
        results = await asyncio.gather(*early)
    assert [result.position for result in results] == [1, 2, 3]


async def test_a_caller_that_goes_away_does_not_undo_its_command(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    committer = Committer(database_url)
    caller = asyncio.create_task(committer.submit(open_incident()))
    await asyncio.sleep(0)
    caller.cancel()
    async with _running(committer):
        await committer.submit(open_incident())
    assert caller.cancelled()
    assert await last_position(conn) == 2


async def test_draining_finishes_what_waits_and_takes_no_more(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    committer = Committer(database_url)
    callers = [asyncio.create_task(committer.submit(open_incident())) for _ in range(50)]
    await asyncio.sleep(0)
    running = asyncio.create_task(committer.run())
    await committer.drain()
    await running
    assert len(await asyncio.gather(*callers)) == 50
    with pytest.raises(Draining):
        await committer.submit(open_incident())
    assert await last_position(conn) == 50


async def test_whoever_waits_when_the_process_stops_at_once_is_told(database_url: str) -> None:
    committer = Committer(database_url)
    running = asyncio.create_task(committer.run())
    caller = asyncio.create_task(committer.submit(open_incident()))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(Draining):
        await caller


@dataclass(frozen=True)
class Nonsense:
    """A command that no rule knows: what a bug in one command looks like."""


async def test_one_command_that_fails_does_not_hurt_its_neighbours(database_url: str) -> None:
    asked = [open_incident() for _ in range(20)]
    asked[13] = Submission(
        stream_id=uuid4(), command=Nonsense(), actor="a", correlation_id="b", causation_id="c"
    )
    async with _running(Committer(database_url)) as committer:
        results = await asyncio.gather(
            *(committer.submit(each) for each in asked), return_exceptions=True
        )
    failed = [number for number, result in enumerate(results) if isinstance(result, Exception)]
    assert failed == [13]
    assert isinstance(results[13], KeyError)


async def test_a_fact_the_database_refuses_does_not_hurt_its_neighbours(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await conn.execute(
        "ALTER TABLE log.stored_events ADD CHECK (position('devil' in encode(state, 'escape')) = 0)"
    )
    asked = [register_partner(uuid4(), title) for title in ("A", "B", "devil", "C")]
    async with _running(Committer(database_url)) as committer:
        results = await asyncio.gather(
            *(committer.submit(each) for each in asked), return_exceptions=True
        )
    assert isinstance(results[2], psycopg.errors.CheckViolation)
    assert await last_position(conn) >= 3
    assert len(await read_after(conn, 0)) == 3


async def test_cutting_its_connection_again_and_again_loses_and_doubles_nothing(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    """Each cut is in the middle of some group; some fall between a commit and its answer."""
    streams = [uuid4() for _ in range(2_000)]
    async with _running(Committer(database_url, group_limit=50)) as committer:
        callers = [asyncio.create_task(committer.submit(open_incident(each))) for each in streams]
        for facts in range(50, 1_000, 100):
            await until(lambda facts=facts: _has_facts(conn, facts))  # type: ignore[misc]
            await conn.execute(CUT)
        results = await asyncio.gather(*callers)
    assert all(result.version == 1 for result in results)
    histories = await read_many(conn, streams)
    assert [len(history) for history in histories.values()] == [1] * len(streams)


async def test_a_writer_that_holds_the_turn_too_long_is_waited_for(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    """Longer than lock_timeout: the committer tries again."""
    async with _running(Committer(database_url)) as committer:
        async with conn.transaction():
            await append_raw(conn, [uuid4()], [0])
            caller = asyncio.create_task(committer.submit(open_incident()))
            await asyncio.sleep(2.5)
            assert not caller.done()
        assert (await caller).version == 1


async def test_without_a_database_callers_are_told_in_time(unused_url: str) -> None:
    async with _running(Committer(unused_url, patience_seconds=0.3)) as committer:
        with pytest.raises(DatabaseAway):
            await committer.submit(open_incident())


async def test_two_committers_on_the_same_streams_leave_one_fact_each(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    streams = [uuid4() for _ in range(300)]

    async def ask_all(committer: Committer) -> int:
        results = await asyncio.gather(*(committer.submit(open_incident(each)) for each in streams))
        return sum(len(result.events) for result in results)

    async with (
        _running(Committer(database_url, group_limit=30)) as one,
        _running(Committer(database_url, group_limit=70)) as two,
    ):
        assert sum(await asyncio.gather(ask_all(one), ask_all(two))) == len(streams)
    assert len(await read_after(conn, 0)) == len(streams)


async def _has_facts(conn: AsyncConnection[Any], facts: int) -> bool:
    return await last_position(conn) >= facts


@pytest.fixture
def unused_url() -> str:
    """Give the URL of a server that is not there."""
    return "postgresql://nobody@127.0.0.1:1/nothing"


@asynccontextmanager
async def _running(committer: Committer) -> AsyncIterator[Committer]:
    running = asyncio.create_task(committer.run())
    try:
        yield committer
    finally:
        await committer.drain()
        await running

"""A group is decided on what is so, and what another was ahead of is decided again."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from psycopg import AsyncConnection

from aanspraak.application.handle import Submission
from aanspraak.domain.errors import PartnerIncomplete
from adapters.postgres.connection import connect
from adapters.postgres.event_log import last_position, read_after, read_many
from adapters.postgres.group_commit import commit_group
from adapters.telemetry import REGISTRY
from tests.contracts.asking import append_raw, open_incident, register_partner
from tests.contracts.waiting import until_blocked


async def test_commands_of_one_stream_are_decided_in_turn(conn: AsyncConnection[Any]) -> None:
    stream_id = uuid4()
    titles = ["A", "A", "B", "A"]
    results = await commit_group(conn, [register_partner(stream_id, title) for title in titles])
    assert [len(result.events) for result in results] == [1, 0, 1, 1]
    assert [result.version for result in results] == [1, 1, 2, 3]
    assert [result.position for result in results] == [1, None, 2, 3]


async def test_a_refusal_is_a_result_and_leaves_the_others_alone(
    conn: AsyncConnection[Any],
) -> None:
    stream_id = uuid4()
    refused, taken = await commit_group(
        conn, [register_partner(stream_id, "A", role="bakery"), register_partner(stream_id, "A")]
    )
    assert isinstance(refused.refusal, PartnerIncomplete)
    assert (refused.version, refused.position) == (0, None)
    assert (taken.version, taken.position) == (1, 1)


async def test_a_fact_carries_who_asked_and_why(conn: AsyncConnection[Any]) -> None:
    submission = open_incident()
    await commit_group(conn, [submission])
    (recorded,) = await read_after(conn, 0)
    assert (recorded.actor, recorded.correlation_id, recorded.causation_id) == (
        submission.actor,
        submission.correlation_id,
        submission.causation_id,
    )


async def test_asking_again_adds_nothing(conn: AsyncConnection[Any]) -> None:
    group = [open_incident() for _ in range(50)]
    first = await commit_group(conn, group)
    again = await commit_group(conn, group)
    assert [result.version for result in again] == [result.version for result in first]
    assert all(result.position is None for result in again)
    assert await last_position(conn) == 50


async def test_many_who_open_the_same_at_once_leave_one_fact(database_url: str) -> None:
    """Each has the others' streams too, beginning at another, so that some conflict for certain."""
    streams = [uuid4() for _ in range(40)]
    before = _conflicts()

    async def open_all(number: int) -> int:
        mine = streams[number:] + streams[:number]
        async with await connect(database_url, "racer") as racer:
            results = [
                await commit_group(racer, [open_incident(each) for each in mine[i : i + 8]])
                for i in range(0, len(mine), 8)
            ]
        return sum(len(result.events) for group in results for result in group)

    written = await asyncio.gather(*(open_all(number) for number in range(8)))
    assert sum(written) == len(streams)
    async with await connect(database_url, "test") as conn:
        assert await last_position(conn) >= len(streams)
        histories = await read_many(conn, streams)
    assert [len(history) for history in histories.values()] == [1] * len(streams)
    assert _conflicts() > before


async def test_in_the_callers_transaction_all_is_one(conn: AsyncConnection[Any]) -> None:
    async with conn.transaction(force_rollback=True):
        await commit_group(conn, [open_incident() for _ in range(3)])
        assert len(await read_after(conn, 0)) == 3
    assert await read_after(conn, 0) == []


async def test_in_the_callers_transaction_what_another_was_ahead_of_is_decided_again(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    """The other commits while the group waits for its turn: it had read before that."""
    stream_id = uuid4()
    async with await connect(database_url, "other") as other, conn.transaction():
        async with other.transaction():
            await append_raw(other, [stream_id], [0])
            committing = asyncio.create_task(commit_group(conn, [open_incident(stream_id)]))
            await until_blocked(other, conn)
        (result,) = await committing
    assert (result.events, result.version) == ((), 1)


@pytest.mark.parametrize("size", [1, 2_500])
async def test_no_transaction_holds_more_facts_than_the_limit(
    conn: AsyncConnection[Any], size: int
) -> None:
    await commit_group(conn, [open_incident() for _ in range(size)], 1_000)
    rows = await (
        await conn.execute("SELECT count(*) FROM log.stored_events GROUP BY xmin::text")
    ).fetchall()
    assert sum(count for (count,) in rows) == size
    assert max(count for (count,) in rows) <= 1_000


async def test_a_group_of_nothing_is_nothing(conn: AsyncConnection[Any]) -> None:
    nothing: list[Submission] = []
    assert await commit_group(conn, nothing) == []


def _conflicts() -> float:
    return REGISTRY.get_sample_value("aanspraak_conflicts_retried_total") or 0.0

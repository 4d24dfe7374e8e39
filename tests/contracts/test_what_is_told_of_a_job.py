"""What was asked of a job, and what became of it, is not for the hub's own role to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from adapters.postgres import job_orders, jobs
from adapters.postgres.connection import connect
from adapters.postgres.job_story import story
from adapters.postgres.jobs import AskedJobs, Step
from tests.contracts.job_case import ask, counting_to

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from psycopg import AsyncConnection

pytestmark = pytest.mark.anyio


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await connect(database_url, "test") as conn:
        await conn.execute("SET ROLE aanspraak_runtime")
        yield conn


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM jobs.story",
        "UPDATE jobs.story SET doing = 'nothing'",
        (
            "INSERT INTO jobs.story OVERRIDING SYSTEM VALUE"
            " SELECT job_id, 9, now(), 'done', '', 1, 3 FROM jobs.work"
        ),
        "TRUNCATE jobs.story",
        "DELETE FROM jobs.work",
        "UPDATE jobs.work SET actor = 'operator:another'",
        "UPDATE jobs.work SET about = '{}'",
        "UPDATE jobs.work SET asked_at = now()",
        "UPDATE jobs.items SET name = 'another'",
        "UPDATE jobs.sent_again SET messages = 0",
        "DELETE FROM jobs.sent_again",
        "INSERT INTO jobs.library_steps (name) VALUES ('99.sql')",
    ],
)
async def test_the_role_of_running_processes_may_not(
    conn: AsyncConnection[Any], change: str
) -> None:
    await ask(conn, counting_to(3))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await conn.execute(change.encode())


async def test_it_carries_a_job_out_and_its_story_writes_itself(
    conn: AsyncConnection[Any],
) -> None:
    job_id = await _done(conn)
    lines = await story(conn, job_id)
    assert [(line.status, line.doing, line.done) for line in lines] == [
        ("running", "", 0),
        ("running", "counting", 3),
        ("done", "", 3),
    ]


async def test_what_is_over_goes_with_its_story_after_some_days_and_not_before(
    conn: AsyncConnection[Any],
) -> None:
    old, fresh = await _done(conn), await _done(conn)
    past = "UPDATE jobs.work SET ended_at = now() - interval '3 days' WHERE job_id = %s"
    await conn.execute(past, (old,))
    await jobs.forget_old(conn, 4)
    assert len(await jobs.jobs(conn, AskedJobs())) == 2
    await jobs.forget_old(conn, -9)
    assert [row.job_id for row in await jobs.jobs(conn, AskedJobs())] == [fresh]
    assert await story(conn, old) == []


async def _done(conn: AsyncConnection[Any]) -> UUID:
    job_id = await ask(conn, counting_to(3))
    turn = await jobs.take_up(conn, job_id)
    assert turn is not None
    await jobs.move_on(conn, turn, Step(mark="3", doing="counting", done=3, succeeded=3))
    await job_orders.end(conn, turn, "done")
    return job_id

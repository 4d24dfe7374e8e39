"""A job is carried out once, whatever becomes of its worker, and stops when an operator says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aanspraak.domain.errors import NothingToDo, SecondOperatorNeeded, UnknownJob
from aanspraak.domain.job.events import REBUILD_VIEW
from adapters.jobs.carrying import Carrier
from adapters.postgres import job_orders, jobs
from adapters.postgres.connection import connect
from adapters.postgres.jobs import AskedJobs, Overtaken, Step
from tests.contracts.job_case import (
    ONE,
    TWO,
    Counting,
    ask,
    counting_to,
    facts_of,
    is_over,
    job_row,
    until_job,
    working,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from psycopg import AsyncConnection

pytestmark = pytest.mark.anyio


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await connect(database_url, "test") as conn:
        yield conn


async def test_it_is_carried_out_and_its_end_is_a_fact(
    database_url: str, conn: AsyncConnection[Any]
) -> None:
    job_id = await ask(conn, counting_to(3))
    counting = Counting()
    async with working(database_url, counting):
        row = await until_job(database_url, job_id, is_over)
    assert counting.done == [1, 2, 3]
    assert (row.status, row.done, row.succeeded, row.turn) == ("done", 3, 3, 1)
    assert (row.actor, row.reason_id) == (ONE.actor, ONE.reason_id)
    assert await facts_of(database_url, job_id) == ["JobAsked", "JobEnded"]


async def test_what_was_asked_and_not_committed_is_nothing(conn: AsyncConnection[Any]) -> None:
    with pytest.raises(NothingToDo):
        await ask(conn, counting_to(0))
    assert await jobs.jobs(conn, AskedJobs()) == []
    assert await jobs.lost(conn) == []


async def test_above_the_threshold_nothing_happens_before_another_operator_agrees(
    database_url: str, conn: AsyncConnection[Any]
) -> None:
    large = await ask(conn, counting_to(3, confirm_above=2))
    small = await ask(conn, counting_to(2, confirm_above=2))
    async with working(database_url, Counting()):
        await until_job(database_url, small, is_over)
        assert (await job_row(database_url, large)).status == "waiting"
        with pytest.raises(SecondOperatorNeeded):
            await job_orders.confirm(conn, ONE, large)
        assert (await job_row(database_url, large)).status == "waiting"
        assert await job_orders.confirm(conn, TWO, large)
        row = await until_job(database_url, large, is_over)
    assert (row.status, row.confirmed_by) == ("done", TWO.actor)
    assert await facts_of(database_url, large) == ["JobAsked", "JobConfirmed", "JobEnded"]


async def test_cancelled_it_stops_between_two_things(
    database_url: str, conn: AsyncConnection[Any]
) -> None:
    job_id = await ask(conn, counting_to(1_000))
    counting = Counting(stands_at=3)
    async with working(database_url, counting):
        await counting.stands.wait()
        assert await job_orders.cancel(conn, TWO, job_id)
        assert (await job_row(database_url, job_id)).status == "running"
        counting.go_on.set()
        row = await until_job(database_url, job_id, is_over)
    assert (row.status, row.done, row.cancelled_by) == ("cancelled", 3, TWO.actor)
    assert not await job_orders.cancel(conn, TWO, job_id)
    assert await facts_of(database_url, job_id) == ["JobAsked", "JobCancelled", "JobEnded"]


async def test_cancelled_before_it_began_it_never_does(
    database_url: str, conn: AsyncConnection[Any]
) -> None:
    job_id = await ask(conn, counting_to(3))
    await job_orders.cancel(conn, ONE, job_id)
    assert (await job_row(database_url, job_id)).status == "cancelled"
    assert await jobs.take_up(conn, job_id) is None
    with pytest.raises(UnknownJob):
        await job_orders.cancel(conn, ONE, ONE.reason_id)


async def test_a_worker_that_stops_leaves_it_to_another_from_where_it_was(
    database_url: str, conn: AsyncConnection[Any]
) -> None:
    job_id = await ask(conn, counting_to(5))
    first, second = Counting(stands_at=3), Counting()
    async with working(database_url, first):
        await first.stands.wait()
    async with working(database_url, second):
        row = await until_job(database_url, job_id, is_over)
    assert (first.done, second.done) == ([1, 2], [3, 4, 5])
    assert (row.status, row.done, row.turn) == ("done", 5, 2)


async def test_a_worker_that_was_thought_dead_writes_nothing_more(
    database_url: str, conn: AsyncConnection[Any]
) -> None:
    job_id = await ask(conn, counting_to(5))
    dead = await jobs.take_up(conn, job_id)
    alive = await jobs.take_up(conn, job_id)
    assert dead is not None
    assert alive is not None
    step = Step(mark="1", doing="counting", done=1)
    await jobs.move_on(conn, alive, step)
    with pytest.raises(Overtaken):
        await jobs.move_on(conn, dead, step)
    with pytest.raises(Overtaken):
        await job_orders.end(conn, dead, "done")
    assert (await job_row(database_url, job_id)).done == 1


async def test_what_not_every_worker_can_do_waits_for_one_that_can(
    database_url: str, conn: AsyncConnection[Any]
) -> None:
    owners = await ask(conn, counting_to(1, kind=REBUILD_VIEW))
    later = await ask(conn, counting_to(1))
    async with working(database_url, Counting()):
        await until_job(database_url, later, is_over)
        assert (await job_row(database_url, owners)).status == "queued"
        async with working(database_url, Counting(), REBUILD_VIEW):
            row = await until_job(database_url, owners, is_over)
    assert (row.status, row.turn) == ("done", 1)


async def test_what_fell_out_of_the_queue_is_put_into_it_again(
    database_url: str, conn: AsyncConnection[Any]
) -> None:
    job_id = await ask(conn, counting_to(2))
    await conn.execute("SET search_path = jobs")
    await conn.execute("DELETE FROM procrastinate_jobs")
    assert await jobs.lost(conn) == [job_id]
    async with working(database_url, Counting()):
        row = await until_job(database_url, job_id, is_over)
    assert row.done == 2


async def test_what_goes_wrong_with_one_is_said_of_it_and_the_others_go_on(
    database_url: str, conn: AsyncConnection[Any]
) -> None:
    async def failing(job: object) -> None:
        raise ValueError("jan@example.org")

    bad, good = await ask(conn, counting_to(1)), await ask(conn, counting_to(1))
    await Carrier(url=database_url, kinds={"send-again": failing}).carry_out(bad)
    await Carrier(url=database_url, kinds={"send-again": Counting()}).carry_out(good)
    row = await job_row(database_url, bad)
    assert (row.status, row.error) == ("failed", "ValueError")
    assert (await job_row(database_url, good)).status == "done"


async def test_jobs_are_shown_newest_first_and_in_parts(
    database_url: str, conn: AsyncConnection[Any]
) -> None:
    ids = [await ask(conn, counting_to(3)) for _ in range(3)]
    await job_orders.cancel(conn, ONE, ids[1])
    newest = [row.job_id for row in await jobs.jobs(conn, AskedJobs())]
    assert newest == ids[::-1]
    older = await jobs.jobs(conn, AskedJobs(after=ids[2], limit=1))
    assert [row.job_id for row in older] == [ids[1]]
    live = await jobs.jobs(conn, AskedJobs(live=True))
    assert [row.job_id for row in live] == [ids[2], ids[0]]

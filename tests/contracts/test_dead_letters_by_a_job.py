"""Many facts that lie aside are handled again by a job, which says what came of each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import AsyncConnection

from aanspraak.domain.errors import NothingToDo
from aanspraak.domain.recorded import Recorded
from adapters.jobs.carrying import Carrier
from adapters.jobs.retrying import retry_letters
from adapters.postgres import job_orders
from adapters.postgres.connection import connect
from adapters.postgres.dead_letter_orders import ask_retries
from adapters.postgres.dead_letters import AskedLetters, DeadLetterTable, dead_letters
from adapters.postgres.event_log import read_after
from adapters.postgres.follower_batch import Bookkeeper
from tests.contracts.asking import append_raw
from tests.contracts.job_case import ONE, TWO, facts_of, is_over, job_row, until_job

pytestmark = pytest.mark.anyio

NAME = "policies"


class Fragile:
    """A follower's work that fails at the facts of `poison`."""

    def __init__(self, *poison: UUID) -> None:
        self.poison = set(poison)

    async def handle(self, conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> int:
        """Handle all, or fail."""
        if any(recorded.stream_id in self.poison for recorded in facts):
            raise ZeroDivisionError
        return len(facts)


@pytest.fixture
async def following(database_url: str) -> AsyncIterator[tuple[Bookkeeper, AsyncConnection[Any]]]:
    """A follower on a connection of its own, and five streams of which three are poison to it."""
    async with await connect(database_url, "follower") as conn:
        poison = [uuid4(), uuid4(), uuid4()]
        work = Fragile(*poison)
        books = Bookkeeper(
            name=NAME, schema="policy", handle=work.handle, dead_letters=DeadLetterTable(NAME)
        )
        streams = [*poison, uuid4(), poison[0]]
        await append_raw(conn, streams, [0, 0, 0, 0, 1])
        position = await books.read_bookmark(conn)
        while facts := await read_after(conn, position):
            position = await books.advance(conn, position, facts)
        work.poison = {poison[2]}
        yield books, conn


async def test_each_is_counted_by_what_came_of_it_and_those_behind_follow(
    database_url: str, following: tuple[Bookkeeper, AsyncConnection[Any]]
) -> None:
    books, follower = following
    async with await connect(database_url, "test") as conn:
        asked = await ask_retries(conn, ONE, AskedLetters(follower=NAME))
        assert asked.letters == 3
        assert asked.job_id is not None
        carrying = asyncio.create_task(_carry_out(database_url, asked.job_id))
        while not carrying.done():
            await books.try_again(follower)
            await asyncio.sleep(0.01)
        while await books.try_again(follower):
            continue
        row = await job_row(database_url, asked.job_id)
        assert (row.status, row.done, row.succeeded, row.failed) == ("done", 3, 2, 1)
        (left,) = await dead_letters(conn)
        assert (left.position, left.reason) == (3, "ZeroDivisionError")
    assert await facts_of(database_url, asked.job_id) == ["JobAsked", "JobEnded"]


async def test_only_those_of_a_kind_or_a_window_are_meant(
    database_url: str, following: tuple[Bookkeeper, AsyncConnection[Any]]
) -> None:
    async with await connect(database_url, "test") as conn:
        first = (await dead_letters(conn))[0]
        for meant in (
            AskedLetters(follower="projections"),
            AskedLetters(what="LookupError"),
            AskedLetters(until=first.at - timedelta(days=1)),
            AskedLetters(since=first.at + timedelta(days=1)),
        ):
            with pytest.raises(NothingToDo):
                await ask_retries(conn, ONE, meant)
        asked = await ask_retries(conn, ONE, AskedLetters(what=first.topic))
        assert asked.letters == 3


async def test_while_its_follower_is_away_it_waits_and_can_be_cancelled(
    database_url: str, following: tuple[Bookkeeper, AsyncConnection[Any]]
) -> None:
    async with await connect(database_url, "test") as conn:
        asked = await ask_retries(conn, ONE, AskedLetters())
        assert asked.job_id is not None
        carrying = asyncio.create_task(_carry_out(database_url, asked.job_id))
        await until_job(database_url, asked.job_id, lambda row: row.doing == "waiting-for-follower")
        await job_orders.cancel(conn, TWO, asked.job_id)
        row = await until_job(database_url, asked.job_id, is_over)
        await carrying
    assert (row.status, row.done) == ("cancelled", 0)


async def _carry_out(url: str, job_id: UUID) -> None:
    await Carrier(url=url, kinds={"retry-dead-letters": retry_letters}).carry_out(job_id)

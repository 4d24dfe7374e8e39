"""The publisher copies the requests of the log into the channel, once and complete."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import AsyncConnection

from aanspraak.application.handle import Submission
from aanspraak.application.messages import Message
from aanspraak.domain import ids
from adapters.postgres.channel import PostgresChannel
from adapters.postgres.connection import connect
from adapters.postgres.dead_letters import DeadLetterTable, dead_letters
from adapters.postgres.event_codec import encode, topic_of
from adapters.postgres.event_log import last_position, read_after
from adapters.postgres.follower import Follower
from adapters.postgres.group_commit import commit_group
from adapters.postgres.parked import READY, advance, park_late, parked_of, release_next
from adapters.postgres.publisher import NAME, SCHEMA, Publisher
from tests.contracts.messaging import message
from tests.contracts.waiting import until, until_blocked
from tests.domain import entitlements, orders
from tests.spec import asked

NOW = datetime(2026, 8, 24, 12, tzinfo=UTC)


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await connect(database_url, "test") as connection:
        yield connection


async def test_a_request_comes_into_the_channel_with_what_never_changes(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    async with _publishing(database_url):
        await _ask(conn, (entitlements.ENTITLEMENT, entitlements.CREATE))
        await _published(conn)
        await _ask(
            conn,
            (entitlements.ENTITLEMENT, entitlements.ENTITLED),
            (entitlements.ENTITLEMENT, entitlements.REQUEST_LINKS),
        )
        await _published(conn)
    (request,) = await _messages(conn, "publisher")
    (link,) = await _messages(conn, "portal-a")
    assert (request.position, link.position) == (2, 4)
    assert (request.number, link.number) == (1, 1)
    for one in (request, link):
        said: Any = one.body["entitlement"]
        assert said["productId"] == entitlements.CREATE.product_id
        assert one.user_reference_id == entitlements.CREATE.user_reference_id


async def test_a_confirmation_comes_into_the_channel(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    async with _publishing(database_url):
        await _ask(conn, (orders.ORDER, replace(orders.RECEIVE, product=None)))
        await _published(conn)
    (confirmation,) = await _messages(conn, "bookshop")
    assert confirmation.body["success"] is False


async def test_every_request_comes_once_and_in_order_however_often_it_is_killed(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    order = ids.order_stream(uuid4())
    for turn in range(1, 60, 3):
        async with _publishing(database_url, batch=7):
            for extra in range(3):
                command = entitlements.create(order=order, turn=turn + extra)
                stream = ids.entitlement_id(order, command.subject_id, command.turn)
                await _ask(conn, (stream, command))
    async with _publishing(database_url):
        await _published(conn)
    positions = [message.position for message in await _messages(conn, "publisher")]
    assert positions == list(range(2, 121, 2))


async def test_a_cut_connection_loses_and_doubles_nothing(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    async with _publishing(database_url, batch=5):
        for turn in range(1, 30):
            command = entitlements.create(turn=turn)
            stream = ids.entitlement_id(command.order, command.subject_id, turn)
            await _ask(conn, (stream, command))
            if turn % 10 == 0:
                await conn.execute(CUT)
        await _published(conn)
    assert len(await _messages(conn, "publisher")) == 29


async def test_a_request_that_makes_no_message_stops_only_its_own_stream(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    _, request = asked(entitlements.CREATE)
    stray, good = uuid4(), entitlements.ENTITLEMENT
    await _append(conn, stray, request)
    await _ask(conn, (good, entitlements.CREATE))
    async with _publishing(database_url):
        await _published(conn)
        await _append(conn, stray, request, version=1)
        await _published(conn)
    assert [message.key for message in await _messages(conn, "publisher")] == [good]
    first, second = await dead_letters(conn)
    assert (first.follower, first.stream_id, first.reason) == (NAME, stray, "LookupError")
    assert (first.topic, first.status) == (topic_of(request), "waiting")
    assert (second.stream_id, second.reason) == (stray, "behind")


async def test_what_lay_aside_comes_beside_the_lane_which_is_read_past_it(
    conn: AsyncConnection[Any],
) -> None:
    await _ask(conn, (entitlements.ENTITLEMENT, entitlements.CREATE))
    await conn.execute("INSERT INTO channel.bookmarks VALUES (%s, 5)", (NAME,))
    async with conn.transaction():
        await Publisher(lambda: datetime.now(UTC)).handle(conn, await read_after(conn, 0))
    assert await _messages(conn, "publisher") == []
    (late,) = await parked_of(conn, [entitlements.ENTITLEMENT])
    assert (late.number, late.reason, late.attempts) == (1, READY, 0)
    assert late.next_attempt_at is not None


async def test_what_comes_late_goes_when_the_one_before_it_has_an_outcome(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    first, second = message(1, 1), message(1, 2)
    async with await connect(database_url, "gateway") as gateway:
        async with conn.transaction():
            await park_late(conn, [second], NOW)
            outcome = asyncio.create_task(_outcome(gateway, first))
            await until_blocked(conn, gateway)
        await outcome
    assert [row.reason for row in await parked_of(conn, [second.key])] == [READY]


async def _outcome(conn: AsyncConnection[Any], done: Message) -> None:
    async with conn.transaction():
        await advance(conn, [done])
        await release_next(conn, [done], NOW)


async def test_the_days_are_made_ahead(conn: AsyncConnection[Any], database_url: str) -> None:
    async with _publishing(database_url):
        await _ask(conn, (entitlements.ENTITLEMENT, entitlements.CREATE))
        await _published(conn)
    rows = await (await conn.execute(PARTITIONS)).fetchall()
    today = datetime.now(UTC).strftime("%Y%m%d")
    assert len(rows) == 8
    assert {f"messages_{today}", f"attempts_{today}"} <= {name for (name,) in rows}


async def test_a_day_that_cannot_be_made_now_stops_nothing(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await _ask(conn, (entitlements.ENTITLEMENT, entitlements.CREATE))
    facts = await read_after(conn, 0)
    publisher = Publisher(lambda: datetime.now(UTC))
    async with await connect(database_url, "reading") as reader, reader.transaction():
        await reader.execute("SELECT FROM channel.messages")
        async with conn.transaction():
            assert await publisher.handle(conn, facts) == 2
    assert len(await _messages(conn, "publisher")) == 1
    assert len(await (await conn.execute(PARTITIONS)).fetchall()) == 2
    async with conn.transaction():
        await publisher.handle(conn, [])
    made = {name for (name,) in await (await conn.execute(PARTITIONS)).fetchall()}
    assert len(made) == 7
    assert f"messages_{datetime.now(UTC):%Y%m%d}" not in made


PARTITIONS = """
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent IN ('channel.messages'::regclass, 'channel.attempts'::regclass)
"""
CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'aanspraak follower publisher' AND datname = current_database()
"""


@asynccontextmanager
async def _publishing(url: str, batch: int = 1_000) -> AsyncIterator[None]:
    follower = Follower(
        url=url + "?options=-c%20role%3Daanspraak_runtime",
        name=NAME,
        schema=SCHEMA,
        handle=Publisher(lambda: datetime.now(UTC)).handle,
        dead_letters=DeadLetterTable(NAME),
        batch=batch,
    )
    running = asyncio.create_task(follower.run())
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def _ask(conn: AsyncConnection[Any], *commands: tuple[UUID, object]) -> None:
    submissions = [
        Submission(
            stream_id=stream_id,
            command=command,
            actor="tester",
            correlation_id="story",
            causation_id=str(uuid4()),
        )
        for stream_id, command in commands
    ]
    for result in await commit_group(conn, submissions):
        assert result.refusal is None


async def _append(
    conn: AsyncConnection[Any], stream: UUID, event: object, version: int = 0
) -> None:
    """Append a fact that no rule would make."""
    state = encode(event, actor="tester", correlation_id="story", causation_id="cause")
    parameters = ([stream], [version], [topic_of(event)], [state])
    await conn.execute("SELECT * FROM log.append(%s, %s, %s, %s)", parameters)


async def _published(conn: AsyncConnection[Any]) -> None:
    async def caught_up() -> bool:
        query = "SELECT position FROM channel.bookmarks WHERE name = 'publisher'"
        cursor = await conn.execute(query)
        return await cursor.fetchone() == (await last_position(conn),)

    await until(caught_up)


async def _messages(conn: AsyncConnection[Any], partner: str) -> list[Message]:
    received = await PostgresChannel(conn).receive(partner, "prompt", 0, 1_000)
    return [one.message for one in received]

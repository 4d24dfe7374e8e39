"""While the channel is away the publisher waits: facts are not to blame, and none is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from psycopg import AsyncConnection
from typing_extensions import override

from aanspraak.application.handle import Submission
from aanspraak.application.messages import Message
from aanspraak.application.ports import ChannelAway
from adapters.postgres.channel import PostgresChannel
from adapters.postgres.connection import connect
from adapters.postgres.dead_letters import DeadLetterTable, dead_letters
from adapters.postgres.follower import Follower
from adapters.postgres.group_commit import commit_group
from adapters.postgres.publisher import NAME, SCHEMA, Publisher
from tests.contracts.waiting import until
from tests.domain import entitlements

TIMES = 3


class AwayAtFirst(PostgresChannel):
    """A channel that comes back when it was asked a few times."""

    asked = 0

    @override
    async def send(self, messages: Sequence[Message]) -> None:
        AwayAtFirst.asked += 1
        if AwayAtFirst.asked <= TIMES:
            raise ChannelAway
        await super().send(messages)


async def test_what_waits_in_the_log_goes_when_the_channel_is_back(database_url: str) -> None:
    follower = Follower(
        url=database_url,
        name=NAME,
        schema=SCHEMA,
        handle=Publisher(lambda: datetime.now(UTC), AwayAtFirst).handle,
        dead_letters=DeadLetterTable(NAME),
    )
    async with await connect(database_url, "test") as conn:
        await _entitle(conn)
        running = asyncio.create_task(follower.run())

        async def sent() -> bool:
            return bool(await PostgresChannel(conn).receive("publisher", "prompt", 0, 10))

        await until(sent)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        assert AwayAtFirst.asked == TIMES + 1
        assert await dead_letters(conn) == []


async def _entitle(conn: AsyncConnection[Any]) -> None:
    (result,) = await commit_group(
        conn,
        [
            Submission(
                stream_id=entitlements.ENTITLEMENT,
                command=entitlements.CREATE,
                actor="tester",
                correlation_id="story",
                causation_id=str(uuid4()),
            )
        ],
    )
    assert result.refusal is None

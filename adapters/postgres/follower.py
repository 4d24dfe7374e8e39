"""A follower of the log: it reads on from its bookmark, on a connection of its own."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import psycopg
import structlog

from aanspraak.application.ports import ChannelAway
from adapters.postgres.connection import connect
from adapters.postgres.event_log import PAGE, last_position, read_after
from adapters.postgres.failure import what_went_wrong
from adapters.postgres.follower_batch import (
    Bookkeeper,
    BookmarkMoved,
    DeadLetters,
    Handle,
    TooMuchPoison,
)
from adapters.postgres.queries import load
from adapters.telemetry import FOLLOWER_LAG_EVENTS, FOLLOWER_LAG_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded

__all__ = ["BookmarkMoved", "DeadLetters", "Follower", "Handle", "TooMuchPoison"]

LOOK_SECONDS: Final = 2.0
"""How long a follower sleeps at most without being woken."""
TURN_SECONDS: Final = 0.5
"""How often a second follower of a name looks whether the first is gone."""
FIRST_PAUSE_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 10.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Follower:
    """A follower by name, its bookmark in `<schema>.bookmarks` (name text primary key, position).

    Its lock, its LISTEN and its bookmark are on one connection, so losing one is losing all. There
    is one follower of a name at a time: a second one waits until the first is gone. Without
    `dead_letters` a fact that cannot be handled stops the follower.
    """

    url: str
    name: str
    schema: str
    handle: Handle
    dead_letters: DeadLetters | None = None
    batch: int = PAGE
    look_seconds: float = LOOK_SECONDS

    async def run(self) -> None:
        """Follow until cancelled. When the database or channel fails, all begins at the bookmark.

        Raises BookmarkMoved, TooMuchPoison, UnreadableFact (a newer release wrote it) or, without
        dead letters, what `handle` raised: then somebody has to look.
        """
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = asyncio.get_running_loop().time()
            try:
                async with await connect(self.url, f"follower {self.name}") as conn:
                    await self._follow(conn)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                log.warning("connection.lost", follower=self.name, **what_went_wrong(error))
            except (psycopg.Error, ChannelAway) as error:
                log.warning("follower.failed", follower=self.name, **what_went_wrong(error))
            if asyncio.get_running_loop().time() - began > LONGEST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _follow(self, conn: AsyncConnection[Any]) -> None:
        books = Bookkeeper(
            name=self.name,
            schema=self.schema,
            handle=self.handle,
            dead_letters=self.dead_letters,
        )
        await self._wait_for_turn(conn)
        await conn.execute(load("follower")["listen"])
        position = await books.read_bookmark(conn)
        log.info("follower.started", follower=self.name, position=position)
        facts: list[Recorded] = []
        look_aside_at = 0.0
        while True:
            newest = facts[-1].position if facts else position
            facts += await read_after(conn, newest, self.batch - len(facts))
            await self._measure(conn, position, facts)
            until = await books.advance(conn, position, facts) if facts else position
            if time.monotonic() >= look_aside_at:
                found = await books.try_again(conn)
                look_aside_at = time.monotonic() + (0 if found else self.look_seconds)
            if until == position and time.monotonic() < look_aside_at:
                await self._sleep(conn)
            facts = [recorded for recorded in facts if recorded.position > until]
            position = until

    async def _wait_for_turn(self, conn: AsyncConnection[Any]) -> None:
        """Ask again and again: waiting inside a query would hold up CREATE INDEX CONCURRENTLY."""
        while True:
            row = await (await conn.execute(load("follower")["try_lock"], (self.name,))).fetchone()
            if row and row[0]:
                return
            await asyncio.sleep(TURN_SECONDS)

    async def _sleep(self, conn: AsyncConnection[Any]) -> None:
        """Until something is appended; what was appended since the last sleep ends it at once."""
        async for _ in conn.notifies(timeout=self.look_seconds, stop_after=1):
            pass

    async def _measure(
        self, conn: AsyncConnection[Any], position: int, facts: Sequence[Recorded]
    ) -> None:
        """How far behind: in facts (positions), and in seconds the age of the first one waiting."""
        lag = await last_position(conn) - position if len(facts) == self.batch else len(facts)
        age = datetime.now(UTC) - facts[0].recorded_at if facts else None
        FOLLOWER_LAG_EVENTS.labels(self.name).set(lag)
        FOLLOWER_LAG_SECONDS.labels(self.name).set(max(0.0, age.total_seconds()) if age else 0.0)

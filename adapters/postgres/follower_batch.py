"""Handling a batch of facts: all, or half, until the one that cannot be handled is alone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

import psycopg
import structlog
from psycopg.sql import SQL, Identifier

from aanspraak.application.ports import ChannelAway
from adapters.postgres.event_log import read_after
from adapters.postgres.failure import what_went_wrong
from adapters.postgres.queries import load
from adapters.stopping import CannotGoOn

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded

ATTEMPTS: Final = 3
ATTEMPT_SECONDS: Final = 0.1
POISON_LIMIT: Final = 20
"""After so many facts in a row that had to be laid aside, the follower itself is suspected."""

log = structlog.get_logger(__name__)


class BookmarkMoved(CannotGoOn):
    """Another has moved this follower's bookmark; what was done since reading it is undone."""


class TooMuchPoison(CannotGoOn):
    """One fact after another fails: the follower is broken, not the facts."""


class Handle(Protocol):
    """The work of a follower, within the transaction that also moves its bookmark."""

    async def __call__(self, conn: AsyncConnection[Any], facts: Sequence[Recorded], /) -> int:
        """Return how many facts, from the front, were handled.

        0 is: come back, at once when something was appended, else a little later. It may be called
        again with the same facts, so it keeps nothing in memory that it could not do without.
        """


class DeadLetters(Protocol):
    """Where a follower lays aside facts it cannot handle, and those that must wait behind them."""

    async def behind(
        self, conn: AsyncConnection[Any], facts: Sequence[Recorded]
    ) -> Collection[int]:
        """The positions of the facts that touch a key of which an earlier fact lies aside."""

    async def lay_aside(
        self, conn: AsyncConnection[Any], recorded: Recorded, error: Exception | None
    ) -> None:
        """Record a fact in the follower's transaction; without an error it waits behind another."""

    async def again(self, conn: AsyncConnection[Any]) -> int | None:
        """The position of a fact whose turn has come after all; nobody decides on it meanwhile."""

    async def handled(self, conn: AsyncConnection[Any], position: int) -> None:
        """It was handled now."""

    async def failed_again(
        self, conn: AsyncConnection[Any], position: int, error: Exception
    ) -> None:
        """It could not be handled now either."""


@dataclass(kw_only=True)
class Bookkeeper:
    """Handles batches and moves the bookmark, together; the bookmark is in `<schema>.bookmarks`."""

    name: str
    schema: str
    handle: Handle
    dead_letters: DeadLetters | None
    _in_a_row: int = field(default=0, init=False)

    async def read_bookmark(self, conn: AsyncConnection[Any]) -> int:
        """The position of the last fact handled; a new follower begins at 0."""
        await conn.execute(self._query("ensure_bookmark"), (self.name,))
        row = await (await conn.execute(self._query("read_bookmark"), (self.name,))).fetchone()
        return int(row[0]) if row else 0

    async def advance(
        self, conn: AsyncConnection[Any], position: int, facts: Sequence[Recorded]
    ) -> int:
        """Handle what can be handled, and return where the bookmark is then.

        An error that a fact can have caused halves the batch; a fact that fails alone, three times,
        is laid aside. Every other error of the database is raised, and so is ChannelAway: they say
        nothing about the facts.
        """
        error = await self._attempt(conn, position, facts)
        if isinstance(error, int):
            return error
        if len(facts) > 1:
            return await self.advance(conn, position, facts[: len(facts) // 2])
        for _ in range(ATTEMPTS - 1):
            await asyncio.sleep(ATTEMPT_SECONDS)
            error = await self._attempt(conn, position, facts)
            if isinstance(error, int):
                return error
        return await self._lay_aside(conn, position, facts[0], error)

    async def try_again(self, conn: AsyncConnection[Any]) -> bool:
        """Handle one fact that lay aside and may go now; whether that got anything out of the way.

        The bookmark, which is past it, stays. Later facts of its stream wait behind it until none
        of them is left.
        """
        if self.dead_letters is None:
            return False
        async with conn.transaction():
            position = await self.dead_letters.again(conn)
            if position is None:
                return False
            error = await self._handle_late(conn, position)
            if isinstance(error, Exception):
                await self.dead_letters.failed_again(conn, position, error)
            elif error:
                await self.dead_letters.handled(conn, position)
        if isinstance(error, Exception):
            facts = {"follower": self.name, "position": position}
            log.error("dead_letter.failed_again", **facts, **what_went_wrong(error))
        return error != 0

    async def _handle_late(self, conn: AsyncConnection[Any], position: int) -> int | Exception:
        facts = await read_after(conn, position - 1, 1)
        try:
            async with conn.transaction():
                return await self.handle(conn, facts)
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            return error
        except (psycopg.Error, ChannelAway):
            raise
        except Exception as error:  # noqa: BLE001 it goes on waiting, and the others go on
            return error

    async def _attempt(
        self, conn: AsyncConnection[Any], position: int, facts: Sequence[Recorded]
    ) -> int | Exception:
        try:
            until = await self._handle(conn, position, facts)
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            return error
        except (psycopg.Error, BookmarkMoved, ChannelAway):
            raise
        except Exception as error:  # noqa: BLE001 whatever a fold makes of one fact, the others go on
            return error
        if until > position:
            self._in_a_row = 0
        return until

    async def _handle(
        self, conn: AsyncConnection[Any], position: int, facts: Sequence[Recorded]
    ) -> int:
        async with conn.transaction():
            behind = await self.dead_letters.behind(conn, facts) if self.dead_letters else ()
            free = [recorded for recorded in facts if recorded.position not in behind]
            handled = await self.handle(conn, free) if free else 0
            passed = _before(facts, free[handled]) if handled < len(free) else facts
            for recorded in passed:
                if self.dead_letters and recorded.position in behind:
                    await self.dead_letters.lay_aside(conn, recorded, None)
            until = passed[-1].position if passed else position
            await self._move(conn, position, until)
        return until

    async def _lay_aside(
        self, conn: AsyncConnection[Any], position: int, recorded: Recorded, error: Exception
    ) -> int:
        self._in_a_row += 1
        if self.dead_letters is None:
            raise error
        if self._in_a_row > POISON_LIMIT:
            raise TooMuchPoison(f"{self.name}, at position {recorded.position}") from error
        async with conn.transaction():
            await self.dead_letters.lay_aside(conn, recorded, error)
            await self._move(conn, position, recorded.position)
        facts = {"follower": self.name, "position": recorded.position}
        log.error("dead_letter.added", **facts, **what_went_wrong(error))
        return recorded.position

    async def _move(self, conn: AsyncConnection[Any], position: int, until: int) -> None:
        """Move the bookmark from where it was read, or undo all: one row or stop."""
        parameters = {"name": self.name, "position": position, "until": until}
        cursor = await conn.execute(self._query("move_bookmark"), parameters)
        if cursor.rowcount != 1:
            log.error("bookmark.lost", follower=self.name, position=position)
            raise BookmarkMoved(f"the bookmark of {self.name} is no longer at {position}")

    def _query(self, name: str) -> Any:  # noqa: ANN401 psycopg's types of a query are a union
        return SQL(load("follower")[name]).format(schema=Identifier(self.schema))


def _before(facts: Sequence[Recorded], first_left: Recorded) -> list[Recorded]:
    return [recorded for recorded in facts if recorded.position < first_left.position]

"""Facts that a follower could not handle: laid aside, with the later ones of their streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from adapters.postgres.event_codec import topic_of
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded

SQL: Final = load("dead_letters")
BEHIND: Final = "behind"
"""The reason of a fact that waits behind another of its stream."""


class DeadLetter(NamedTuple):
    """A fact that lies aside, or lay; `reason` is the class of the error, never its text.

    `status` is waiting, again (an operator wants it handled again), handled or skipped. Who decided
    is a key, the reason lies in the vault; `behind` it wait so many facts of its stream.
    """

    follower: str
    position: int
    stream_id: UUID
    topic: str
    reason: str
    at: datetime
    status: str
    decided_by: str | None
    decided_at: datetime | None
    reason_id: UUID | None
    behind: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedLetters:
    """Which facts are wanted; None: any. `what` is the class of an error, or a topic.

    `since` and `until` are when they were laid aside; `settled`: also what is done with; `first`:
    only what waits and goes first of its stream.
    """

    settled: bool = False
    first: bool = False
    follower: str | None = None
    position: int | None = None
    what: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: int | None = None
    limit: int | None = None


WAITING_ONES: Final = AskedLetters()


class DeadLetterTable:
    """`channel.dead_letter` for one follower; what a fact touches is its stream."""

    def __init__(self, follower: str) -> None:
        self._follower = follower

    async def behind(self, conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> set[int]:
        """The positions of the facts whose stream has an earlier fact lying aside."""
        streams = list({recorded.stream_id for recorded in facts})
        given = {"follower": self._follower, "streams": streams}
        cursor = await conn.execute(SQL["dead_behind"], given)
        stopped = {stream_id for (stream_id,) in await cursor.fetchall()}
        return {recorded.position for recorded in facts if recorded.stream_id in stopped}

    async def lay_aside(
        self, conn: AsyncConnection[Any], recorded: Recorded, error: Exception | None
    ) -> None:
        """Record a fact; without an error it waits behind another."""
        row = {
            "follower": self._follower,
            "position": recorded.position,
            "stream_id": recorded.stream_id,
            "topic": topic_of(recorded.event),
            "reason": BEHIND if error is None else type(error).__name__,
        }
        await conn.execute(SQL["add_dead_letter"], row)

    async def again(self, conn: AsyncConnection[Any]) -> int | None:
        """The position of the first fact whose turn has come; held until the transaction ends."""
        cursor = await conn.execute(SQL["dead_letter_again"], {"follower": self._follower})
        row = await cursor.fetchone()
        return int(row[0]) if row else None

    async def handled(self, conn: AsyncConnection[Any], position: int) -> None:
        """It stays in the table, on record."""
        given = {"follower": self._follower, "position": position}
        await conn.execute(SQL["settle_dead_letter"], given)

    async def failed_again(
        self, conn: AsyncConnection[Any], position: int, error: Exception
    ) -> None:
        """It waits for an operator again."""
        given = {"follower": self._follower, "position": position, "reason": type(error).__name__}
        await conn.execute(SQL["dead_letter_failed_again"], given)


class NotDecidable(Exception):
    """Nothing can be decided about this fact, or not this: `why`, and in words.

    `why` is earlier (one of its stream, at `position`, has to go first), rebuilt or not-waiting.
    """

    def __init__(self, why: str, position: int, words: str) -> None:
        super().__init__(words)
        self.why = why
        self.position = position


async def dead_letters(
    conn: AsyncConnection[Any], asked: AskedLetters = WAITING_ONES
) -> list[DeadLetter]:
    """What lies aside, in the order of the log."""
    given = {name: getattr(asked, name) for name in AskedLetters.__dataclass_fields__}
    cursor = await conn.execute(SQL["dead_letters"], given, prepare=False)
    return [DeadLetter(*row) for row in await cursor.fetchall()]


async def statuses(conn: AsyncConnection[Any], which: Sequence[tuple[str, int]]) -> list[str]:
    """How these stand, by follower and position."""
    given = {"followers": [one for one, _ in which], "positions": [one for _, one in which]}
    cursor = await conn.execute(SQL["dead_letter_statuses"], given)
    return [status for (status,) in await cursor.fetchall()]


async def retry(
    conn: AsyncConnection[Any],
    follower: str,
    position: int,
    operator: str,
    reason_id: UUID | None = None,
) -> None:
    """Have a fact handled again by its follower, and after it those that wait behind it.

    Raises NotDecidable: it does not wait, or an earlier one of its stream does, or a view that was
    built anew since holds it already.
    """
    async with conn.transaction():
        before, rebuilt_at = await _undecided(conn, follower, position)
        if before is not None:
            words = f"position {before} of the same stream has to go first"
            raise NotDecidable("earlier", before, words)
        if rebuilt_at is not None:
            words = "a view was rebuilt since: skip it and rebuild the other views"
            raise NotDecidable("rebuilt", position, words)
        given = {"follower": follower, "position": position}
        by = {"operator": operator, "reason_id": reason_id}
        await conn.execute(SQL["retry_dead_letter"], {**given, **by})
        await conn.execute(SQL["wake_followers"])


async def skip(
    conn: AsyncConnection[Any],
    follower: str,
    position: int,
    operator: str,
    *,
    behind: bool = False,
    reason_id: UUID | None = None,
) -> int:
    """Leave a fact unhandled for good, or also all that waits `behind` it; how many.

    What waits behind it otherwise has its turn now. Raises NotDecidable when it does not wait.
    """
    async with conn.transaction():
        await _undecided(conn, follower, position)
        given = {"follower": follower, "position": position, "behind": behind}
        by = {"operator": operator, "reason_id": reason_id}
        cursor = await conn.execute(SQL["skip_dead_letters"], {**given, **by})
        await conn.execute(SQL["wake_followers"])
    return cursor.rowcount


async def _undecided(
    conn: AsyncConnection[Any], follower: str, position: int
) -> tuple[int | None, datetime | None]:
    given = {"follower": follower, "position": position}
    row = await (await conn.execute(SQL["why_not_retried"], given)).fetchone()
    if row is None:
        words = f"no fact at position {position} waits for {follower}"
        raise NotDecidable("not-waiting", position, words)
    return row[0], row[1]

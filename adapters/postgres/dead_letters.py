"""Facts that a follower could not handle: laid aside, with the later ones of their streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from adapters.postgres.channel import SQL
from adapters.postgres.event_codec import topic_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded

BEHIND: Final = "behind"
"""The reason of a fact that waits behind another of its stream."""


class DeadLetter(NamedTuple):
    """A fact that lies aside; `reason` is the class of the error, never its text."""

    follower: str
    position: int
    stream_id: UUID
    topic: str
    reason: str
    at: datetime
    status: str


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


async def dead_letters(conn: AsyncConnection[Any]) -> list[DeadLetter]:
    """Everything that lies aside, oldest first."""
    cursor = await conn.execute(SQL["dead_letters"])
    return [DeadLetter(*row) for row in await cursor.fetchall()]

"""A follower that runs until it has caught up, or is far enough."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from psycopg.sql import SQL, Identifier

from adapters.postgres.connection import connect
from adapters.postgres.event_log import EVERYTHING, last_position
from bench.surroundings import Timed

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from adapters.postgres.follower import Follower

LOOK_SECONDS: Final = 0.05

_BOOKMARK = SQL("SELECT position FROM {}.bookmarks WHERE name = %s")


async def follow(follower: Follower, until: int = EVERYTHING) -> tuple[int, Timed]:
    """Where its bookmark was when it stopped, and what it took.

    What follows from a fact is in the log before the bookmark is on it: this never stops early.
    """
    async with await connect(follower.url, "bench") as conn:
        with Timed() as timed:
            following = asyncio.create_task(follower.run())
            while (position := await _bookmark(conn, follower)) < until:
                if position == await last_position(conn):
                    break
                await asyncio.sleep(LOOK_SECONDS)
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
    return position, timed


async def _bookmark(conn: AsyncConnection[Any], follower: Follower) -> int:
    query = _BOOKMARK.format(Identifier(follower.schema))
    row = await (await conn.execute(query, (follower.name,))).fetchone()
    return int(row[0]) if row else 0

"""What the channel did not keep until it was sent: known until it was sent again from the log."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import structlog

from adapters.postgres.event_log import position_at
from adapters.postgres.fetching import all_as
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from psycopg import AsyncConnection

SQL: Final = load("gaps")

log = structlog.get_logger(__name__)


class Gap(NamedTuple):
    """What a partner is missing: all, and perhaps more, is sent again `since` then.

    None: nobody knows since when. `most` is how many there may be.
    """

    partner: str
    since: datetime | None
    most: int


async def note_gap(
    conn: AsyncConnection[Any], partner: str, lane: str, after: int, until: int
) -> None:
    """A lane has nothing between two offsets, and what was there was not dealt with; told once."""
    given = {"partner": partner, "lane": lane, "after": after, "until": until}
    row = await (await conn.execute(SQL["add"], given)).fetchone()
    if row is not None:
        since = row[0].isoformat() if row[0] else None
        log.error("lane.gap", partner=partner, lane=lane, after=after, until=until, since=since)


async def open_gaps(conn: AsyncConnection[Any]) -> list[Gap]:
    """What is missing, per partner."""
    return await all_as(Gap, conn, SQL["open"])


@asynccontextmanager
async def settling(
    conn: AsyncConnection[Any], partner: str | None, since: datetime
) -> AsyncIterator[None]:
    """Within it all messages since a moment are sent again: what was missing then is not any more.

    Of what is missing since nobody knows when, only all that the log has is enough.
    """
    row = await (await conn.execute(SQL["moment"])).fetchone()
    yield
    given = {
        "partner": partner,
        "since": since,
        "everything": await position_at(conn, since) == 0,
        "seen_until": row[0] if row else since,
    }
    await conn.execute(SQL["settle"], given)

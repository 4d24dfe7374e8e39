"""Parked messages whose time has come, and those to try an unreachable partner with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from adapters.postgres.channel import SQL, decode_message
from adapters.postgres.unreadable import Unreadable, give_up

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.application.messages import Message


class Due(NamedTuple):
    """A parked message whose time has come, what it cost so far, and how far it climbed."""

    message: Message
    attempts: int
    rung: int


async def due(
    conn: AsyncConnection[Any],
    partner: str,
    now: datetime,
    *,
    in_hand: Collection[UUID],
    limit: int,
) -> list[Due]:
    """The messages whose time has come, longest waiting first, but not of the keys in hand."""
    wanted = {"now": now, "in_hand": list(in_hand), "limit": limit}
    return await _readable(conn, "due", partner, wanted)


async def next_due_at(conn: AsyncConnection[Any], partner: str, now: datetime) -> datetime | None:
    """When the next message's time comes."""
    cursor = await conn.execute(SQL["next_due"], {"partner": partner, "now": now})
    row = await cursor.fetchone()
    return row[0] if row else None


async def probe(
    conn: AsyncConnection[Any], partner: str, now: datetime, *, in_hand: Collection[UUID]
) -> Due | None:
    """A parked message to try an unreachable partner with: the one tried longest ago."""
    wanted = {"now": now, "in_hand": list(in_hand)}
    return next(iter(await _readable(conn, "probe", partner, wanted)), None)


async def _readable(
    conn: AsyncConnection[Any], query: str, partner: str, wanted: dict[str, object]
) -> list[Due]:
    """What a query finds; what of it cannot be read is given up, and then it is asked again."""
    while True:
        cursor = await conn.execute(SQL[query], {"partner": partner, **wanted})
        found: list[Due] = []
        broken: list[Unreadable] = []
        for key, number, text, attempts, rung in await cursor.fetchall():
            try:
                found.append(Due(decode_message(text), attempts, rung))
            except msgspec.MsgspecError as error:
                broken.append(Unreadable(key, number, type(error).__name__))
        if not broken:
            return found
        await give_up(conn, partner, broken)

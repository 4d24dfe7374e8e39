"""The channel in PostgreSQL: an append-only table per day, and an offset per partner and lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from aanspraak.application.messages import Message
from aanspraak.application.ports import Received
from adapters.postgres.queries import load
from adapters.postgres.unreadable import lay_aside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from psycopg import AsyncConnection

SQL: Final = load("channel")
DAYS_AHEAD: Final = 3

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Message)


class PostgresChannel:
    """The port `Channel` on a connection; sending is part of the transaction that is open on it."""

    def __init__(self, conn: AsyncConnection[Any]) -> None:
        self._conn = conn

    async def send(self, messages: Sequence[Message]) -> None:
        """Put messages at the end of their partners' lanes, and wake who serves them."""
        if not messages:
            return
        partners = [message.partner for message in messages]
        rows = {
            "partners": partners,
            "lanes": [message.lane for message in messages],
            "positions": [message.position for message in messages],
            "keys": [message.key for message in messages],
            "numbers": [message.number for message in messages],
            "messages": [encode_message(message) for message in messages],
        }
        await self._conn.execute(SQL["send"], rows)
        await self._conn.execute(SQL["wake"], {"partners": sorted({*partners})})

    async def receive(self, partner: str, lane: str, after: int, limit: int) -> list[Received]:
        """The next messages of a lane after an offset; what cannot be read is given up."""
        wanted: dict[str, Any] = {"partner": partner, "lane": lane, "after": after, "limit": limit}
        found: list[Received] = []
        while wanted["limit"]:
            broken: dict[int, str] = {}
            cursor = await self._conn.execute(SQL["receive"], wanted)
            for position, text in await cursor.fetchall():
                wanted["after"] = position
                try:
                    found.append(Received(offset=position, message=decode_message(text)))
                except msgspec.MsgspecError as error:
                    broken[position] = type(error).__name__
            await lay_aside(self._conn, partner, lane, broken)
            wanted["limit"] = len(broken)
        return found

    async def acknowledge(self, partner: str, lane: str, offset: int) -> None:
        """All of a lane up to this offset is dealt with."""
        upto = {"partner": partner, "lane": lane, "offset": offset}
        await self._conn.execute(SQL["acknowledge"], upto)

    async def acknowledged(self, partner: str, lane: str) -> int:
        """The offset up to which a lane is dealt with."""
        wanted = {"partner": partner, "lane": lane}
        row = await (await self._conn.execute(SQL["acknowledged"], wanted)).fetchone()
        return int(row[0]) if row else 0

    async def waiting_since(self, partner: str, lane: str) -> datetime | None:
        """When the first message of a lane that is not dealt with was recorded."""
        wanted = {"partner": partner, "lane": lane}
        row = await (await self._conn.execute(SQL["waiting_since"], wanted)).fetchone()
        return row[0] if row else None

    async def sent_before(self, partner: str, lane: str, moment: datetime) -> int:
        """The offset of the last message of a lane that was sent before a moment."""
        wanted = {"partner": partner, "lane": lane, "moment": moment}
        row = await (await self._conn.execute(SQL["sent_before"], wanted)).fetchone()
        return int(row[0]) if row else 0


async def prepare_days(conn: AsyncConnection[Any], first_day: date, days: int = DAYS_AHEAD) -> int:
    """Make the partitions of messages and attempts for these days; how many were missing.

    Raises psycopg.errors.LockNotAvailable when somebody reads the default partition for longer
    than 2 s; try again later.
    """
    return await _number(conn, "prepare_days", first_day, days)


async def drop_days(
    conn: AsyncConnection[Any], *, messages_before: date, attempts_before: date
) -> int:
    """Drop the partitions before these days; how many. A day with a waiting message stays.

    Raises psycopg.errors.LockNotAvailable as `prepare_days` does.
    """
    return await _number(conn, "drop_days", messages_before, attempts_before)


def encode_message(message: Message) -> str:
    """The message as JSON."""
    return _ENCODER.encode(message).decode()


def decode_message(text: str) -> Message:
    """A message from its JSON; raises msgspec.MsgspecError when it is none."""
    return _DECODER.decode(text)


async def _number(conn: AsyncConnection[Any], query: str, *parameters: object) -> int:
    row = await (await conn.execute(SQL[query], parameters)).fetchone()
    return int(row[0]) if row else 0

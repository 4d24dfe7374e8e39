"""Stored messages that cannot be read: given up one by one, so that all others go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

import msgspec
import structlog

from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import AsyncConnection

SQL: Final = load("unreadable")
LARGEST_NUMBER: Final = 2**31 - 1

log = structlog.get_logger(__name__)


class Unreadable(NamedTuple):
    """A parked message that is none; `error` is the class of what was raised."""

    key: UUID
    number: int
    error: str


async def lay_aside(
    conn: AsyncConnection[Any], partner: str, lane: str, errors: Mapping[int, str]
) -> None:
    """Park these messages of a lane, by position, for an operator."""
    if not errors:
        return
    given = {
        "partner": partner,
        "lane": lane,
        "positions": list(errors),
        "errors": list(errors.values()),
    }
    cursor = await conn.execute(SQL["lay_aside"], given)
    _report(partner, await cursor.fetchall())


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreadableRecord:
    """A record of the channel that is no message, as far as it says which one it was."""

    key: str
    number: str
    text: str
    error: str


async def lay_records_aside(
    conn: AsyncConnection[Any], partner: str, lane: str, records: Sequence[UnreadableRecord]
) -> None:
    """Park these for an operator; one that does not even say which message it was is only told."""
    known = [one for one in records if _names_a_message(one)]
    for one in records:
        if one not in known:
            log.error("record.unreadable", partner=partner, lane=lane, error=one.error)
    if not known:
        return
    given = {
        "partner": partner,
        "lane": lane,
        "keys": [one.key for one in known],
        "numbers": [int(one.number) for one in known],
        "messages": [one.text if _is_json(one.text) else "{}" for one in known],
        "errors": [one.error for one in known],
    }
    cursor = await conn.execute(SQL["lay_records_aside"], given)
    _report(partner, await cursor.fetchall())


async def give_up(conn: AsyncConnection[Any], partner: str, broken: Sequence[Unreadable]) -> None:
    """Leave these parked messages to an operator."""
    given = {
        "partner": partner,
        "keys": [one.key for one in broken],
        "numbers": [one.number for one in broken],
        "errors": [one.error for one in broken],
    }
    cursor = await conn.execute(SQL["give_up"], given)
    _report(partner, await cursor.fetchall())


def _names_a_message(record: UnreadableRecord) -> bool:
    try:
        UUID(record.key)
    except ValueError:
        return False
    return record.number.isdecimal() and int(record.number) <= LARGEST_NUMBER


def _is_json(text: str) -> bool:
    """Whether PostgreSQL takes it, too, which is stricter about U+0000."""
    try:
        msgspec.json.decode(text)
    except msgspec.MsgspecError:
        return False
    return "\\u0000" not in text


def _report(partner: str, rows: Sequence[tuple[UUID, int, str]]) -> None:
    for key, number, error in rows:
        log.error("exchange.gave_up", partner=partner, stream=str(key), number=number, error=error)

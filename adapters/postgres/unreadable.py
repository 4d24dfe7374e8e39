"""Stored messages that cannot be read: given up one by one, so that all others go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import structlog

from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

SQL: Final = load("unreadable")

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


def _report(partner: str, rows: Sequence[tuple[UUID, int, str]]) -> None:
    for key, number, error in rows:
        log.error("exchange.gave_up", partner=partner, stream=str(key), number=number, error=error)

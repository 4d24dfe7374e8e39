"""Messages out of their lane, and how far each key is: number n goes when n-1 has an outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from adapters.postgres.channel import SQL, encode_message

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.application.messages import Message

BEHIND: Final = "behind"
READY: Final = "ready"
FAILED: Final = "failed"
UNREACHABLE: Final = "unreachable"
GAVE_UP: Final = "gave_up"


@dataclass(frozen=True, kw_only=True, slots=True)
class Parked:
    """A message out of its lane; `error` is a short code.

    `reason` is behind (an earlier number has no outcome), ready (it has one now), failed (again at
    `next_attempt_at`), unreachable (again when the partner is back) or gave_up (an operator's).
    """

    message: Message
    reason: str
    attempts: int = 0
    rung: int = 0
    last_attempt_at: datetime | None = None
    next_attempt_at: datetime | None = None
    error: str | None = None


class Progress(NamedTuple):
    """Up to which number a key is done, and which of its numbers are parked."""

    done: int
    parked: frozenset[int]


class ParkedRow(NamedTuple):
    """A parked message as the trace shows it, without what it says."""

    partner: str
    key: UUID
    number: int
    lane: str
    reason: str
    attempts: int
    last_attempt_at: datetime | None
    next_attempt_at: datetime | None
    error: str | None


async def progress(
    conn: AsyncConnection[Any], partner: str, keys: Collection[UUID]
) -> dict[UUID, Progress]:
    """How far each of these keys is with a partner."""
    cursor = await conn.execute(SQL["progress"], {"partner": partner, "keys": list(keys)})
    return {
        key: Progress(done, frozenset(numbers)) for key, done, numbers in await cursor.fetchall()
    }


async def advance(conn: AsyncConnection[Any], messages: Sequence[Message]) -> None:
    """These messages have an outcome: their keys move on, and they are parked no longer."""
    if not messages:
        return
    furthest: dict[tuple[str, UUID], int] = {}
    for message in messages:
        where = (message.partner, message.key)
        furthest[where] = max(message.number, furthest.get(where, 0))
    rows = {
        "partners": [partner for partner, _ in furthest],
        "keys": [key for _, key in furthest],
        "numbers": list(furthest.values()),
    }
    await conn.execute(SQL["advance"], rows)
    done = {
        "partners": [message.partner for message in messages],
        "keys": [message.key for message in messages],
        "numbers": [message.number for message in messages],
    }
    await conn.execute(SQL["unpark"], done)


async def park(conn: AsyncConnection[Any], parked: Iterable[Parked], now: datetime) -> None:
    """Park messages, or write anew why and until when; the last word on a message counts."""
    rows = {(one.message.partner, one.message.key, one.message.number): one for one in parked}
    if not rows:
        return
    columns: dict[str, object] = {
        "now": now,
        "partners": [partner for partner, _, _ in rows],
        "keys": [key for _, key, _ in rows],
        "numbers": [number for _, _, number in rows],
        "lanes": [one.message.lane for one in rows.values()],
        "messages": [encode_message(one.message) for one in rows.values()],
        "reasons": [one.reason for one in rows.values()],
        "attempts": [one.attempts for one in rows.values()],
        "rungs": [one.rung for one in rows.values()],
        "last_attempts": [one.last_attempt_at for one in rows.values()],
        "next_attempts": [one.next_attempt_at for one in rows.values()],
        "errors": [one.error for one in rows.values()],
    }
    await conn.execute(SQL["park"], columns)


async def park_late(conn: AsyncConnection[Any], messages: Sequence[Message], now: datetime) -> None:
    """Messages whose lane may have been read past them: each goes when the one before is done.

    Their keys' progress is held meanwhile, so that whoever moves it on finds them here.
    """
    rows = {
        "partners": [message.partner for message in messages],
        "keys": [message.key for message in messages],
        "numbers": [0 for _ in messages],
    }
    await conn.execute(SQL["advance"], rows)
    await park(conn, [Parked(message=message, reason=BEHIND) for message in messages], now)
    await release_next(conn, messages, now)
    await conn.execute(SQL["wake"], {"partners": sorted({one.partner for one in messages})})


async def release_next(
    conn: AsyncConnection[Any], messages: Collection[Message], now: datetime
) -> set[str]:
    """Let go what waited behind these; the partners for which there is something to do now."""
    where = {(message.partner, message.key) for message in messages}
    rows = {
        "now": now,
        "partners": [partner for partner, _ in where],
        "keys": [key for _, key in where],
    }
    cursor = await conn.execute(SQL["release_next"], rows)
    return {partner for (partner,) in await cursor.fetchall()}


async def blame_the_partner(
    conn: AsyncConnection[Any], partner: str, failing: Sequence[tuple[UUID, int]]
) -> None:
    """These failed because the partner is away: they do not climb the ladder by themselves."""
    rows = {
        "partner": partner,
        "keys": [key for key, _ in failing],
        "numbers": [number for _, number in failing],
    }
    await conn.execute(SQL["blame_the_partner"], rows)


async def release_waiting(conn: AsyncConnection[Any], partner: str, now: datetime) -> None:
    """The partner is back: everything that was parked because of it goes again."""
    await conn.execute(SQL["release_waiting"], {"partner": partner, "now": now})


async def parked_counts(
    conn: AsyncConnection[Any], partner: str | None
) -> list[tuple[str, str, int]]:
    """How many messages are parked, by partner and reason: of one partner, or of all."""
    return await (await conn.execute(SQL["parked_counts"], {"partner": partner})).fetchall()


async def parked_first(
    conn: AsyncConnection[Any], partner: str | None, limit: int
) -> list[ParkedRow]:
    """What is parked of one partner, or of all: given up first, then what was tried most."""
    cursor = await conn.execute(SQL["parked_first"], {"partner": partner, "limit": limit})
    return [ParkedRow(*row) for row in await cursor.fetchall()]


async def parked_of(conn: AsyncConnection[Any], keys: Collection[UUID]) -> list[ParkedRow]:
    """What is parked about these streams."""
    cursor = await conn.execute(SQL["parked_of"], (list(keys),))
    return [ParkedRow(*row) for row in await cursor.fetchall()]

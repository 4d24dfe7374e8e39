"""Attempts at messages: time and status plain; the answer encrypted, and gone with its person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from adapters.postgres.channel import SQL
from adapters.security.cipher import Sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.application.messages import Message
    from adapters.security.cipher import Cipher

ANSWER_BYTES: Final = 2048
"""So much of an answer is read and kept."""
_PURPOSE: Final = "attempt"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One try at a message. `error` is a short code, `status` the partner's functional code.

    `outcome` is taken, rejected, failed or dropped; `answer` is the beginning of what it said.
    """

    at: datetime
    message: Message
    outcome: str
    http_status: int | None = None
    status: int | None = None
    duration_ms: int = 0
    error: str | None = None
    answer: bytes = field(default=b"", repr=False)


class AttemptRow(NamedTuple):
    """An attempt as it is kept; `open_answer` reads its answer."""

    at: datetime
    partner: str
    stream_id: UUID
    number: int
    outcome: str
    http_status: int | None
    status: int | None
    duration_ms: int
    error: str | None
    answer: bytes | None
    answer_key: int | None


async def add_attempts(
    conn: AsyncConnection[Any], cipher: Cipher, attempts: Sequence[Attempt]
) -> None:
    """Keep these attempts."""
    if not attempts:
        return
    sealed = [_seal(cipher, attempt) for attempt in attempts]
    columns: dict[str, object] = {
        "ats": [one.at for one in attempts],
        "partners": [one.message.partner for one in attempts],
        "streams": [one.message.key for one in attempts],
        "numbers": [one.message.number for one in attempts],
        "outcomes": [one.outcome for one in attempts],
        "http_statuses": [one.http_status for one in attempts],
        "statuses": [one.status for one in attempts],
        "durations": [one.duration_ms for one in attempts],
        "errors": [one.error for one in attempts],
        "answers": [one.data if one else None for one in sealed],
        "answer_keys": [one.key if one else None for one in sealed],
        "subjects": [one.message.subject_id for one in attempts],
    }
    await conn.execute(SQL["add_attempts"], columns)


async def attempts_of(conn: AsyncConnection[Any], streams: Collection[UUID]) -> list[AttemptRow]:
    """All attempts at messages about these streams that are still kept, oldest first."""
    cursor = await conn.execute(SQL["attempts_of"], (list(streams),))
    return [AttemptRow(*row) for row in await cursor.fetchall()]


def open_answer(cipher: Cipher, row: AttemptRow) -> bytes | None:
    """What the partner said; None when it said nothing, or its person was forgotten.

    Raises Unopenable when the key is not configured.
    """
    if row.answer is None or row.answer_key is None:
        return None
    return cipher.open(_PURPOSE, row.stream_id.bytes, Sealed(row.answer_key, row.answer))


async def forget_answers(conn: AsyncConnection[Any], subject_ids: Collection[UUID]) -> int:
    """Delete what partners said about these subjects; the number of answers."""
    return (await conn.execute(SQL["forget_answers"], (list(subject_ids),))).rowcount


async def count_stale_answers(conn: AsyncConnection[Any], cipher: Cipher) -> int:
    """How many answers are under another key than the newest."""
    row = await (await conn.execute(SQL["count_stale_answers"], (cipher.newest,))).fetchone()
    return int(row[0]) if row else 0


async def reencrypt_answers(
    conn: AsyncConnection[Any],
    cipher: Cipher,
    batch: int = 1_000,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Rewrite the answers that are not under the newest key, a batch per transaction; how many.

    `progress` is told the size of each batch. It can be stopped and started again.

    Raises Unopenable when the key of one is not configured any more.
    """
    days = await (await conn.execute(SQL["days_of_stale_answers"], (cipher.newest,))).fetchall()
    total = 0
    for (day,) in days:
        while rewritten := await _reencrypt_batch(conn, cipher, day, batch):
            total += rewritten
            progress(rewritten)
    return total


async def _reencrypt_batch(
    conn: AsyncConnection[Any], cipher: Cipher, day: datetime, batch: int
) -> int:
    async with conn.transaction():
        wanted = {"day": day, "newest": cipher.newest, "limit": batch}
        rows = await (await conn.execute(SQL["stale_answers"], wanted)).fetchall()
        answers = [
            cipher.seal(_PURPOSE, stream.bytes, cipher.open(_PURPOSE, stream.bytes, Sealed(*old)))
            for _, _, stream, *old in rows
        ]
        columns: dict[str, object] = {
            "tables": [row[0] for row in rows],
            "places": [row[1] for row in rows],
            "answers": [answer.data for answer in answers],
            "newest": cipher.newest,
            "day": day,
        }
        await conn.execute(SQL["rewrite_answers"], columns)
    return len(rows)


def _seal(cipher: Cipher, attempt: Attempt) -> Sealed | None:
    if not attempt.answer:
        return None
    return cipher.seal(_PURPOSE, attempt.message.key.bytes, attempt.answer[:ANSWER_BYTES])

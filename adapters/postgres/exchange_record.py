"""What the gateway records: facts, progress, parked messages, attempts and flows in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from adapters.postgres.attempts import Attempt, add_attempts
from adapters.postgres.flows import save_reachability
from adapters.postgres.group_commit import commit_group
from adapters.postgres.parked import (
    Parked,
    advance,
    blame_the_partner,
    park,
    release_next,
    release_waiting,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.application.handle import Submission
    from aanspraak.application.messages import Message
    from aanspraak.application.reachability import Reachability
    from adapters.security.cipher import Cipher

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """A message was taken, rejected or dropped: its key moves on; `also` is what else it tells."""

    message: Message
    submission: Submission
    attempt: Attempt
    also: Submission | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Parking:
    """A message goes aside, or stays there until later; `submission` is for the last time."""

    parked: Parked
    attempt: Attempt | None = None
    submission: Submission | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """What we know of the way to a partner has changed.

    `blamed` are the failures that were the partner's, now that it counts as unreachable; `back` is:
    what was parked because of it goes again.
    """

    partner: str
    reachability: Reachability
    blamed: tuple[tuple[UUID, int], ...] = ()
    back: bool = False


Entry = Outcome | Parking | Turn


async def record(
    conn: AsyncConnection[Any], cipher: Cipher, entries: Sequence[Entry], now: datetime
) -> set[str]:
    """Record a group in one transaction; the partners for which a message was let go.

    The facts come last, because from then on nobody else can append until the transaction ends.
    """
    outcomes = [entry for entry in entries if isinstance(entry, Outcome)]
    parkings = [entry for entry in entries if isinstance(entry, Parking)]
    messages = [entry.message for entry in outcomes]
    about_messages: list[Outcome | Parking] = [*outcomes, *parkings]
    async with conn.transaction():
        await advance(conn, messages)
        await park(conn, [entry.parked for entry in parkings], now)
        for entry in entries:
            if isinstance(entry, Turn):
                await _turn(conn, entry, now)
        touched = [*messages, *(entry.parked.message for entry in parkings)]
        released = await release_next(conn, touched, now) if touched else set()
        await add_attempts(conn, cipher, [one.attempt for one in about_messages if one.attempt])
        learned = [one.also for one in outcomes if one.also]
        told = [one.submission for one in about_messages if one.submission]
        await _commit(conn, [*told, *learned])
    return released


async def _turn(conn: AsyncConnection[Any], turn: Turn, now: datetime) -> None:
    await save_reachability(conn, turn.partner, turn.reachability)
    if turn.blamed:
        await blame_the_partner(conn, turn.partner, turn.blamed)
    if turn.back:
        await release_waiting(conn, turn.partner, now)


async def _commit(conn: AsyncConnection[Any], submissions: Sequence[Submission]) -> None:
    """What really happened is never refused; if it is, that is a bug, and the message is done."""
    for result in await commit_group(conn, submissions):
        if result.refusal is not None:
            log.error(
                "command.refused",
                command=type(result.submission.command).__name__,
                stream=str(result.submission.stream_id),
                reason=type(result.refusal).__name__,
            )

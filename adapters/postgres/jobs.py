"""Jobs as rows: asked for, taken up by one worker at a time, moved on, ended, and looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from psycopg.rows import tuple_row
from psycopg.types.json import Json

from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

SQL: Final = load("jobs")

WAITING: Final = "waiting"
QUEUED: Final = "queued"
RUNNING: Final = "running"


class JobRow(NamedTuple):
    """A job as it stands. `about` says which things, as asked; moments are UTC.

    `status` is waiting (for a second operator), queued, running, done, cancelled or failed. Actors
    are keys, the reason lies in the vault. `changed_at` is when a worker moved it on last.
    """

    job_id: UUID
    kind: str
    about: Mapping[str, Any]
    status: str
    total: int | None
    done: int
    succeeded: int
    nothing: int
    failed: int
    doing: str
    turn: int
    per_second: float
    error: str | None
    actor: str
    reason_id: UUID | None
    confirmed_by: str | None
    cancelled_by: str | None
    asked_at: datetime
    confirmed_at: datetime | None
    cancelled_at: datetime | None
    started_at: datetime | None
    changed_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedJobs:
    """Which jobs are wanted: one, of a kind, live ones or those that are over; None: any."""

    job_id: UUID | None = None
    kind: str | None = None
    live: bool | None = None
    after: UUID | None = None
    limit: int = 50


class Turn(NamedTuple):
    """A job in the hands of a worker; `mark` is how far it was, in its own terms."""

    job_id: UUID
    kind: str
    about: Mapping[str, Any]
    turn: int
    total: int | None
    done: int
    mark: str
    per_second: float
    actor: str
    reason_id: UUID | None
    cancelled: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What was done since the last one: how many things, what came of them, and up to where."""

    mark: str
    doing: str
    done: int = 0
    succeeded: int = 0
    nothing: int = 0
    failed: int = 0
    total: int | None = None


class Ended(NamedTuple):
    """What a job came to."""

    done: int
    succeeded: int
    nothing: int
    failed: int


class Item(NamedTuple):
    """A thing that a job is about: its number, whose it is (partner, follower), and which."""

    nr: int
    name: str
    key: UUID
    position: int | None


class Overtaken(Exception):
    """Another worker has taken the job up since; whoever is told this writes nothing more."""


async def add(conn: AsyncConnection[Any], row: Mapping[str, object]) -> bool:
    """Write a job down, unless it is there: job_id, kind, about, status, total, and so on."""
    cursor = await conn.execute(SQL["add"], {**row, "about": Json(row["about"])})
    return cursor.rowcount > 0


async def take_up(conn: AsyncConnection[Any], job_id: UUID) -> Turn | None:
    """Have it from now on; None when there is nothing to do about it any more."""
    row = await _one(conn, "take_up", (job_id,))
    return Turn(*row) if row else None


async def move_on(conn: AsyncConnection[Any], turn: Turn, step: Step) -> bool:
    """Write down what was done, within the caller's transaction; whether it is to stop.

    Raises Overtaken.
    """
    names = Step.__dataclass_fields__
    given = {name: getattr(step, name) for name in names}
    row = await _one(conn, "move_on", {**given, "job_id": turn.job_id, "turn": turn.turn})
    if row is None:
        raise Overtaken
    return bool(row[0])


async def is_cancelled(conn: AsyncConnection[Any], turn: Turn) -> bool:
    """Whether an operator wants it stopped; raises Overtaken."""
    row = await _one(conn, "is_cancelled", {"job_id": turn.job_id, "turn": turn.turn})
    if row is None:
        raise Overtaken
    return bool(row[0])


async def end(
    conn: AsyncConnection[Any], turn: Turn, status: str, error: str | None = None
) -> Ended:
    """It is over; what it came to. Raises Overtaken."""
    given = {"job_id": turn.job_id, "turn": turn.turn, "status": status, "error": error}
    row = await _one(conn, "end", given)
    if row is None:
        raise Overtaken
    await conn.execute(SQL["drop_items"], (turn.job_id,))
    return Ended(*row)


async def cancel(conn: AsyncConnection[Any], job_id: UUID, actor: str) -> None:
    """One that has not begun is over at once; one that runs, when its worker sees it."""
    row = await _one(conn, "cancel", {"job_id": job_id, "actor": actor})
    if row is not None and row[0] != RUNNING:
        await conn.execute(SQL["drop_items"], (job_id,))


async def is_over(conn: AsyncConnection[Any], job_id: UUID) -> bool:
    """Whether nothing will come of it any more; also when nobody knows it."""
    row = await _one(conn, "is_over", (job_id,))
    return row is None or bool(row[0])


async def items(conn: AsyncConnection[Any], job_id: UUID, after: int, limit: int) -> list[Item]:
    """The next things it is about, after a number."""
    given = {"job_id": job_id, "after": after, "limit": limit}
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL["items"], given)
        return [Item(*row) for row in await cursor.fetchall()]


async def jobs(conn: AsyncConnection[Any], asked: AskedJobs) -> list[JobRow]:
    """Jobs, the newest first."""
    names = AskedJobs.__dataclass_fields__
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL["jobs"], {name: getattr(asked, name) for name in names})
        return [JobRow(*row) for row in await cursor.fetchall()]


async def lost(conn: AsyncConnection[Any]) -> list[UUID]:
    """Jobs that should be in the queue and are not."""
    return [job_id for (job_id,) in await (await conn.execute(SQL["lost"])).fetchall()]


async def forget_old(conn: AsyncConnection[Any], days: int) -> None:
    """Jobs that have been over for so long; what was asked and what came of it is in the log."""
    await conn.execute(SQL["forget_old"], {"days": days})


async def be_a_worker(conn: AsyncConnection[Any]) -> None:
    """Be one of the workers, as long as the connection lives."""
    await conn.execute(SQL["be_a_worker"])


async def _one(
    conn: AsyncConnection[Any], query: str, given: Mapping[str, object] | tuple[object, ...]
) -> tuple[Any, ...] | None:
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL[query], given)
        return await cursor.fetchone()

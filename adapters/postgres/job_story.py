"""What is told of a job beside its row: what it did when, what it found, and who can do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from psycopg.types.json import Json

from adapters.postgres.fetching import all_as, one_row
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

SQL: Final = load("job_story")
UNHEARD_SECONDS: Final = 60.0
"""How much longer than a worker may be silent it still counts as able."""


class Line(NamedTuple):
    """What a job came to be, or to do, at a moment; `done` is how far it was then."""

    at: datetime
    status: str
    doing: str
    turn: int
    done: int


async def story(conn: AsyncConnection[Any], job_id: UUID) -> list[Line]:
    """What became of it, in order; nothing before a worker took it up."""
    return await all_as(Line, conn, SQL["story"], (job_id,))


async def keep_found(conn: AsyncConnection[Any], job_id: UUID, found: Mapping[str, object]) -> None:
    """Keep what it found for as long as its row, in place of what it found before."""
    await conn.execute(SQL["keep_found"], {"job_id": job_id, "found": Json(found)})


async def found_by(conn: AsyncConnection[Any], job_id: UUID) -> Mapping[str, Any] | None:
    """What it found; None when that is not there, or not yet."""
    row = await one_row(conn, SQL["found"], (job_id,))
    return row[0] if row else None


async def say_able(conn: AsyncConnection[Any], kinds: Collection[str]) -> None:
    """A worker is there that can do jobs of these kinds."""
    await conn.execute(SQL["say_able"], (list(kinds),))


async def is_anybody_able(conn: AsyncConnection[Any], kind: str, silence_seconds: float) -> bool:
    """Whether a worker that can do this was heard lately."""
    given = {"kind": kind, "seconds": silence_seconds + UNHEARD_SECONDS}
    row = await one_row(conn, SQL["is_able"], given)
    return bool(row and row[0])


async def owns_views(conn: AsyncConnection[Any]) -> bool:
    """Whether this connection may build views anew."""
    row = await one_row(conn, SQL["owns_views"])
    return bool(row and row[0])

"""A rebuild that is under way: what is done of it, so that anybody can go on with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from adapters.postgres.queries import load
from adapters.stopping import CannotGoOn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import AsyncConnection

SUFFIX: Final = "_next"
"""Of the table with the new rows."""
MOST_PARTS: Final = 256
PAGES_A_PART: Final = 4
_ROOT: Final = Path(__file__).parents[2]
_MADE_BY: Final = (
    "projections/*.py",
    "aanspraak/domain/**/*.py",
    "adapters/postgres/event_*.py",
    "adapters/postgres/views_*.py",
    "migrations/*.sql",
)
_PREFIX_BITS: Final = 48
"""What the ids of an order and its entitlements have in common: no part ends within an order."""


class ThrownAway(CannotGoOn):
    """The rebuild was thrown away, or has begun afresh, while this process was at it."""


class Part(NamedTuple):
    """Streams from `next_id` up to and including `last_id`, still to be folded."""

    part: int
    next_id: UUID
    last_id: UUID


@dataclass(frozen=True, kw_only=True)
class Run:
    """A rebuild: streams are folded as they were at `until`; `built` is where it was when read."""

    projection: str
    run: int
    until: int
    built: int

    async def take_part(self, conn: AsyncConnection[Any]) -> Part | None:
        """A part that is not done and that nobody is at, held by this connection; None: all are."""
        while (row := await _one(conn, "try_part", projection=self.projection)) is not None:
            (part,) = row
            at = await _one(conn, "part", projection=self.projection, part=part)
            if at is not None and not at[2]:
                return Part(part, at[0], at[1])
            await self.let_go(conn, part)
        return None

    async def let_go(self, conn: AsyncConnection[Any], part: int) -> None:
        """Others may have it, if it is not done."""
        await _one(conn, "let_go", projection=self.projection, part=part)

    async def part_came_to(
        self, conn: AsyncConnection[Any], part: Part, *, facts: int, done: bool
    ) -> None:
        """So many more facts are in the new rows: those before `next_id`. Raises ThrownAway."""
        given = {"projection": self.projection, "run": self.run, "facts": facts, "done": done}
        query = load("rebuild")["part_came_to"]
        cursor = await conn.execute(query, {**given, "part": part.part, "next_id": part.next_id})
        if cursor.rowcount != 1:
            raise ThrownAway(ThrownAway.__doc__)

    async def far(self, conn: AsyncConnection[Any]) -> tuple[int, bool]:
        """How many facts are folded, by whoever, and whether that is all."""
        facts, done = await _one(conn, "far", projection=self.projection) or (0, True)
        return int(facts), bool(done)

    async def came_to(self, conn: AsyncConnection[Any], built: int) -> None:
        """The new rows are true at this position. Raises ThrownAway."""
        given = {"projection": self.projection, "run": self.run, "built": built}
        if (await conn.execute(load("rebuild")["came_to"], given)).rowcount != 1:
            raise ThrownAway(ThrownAway.__doc__)


async def find(
    conn: AsyncConnection[Any], projection: str, bookmark: int, table: str | None = None
) -> Run | None:
    """The rebuild that one can go on with, in its usual table or this one.

    None when there is none, another release began it, or the log was put back since.
    """
    given = {"projection": projection, "next": table or f"view.{projection}{SUFFIX}"}
    row = await _one(conn, "run", **given)
    if row is None:
        return None
    run, made_by, until, built, has_table = row
    if made_by != fingerprint() or not has_table or built > bookmark:
        return None
    return Run(projection=projection, run=run, until=until, built=built)


async def begin(
    conn: AsyncConnection[Any], projection: str, *, until: int, in_parts: bool, facts_at_once: int
) -> Run:
    """Put a new rebuild on record, in parts of a few pages; without parts it begins at fact 1."""
    built = until if in_parts else 0
    given = {"projection": projection, "made_by": fingerprint(), "until": until, "built": built}
    (run,) = await _one(conn, "begin", **given) or (0,)
    if in_parts:
        parts = max(1, min(MOST_PARTS, until // (PAGES_A_PART * facts_at_once)))
        firsts, lasts = zip(*_parts(parts), strict=True)
        given = {"projection": projection, "firsts": list(firsts), "lasts": list(lasts)}
        await conn.execute(load("rebuild")["begin_parts"], given)
    return Run(projection=projection, run=run, until=until, built=built)


async def forget(conn: AsyncConnection[Any], projection: str) -> None:
    """There is no rebuild any more: it took its place, or is thrown away."""
    await conn.execute(load("rebuild")["forget_run"], {"projection": projection})


@cache
def fingerprint() -> str:
    """What rows follow from: the folds, the facts, how both are written, and the tables."""
    digest = hashlib.sha256()
    for pattern in _MADE_BY:
        for file in sorted(_ROOT.glob(pattern)):
            digest.update(f"{file.name}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _parts(parts: int) -> Iterator[tuple[UUID, UUID]]:
    """Ranges of ids of the same size; ids are spread evenly over their first bytes."""
    rest = 128 - _PREFIX_BITS
    edges = [(nth << _PREFIX_BITS) // parts << rest for nth in range(parts + 1)]
    for nth in range(parts):
        yield UUID(int=edges[nth]), UUID(int=edges[nth + 1] - 1)


async def _one(conn: AsyncConnection[Any], query: str, **given: object) -> tuple[Any, ...] | None:
    return await (await conn.execute(load("rebuild")[query], given)).fetchone()

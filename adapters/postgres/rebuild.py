"""Building a view anew beside the live one, and putting it in its place in one transaction.

The log is read in the order of streams, up to the bookmark of the live follower, which may go on
meanwhile; then what it did since is caught up with, until nothing is left and the tables change
places. Nothing but that one view is touched.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import psycopg
import structlog

from adapters.postgres.connection import connect
from adapters.postgres.event_log import read_after, read_many, read_range
from adapters.postgres.queries import load
from adapters.postgres.rebuild_table import SUFFIX, NextTable
from adapters.postgres.views import NAME, drive, read_rows, write_changes
from projections.by_stream import ByStream, can_fold
from projections.registry import PROJECTIONS
from projections.runner import Changes, Wanted, fold_batch, with_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded
    from projections.registry import Key, Projection

FACTS_AT_ONCE: Final = 5_000
"""In one look at the log while building."""
FACTS_TO_SWAP: Final = 1_000
"""So many facts at most are caught up with while others wait for the tables to change places."""
SWAPS_TRIED: Final = 200
LOCK_TIMEOUT: Final = "SET LOCAL lock_timeout = '200ms'"
FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)
NOT_REBUILT: Final = {
    "publisher": "it copies messages to partners, who would get them again",
    "gateway": "it calls partners, who would be called again",
    "clock": "it keeps no rows",
    "roster": "its rows come from administrations and files, not from facts",
}

log = structlog.get_logger(__name__)


class NotRebuildable(Exception):
    """There is no such view, or it is a follower that reaches the outside world; it says why."""


class RebuildUnderWay(Exception):
    """Somebody else is rebuilding this view."""


class CannotSwap(Exception):
    """The live table was never free for long enough; what was built is thrown away."""


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """What a rebuild did: facts read, and the position up to which the view is true."""

    facts: int
    position: int


def projection_named(name: str) -> Projection:
    """The projection of this name; raises NotRebuildable."""
    for projection in PROJECTIONS:
        if projection.name == name:
            return projection
    known = ", ".join(projection.name for projection in PROJECTIONS)
    why = NOT_REBUILT.get(name, f"there is no such view; there are {known}")
    raise NotRebuildable(f"{name} cannot be rebuilt: {why}")


async def rebuild(
    url: str, projection: Projection, progress: Callable[[float], None] = lambda _: None
) -> Rebuilt:
    """Build a view anew; `progress` is told how far it is, from 0 to 1.

    Raises RebuildUnderWay, or CannotSwap.
    """
    async with await connect(url, f"rebuild {projection.name}") as conn:
        parameters = {"projection": projection.name}
        cursor = await conn.execute(load("views")["try_rebuild_lock"], parameters)
        if await cursor.fetchone() != (True,):
            raise RebuildUnderWay(f"{projection.name} is being rebuilt already")
        log.info("rebuild.started", view=projection.name)
        rebuilt = await _Rebuild(conn, projection, progress).run()
        log.info("rebuild.finished", view=projection.name, facts=rebuilt.facts)
        return rebuilt


class _Rebuild:
    """One rebuild; `_built` is the position up to which the next table is true."""

    def __init__(
        self,
        conn: AsyncConnection[Any],
        projection: Projection,
        progress: Callable[[float], None],
    ) -> None:
        self._conn = conn
        self._projection = projection
        self._progress = progress
        self._next = NextTable(projection=projection)
        self._built = 0
        self._facts = 0

    async def run(self) -> Rebuilt:
        await self._next.make(self._conn)
        if can_fold(self._projection):
            await self._build(await self._bookmark("read_bookmark"))
        await self._next.index(self._conn)
        for _ in range(SWAPS_TRIED):
            await self._catch_up_nearly()
            if await self._swap():
                self._progress(1)
                return Rebuilt(facts=self._facts, position=self._built)
            await asyncio.sleep(0.1)
        await self._next.drop(self._conn)
        raise CannotSwap(f"{self._projection.name} was in use all the time; try again")

    async def _build(self, until: int) -> None:
        """Fold all streams, one after the other, as they were at a position."""
        folding = ByStream(self._projection)
        stream, version = FIRST, -1
        while True:
            facts = await read_range(
                self._conn,
                stream,
                LAST,
                after_version=version,
                until_position=until,
                limit=FACTS_AT_ONCE,
            )
            await self._next.copy(self._conn, folding.add(facts))
            self._facts += len(facts)
            if len(facts) < FACTS_AT_ONCE:
                break
            stream, version = facts[-1].stream_id, facts[-1].version
            self._progress(stream.int / LAST.int)
        await self._next.copy(self._conn, folding.finish())
        self._built = until

    async def _catch_up_nearly(self) -> None:
        """Until so little is left that others can wait for it."""
        while (bookmark := await self._bookmark("read_bookmark")) - self._built > FACTS_TO_SWAP:
            async with self._conn.transaction():
                await self._catch_up(min(bookmark, self._built + FACTS_AT_ONCE))
            self._progress(self._built / bookmark)

    async def _swap(self) -> bool:
        """Catch up with the rest and change places, or undo it when somebody is in the way."""
        built, facts = self._built, self._facts
        try:
            async with self._conn.transaction():
                await self._conn.execute(LOCK_TIMEOUT)
                bookmark = await self._bookmark("lock_bookmark")
                if bookmark - self._built > FACTS_TO_SWAP:
                    return False
                await self._next.lock_live(self._conn)
                await self._catch_up(bookmark)
                await self._next.take_the_place(self._conn)
        except psycopg.errors.LockNotAvailable:
            self._built, self._facts = built, facts
            return False
        return True

    async def _bookmark(self, query: str) -> int:
        """Where the live follower is."""
        cursor = await self._conn.execute(load("views")[query], {"name": NAME})
        row = await cursor.fetchone()
        return int(row[0]) if row else 0

    async def _catch_up(self, until: int) -> None:
        """Fold the facts after what is built, up to a position, into the next table."""
        facts = await read_after(self._conn, self._built, max(until - self._built, 0))
        facts = [recorded for recorded in facts if recorded.position <= until]
        if facts:
            folding = fold_batch(facts, with_sources(self._projection))
            await drive(folding, partial(self._read, facts), self._write)
        self._facts += len(facts)
        self._built = until

    async def _read(self, facts: Sequence[Recorded], wanted: Wanted) -> Mapping[Key, Any]:
        """Rows of this view from the next table; those it follows from, folded from the log."""
        if wanted.projection is self._projection:
            return await read_rows(self._conn, wanted, SUFFIX)
        streams = list(dict.fromkeys(recorded.stream_id for recorded in facts))
        histories = await read_many(self._conn, streams)
        rows = [
            row
            for history in histories.values()
            if (row := _folded(wanted, [each for each in history if each.position <= self._built]))
        ]
        return wanted.projection.by_key(rows)

    async def _write(self, changes: Changes) -> None:
        if changes.projection is self._projection:
            await write_changes(self._conn, changes, SUFFIX)


def _folded(wanted: Wanted, history: Sequence[Recorded]) -> Any:  # noqa: ANN401 a row
    row = None
    for recorded in history:
        if type(recorded.event) in wanted.projection.about:
            row = wanted.projection.fold(row, recorded)
    return row

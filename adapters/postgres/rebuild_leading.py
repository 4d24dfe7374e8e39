"""Leading a rebuild: from the first fact to the moment when the tables change places."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg
import structlog
from psycopg.sql import Identifier

from adapters.postgres import rebuild_run
from adapters.postgres.differences import keep_difference
from adapters.postgres.rebuild_catching_up import CatchingUp
from adapters.postgres.rebuild_difference import Difference, compare
from adapters.postgres.rebuild_parts import FACTS_AT_ONCE, Folding, bookmark_of
from adapters.postgres.rebuild_run import SUFFIX
from adapters.postgres.rebuild_table import NextTable
from projections.by_stream import can_fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg import AsyncConnection

    from adapters.postgres.rebuild_run import Run
    from projections.registry import Projection

SWAPS_TRIED: Final = 200
LOCK_TIMEOUT: Final = "SET LOCAL lock_timeout = '200ms'"
AS_IT_IS: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

log = structlog.get_logger(__name__)


class CannotSwap(Exception):
    """The live table was never free for long enough; what was built is kept for the next try."""


@dataclass(frozen=True, kw_only=True)
class Far:
    """How far a rebuild is: facts done in this phase, of how many."""

    phase: str
    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """What a rebuild did.

    `facts` were folded by this process, `position` is up to which the new rows are true, `resumed`
    whether it went on with what was built before.
    """

    facts: int
    position: int
    resumed: bool
    difference: Difference


@dataclass(frozen=True, kw_only=True)
class Options:
    """`dry_run`: compare, and keep what was built for the rebuild that may follow."""

    dry_run: bool = False
    facts_at_once: int = FACTS_AT_ONCE


class Leader:
    """One rebuild, as its leader sees it; `holder` keeps the live follower where it is."""

    def __init__(
        self,
        conn: AsyncConnection[Any],
        holder: AsyncConnection[Any],
        projection: Projection,
        tell: Callable[[Far], None],
        options: Options,
    ) -> None:
        self._conn = conn
        self._holder = holder
        self._projection = projection
        self._tell = tell
        self._options = options
        self._next = NextTable(projection=projection)

    async def run(self) -> Rebuilt:
        """Go through all phases; raises CannotSwap or CannotFold."""
        bookmark = await bookmark_of(self._conn)
        found = await rebuild_run.find(self._conn, self._projection.name, bookmark)
        run = found or await self._begin(bookmark)
        resumed = found is not None
        log.info("rebuild.started", view=self._projection.name, resumed=resumed)
        folded = await self._fold(run)
        rows = self._catching_up(run)
        difference = await self._compare(rows)
        compared = rows.built
        dry_run = self._options.dry_run
        if not dry_run:
            await self._put_in_place(rows)
        await keep_difference(self._conn, difference, compared, dry_run=dry_run)
        facts = folded + rows.facts
        log.info("rebuild.finished", view=self._projection.name, facts=facts)
        return Rebuilt(facts=facts, position=rows.built, resumed=resumed, difference=difference)

    async def _begin(self, bookmark: int) -> Run:
        async with self._conn.transaction():
            await rebuild_run.forget(self._conn, self._projection.name)
            await self._next.make(self._conn)
            return await rebuild_run.begin(
                self._conn,
                self._projection.name,
                until=bookmark,
                in_parts=can_fold(self._projection),
                facts_at_once=self._options.facts_at_once,
            )

    async def _fold(self, run: Run) -> int:
        folded = await Folding(
            conn=self._conn,
            table=self._next,
            run=run,
            tell=lambda facts: self._tell(Far(phase="folding", done=facts, total=run.until)),
            facts_at_once=self._options.facts_at_once,
        ).fold_all()
        self._tell(Far(phase="indexing", done=run.until, total=run.until))
        await self._next.index(self._conn)
        return folded

    def _catching_up(self, run: Run) -> CatchingUp:
        return CatchingUp(
            conn=self._conn,
            table=self._next,
            run=run,
            facts_at_once=self._options.facts_at_once,
            built=run.built,
        )

    async def _compare(self, rows: CatchingUp) -> Difference:
        """Both tables at one position: the follower waits until the snapshot is taken."""
        for _ in range(SWAPS_TRIED):
            await self._catch_up_nearly(rows)
            if await self._take_snapshot(rows):
                try:
                    self._tell(Far(phase="comparing", done=rows.built, total=rows.built))
                    return await compare(
                        self._conn,
                        self._projection,
                        Identifier("view", self._projection.name),
                        Identifier("view", self._projection.name + SUFFIX),
                    )
                finally:
                    await self._conn.execute("COMMIT")
            await asyncio.sleep(0.1)
        raise CannotSwap(f"the follower was never free long enough to compare {rows.built}")

    async def _take_snapshot(self, rows: CatchingUp) -> bool:
        try:
            async with self._holder.transaction():
                await self._holder.execute(LOCK_TIMEOUT)
                bookmark = await bookmark_of(self._holder, "lock_bookmark")
                if bookmark - rows.built > rows.facts_to_wait_for:
                    return False
                async with self._conn.transaction():
                    built, facts = await rows.fold(bookmark)
                rows.came_to(built, facts)
                await self._conn.execute(AS_IT_IS)
                await bookmark_of(self._conn)
        except psycopg.errors.LockNotAvailable:
            return False
        return True

    async def _put_in_place(self, rows: CatchingUp) -> None:
        for _ in range(SWAPS_TRIED):
            await self._catch_up_nearly(rows)
            if await self._swap(rows):
                self._tell(Far(phase="swapped", done=rows.built, total=rows.built))
                return
            await asyncio.sleep(0.1)
        raise CannotSwap(
            f"{self._projection.name} was in use all the time; what was built is kept: try again"
        )

    async def _catch_up_nearly(self, rows: CatchingUp) -> None:
        await rows.nearly(
            lambda done, total: self._tell(Far(phase="catching up", done=done, total=total))
        )

    async def _swap(self, rows: CatchingUp) -> bool:
        """Catch up with the rest and change places, or undo it when somebody is in the way."""
        try:
            async with self._conn.transaction():
                await self._conn.execute(LOCK_TIMEOUT)
                bookmark = await bookmark_of(self._conn, "lock_bookmark")
                if bookmark - rows.built > rows.facts_to_wait_for:
                    return False
                await self._next.lock_live(self._conn)
                built, facts = await rows.fold(bookmark)
                await self._next.take_the_place(self._conn)
                await rebuild_run.forget(self._conn, self._projection.name)
        except psycopg.errors.LockNotAvailable:
            return False
        rows.came_to(built, facts)
        return True

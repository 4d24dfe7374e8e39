"""What the live follower did since the new rows were folded, folded into them too."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from adapters.postgres.event_codec import topics_of
from adapters.postgres.event_log import read_after, read_many
from adapters.postgres.rebuild_parts import FACTS_AT_ONCE, bookmark_of
from adapters.postgres.views import drive, read_rows, write_changes
from projections.registry import Folding
from projections.runner import Changes, Wanted, facts_of, fold_batch, with_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded
    from adapters.postgres.rebuild_run import Run
    from adapters.postgres.rebuild_table import NewTable
    from projections.registry import Key, Projection


@dataclass(kw_only=True)
class CatchingUp:
    """The new rows of a view, true at `built`, and the facts folded into them here."""

    conn: AsyncConnection[Any]
    table: NewTable
    run: Run
    facts_at_once: int = FACTS_AT_ONCE
    built: int
    facts: int = field(default=0, init=False)

    @property
    def _projection(self) -> Projection:
        return self.table.projection

    @property
    def facts_to_wait_for(self) -> int:
        """So many at most are folded while others wait for it: a fifth of a page."""
        return self.facts_at_once // 5

    async def nearly(self, tell: Callable[[int, int], None]) -> None:
        """Until so little is left that others can wait for it; `tell` hears how far, of what."""
        while (bookmark := await bookmark_of(self.conn)) - self.built > self.facts_to_wait_for:
            async with self.conn.transaction():
                built, facts = await self.fold(min(bookmark, self.built + self.facts_at_once))
            self.came_to(built, facts)
            tell(self.built, bookmark)

    async def fold(self, until: int) -> tuple[int, int]:
        """Fold up to a position, in the transaction of the caller, who says when that is done.

        Gives the position and how many facts that were.
        """
        wanted = facts_of(self._projection)
        facts = await read_after(
            self.conn, self.built, max(until - self.built, 0), topics=topics_of(wanted)
        )
        facts = [recorded for recorded in facts if recorded.position <= until]
        if any(type(recorded.event) in wanted for recorded in facts):
            folding = fold_batch(facts, with_sources(self._projection))
            await drive(folding, partial(self._read, facts), self._write)
        await self.run.came_to(self.conn, until)
        return until, len(facts)

    def came_to(self, built: int, facts: int) -> None:
        """What was folded is committed."""
        self.built = built
        self.facts += facts

    async def _read(self, facts: Sequence[Recorded], wanted: Wanted) -> Mapping[Key, Any]:
        """Rows of this view from the next table; those it follows from, folded from the log."""
        if wanted.projection is self._projection:
            return await read_rows(self.conn, wanted, self.table.statements)
        about = wanted.projection.about
        told = (recorded.stream_id for recorded in facts if type(recorded.event) in about)
        streams = list(dict.fromkeys(told))
        histories = await read_many(self.conn, streams)
        rows = [
            row
            for history in histories.values()
            if (row := _folded(wanted.projection, history, self.built))
        ]
        return wanted.projection.by_key(rows)

    async def _write(self, changes: Changes) -> None:
        if changes.projection is self._projection:
            await write_changes(self.conn, changes, self.table.statements)


def _folded(projection: Projection, history: Sequence[Recorded], until: int) -> Any:  # noqa: ANN401 a row
    row = None
    for recorded in history:
        if recorded.position > until or not isinstance(projection, Folding):
            break
        if type(recorded.event) in projection.about:
            row = projection.fold(row, recorded)
    return row

"""The follower of the projections: folds the log into all views, in one transaction a batch."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row

from adapters.postgres.follower import Follower
from adapters.postgres.queries import load as load_queries
from adapters.postgres.views_rows import array, dump, load
from adapters.postgres.views_tables import Table, table_of
from projections.registry import PROJECTIONS, Adding, Folding
from projections.runner import Changes, Folded, Wanted, fold_batch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded
    from adapters.postgres.follower import DeadLetters
    from projections.registry import Key, Projection

NAME: Final = "projections"
SCHEMA: Final = "view"
REMEMBERED_AT_MOST: Final = 20_000


def follower(url: str, dead_letters: DeadLetters | None = None) -> Follower:
    """The follower that keeps all views up to date."""
    handle = Views().handle
    return Follower(url=url, name=NAME, schema=SCHEMA, handle=handle, dead_letters=dead_letters)


class Views:
    """What the follower does with a batch of facts.

    It remembers the rows it wrote last, for the facts of one entitlement come shortly after each
    other. It forgets them when a batch failed or comes again (what it wrote was rolled back),
    when the connection is another, and when a view was built anew.
    """

    def __init__(self, projections: Sequence[Projection] = PROJECTIONS) -> None:
        self._projections = projections
        self._rows: defaultdict[str, dict[Key, Any]] = defaultdict(dict)
        self._until = 0
        self._since: tuple[AsyncConnection[Any], int] | None = None

    async def handle(self, conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> int:
        """Fold all of these facts, within the transaction that moves the bookmark."""
        since = (conn, await _rebuilds(conn))
        if since != self._since or facts[0].position <= self._until:
            self._rows.clear()
        self._since, self._until = None, facts[-1].position
        async with conn.pipeline():
            folding = fold_batch(facts, self._projections)
            await drive(folding, partial(self._read, conn), partial(self._write, conn))
        self._since = since
        return len(facts)

    async def _read(self, conn: AsyncConnection[Any], wanted: Wanted) -> Mapping[Key, Any]:
        remembered = self._rows[wanted.projection.name]
        rows = {key: remembered[key] for key in wanted.keys if key in remembered}
        unknown = [key for key in wanted.keys if key not in rows]
        if unknown:
            rows |= await read_rows(conn, Wanted(projection=wanted.projection, keys=unknown))
        return rows

    async def _write(self, conn: AsyncConnection[Any], changes: Changes) -> None:
        await write_changes(conn, changes)
        if isinstance(changes.projection, Folding | Adding):
            remembered = self._rows[changes.projection.name]
            if len(remembered) > REMEMBERED_AT_MOST:
                remembered.clear()
            remembered |= changes.projection.by_key(changes.written)


async def drive(
    folding: Folded,
    read: Callable[[Wanted], Awaitable[Mapping[Key, Any]]],
    write: Callable[[Changes], Awaitable[None]],
) -> None:
    """Give a batch the rows it wants, and write what it changes."""
    rows: Mapping[Key, Any] | None = None
    while True:
        try:
            step = folding.send(rows)
        except StopIteration:
            return
        rows = None
        if isinstance(step, Wanted):
            rows = await read(step)
        else:
            await write(step)


async def read_rows(
    conn: AsyncConnection[Any], wanted: Wanted, table: Table | None = None
) -> Mapping[Key, Any]:
    """The rows that exist of those wanted, by key, in a table of that shape or the live one.

    Planned each time: tables grow.
    """
    table = table or table_of(wanted.projection)
    keys = _spread(table, wanted.keys)
    async with conn.cursor(binary=True, row_factory=tuple_row) as cursor:
        await cursor.execute(table.read, keys, prepare=False)
        rows: list[Any] = load(wanted.projection.row, await cursor.fetchall())
    return wanted.projection.by_key(rows)


async def write_changes(
    conn: AsyncConnection[Any], changes: Changes, table: Table | None = None
) -> None:
    """Write rows and take rows away, a statement each; in such a table, or the live one."""
    table = table or table_of(changes.projection)
    if changes.gone:
        await conn.execute(table.remove, _spread(table, changes.gone), prepare=False)
    if changes.written:
        await conn.execute(table.write, dump(changes.projection.row, changes.written))


async def _rebuilds(conn: AsyncConnection[Any]) -> int:
    """How many views were built anew so far; none will take its place during this transaction."""
    await conn.execute(load_queries("views")["lock_bookmark"], {"name": NAME})
    row = await (await conn.execute(load_queries("views")["count_rebuilds"])).fetchone()
    return int(row[0]) if row else 0


def _spread(table: Table, keys: Sequence[Key]) -> list[str]:
    columns = zip(*keys, strict=True)
    return [array(column, values) for column, values in zip(table.key, columns, strict=True)]

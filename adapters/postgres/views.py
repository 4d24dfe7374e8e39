"""The views follower: folds the log into all views, rows and bookmark in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row

from adapters.postgres.follower import Follower
from adapters.postgres.views_rows import dump, load
from adapters.postgres.views_tables import table_of
from projections.runner import Changes, Wanted, fold_batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded
    from adapters.postgres.follower import DeadLetters
    from projections.registry import Key

NAME: Final = "projections"
SCHEMA: Final = "view"


def follower(url: str, dead_letters: DeadLetters | None = None) -> Follower:
    """The follower that keeps all views up to date."""
    return Follower(url=url, name=NAME, schema=SCHEMA, handle=handle, dead_letters=dead_letters)


async def handle(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> int:
    """Fold facts into the views, within the transaction that moves the bookmark; all of them."""
    asking = fold_batch(facts)
    try:
        wanted = next(asking)
        while True:
            wanted = asking.send(await read_rows(conn, wanted))
    except StopIteration as done:
        await write_changes(conn, done.value)
    return len(facts)


async def read_rows(
    conn: AsyncConnection[Any], wanted: Wanted, suffix: str = ""
) -> Mapping[Key, Any]:
    """The rows that exist of those wanted, by key. Planned each time: tables grow."""
    table = table_of(wanted.projection, suffix)
    keys = [list(values) for values in zip(*wanted.keys, strict=True)]
    async with conn.cursor(binary=True, row_factory=tuple_row) as cursor:
        await cursor.execute(table.read, keys, prepare=False)
        rows: list[Any] = [
            load(wanted.projection.row, values) for values in await cursor.fetchall()
        ]
    return wanted.projection.by_key(rows)


async def write_changes(
    conn: AsyncConnection[Any], changes: Iterable[Changes], suffix: str = ""
) -> None:
    """Write rows and take rows away, a statement each per table."""
    for change in changes:
        table = table_of(change.projection, suffix)
        if change.gone:
            keys = [list(values) for values in zip(*change.gone, strict=True)]
            await conn.execute(table.remove, keys, prepare=False)
        if change.written:
            await conn.execute(
                table.write, dump(change.projection.row, change.written), prepare=False
            )

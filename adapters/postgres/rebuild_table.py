"""The tables in which views are built anew, and how one takes the place of the live one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed, Identifier, Literal

from adapters.postgres.queries import load
from adapters.postgres.rebuild_run import SUFFIX
from adapters.postgres.views_rows import columns_of, csv, selected
from adapters.postgres.views_rows import load as load_rows
from adapters.postgres.views_tables import table_in
from projections.registry import Adding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import AsyncConnection

    from adapters.postgres.views_tables import Table
    from projections.registry import Projection

LIVE: Final = "view"
"""The schema of the live views."""
SUMS: Final = "_sums"
"""Of the table in which sums are added up; it takes the place of the one with their shares."""
ROWS_AT_ONCE: Final = 2_000
SHARES_AT_ONCE: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class NewTable:
    """A table of the shape of a live view: made without indexes, filled with COPY, then indexed."""

    projection: Projection
    schema: str = LIVE
    suffix: str = SUFFIX

    @property
    def name(self) -> str:
        """Its name in its schema."""
        return self.projection.name + self.suffix

    @property
    def statements(self) -> Table:
        """How its rows are read and written."""
        return table_in(self.projection, self.schema, self.name)

    async def make(self, conn: AsyncConnection[Any]) -> None:
        """Make it empty, whatever an earlier rebuild left behind."""
        await self.drop(conn)
        await conn.execute(self._query("create_next"))
        cursor = await conn.execute(load("views")["table_options"], {"table": self._live_name})
        for option, value in await cursor.fetchall():
            await conn.execute(
                self._query("set_option", option=Identifier(option), value=Literal(value))
            )
        await conn.execute(self._query("grant_next" if self.schema == LIVE else "grant_copy"))

    async def drop(self, conn: AsyncConnection[Any]) -> None:
        """Throw it away."""
        await conn.execute(self._query("drop_next"))

    async def copy(self, conn: AsyncConnection[Any], rows: Iterable[Any]) -> int:
        """Put rows into it, in one statement; how many."""
        written = 0
        async with conn.cursor() as cursor, cursor.copy(self.statements.copy) as copy:
            for lines, number in csv(self.projection.row, rows, ROWS_AT_ONCE):
                await copy.write(lines)
                written += number
        return written

    async def index(self, conn: AsyncConnection[Any]) -> None:
        """Give it the indexes of the live table that it lacks; sums are added up before that."""
        if isinstance(self.projection, Adding) and not await self._indexes(conn, self._own_name):
            await self._add_up(conn, self.projection)
        there = {name for name, _, _ in await self._indexes(conn, self._own_name)}
        for name, definition, primary in await self._indexes(conn, self._live_name):
            if name + self.suffix in there:
                continue
            made = definition.replace(
                f" INDEX {name} ON {self._live_name} ",
                f" INDEX {name}{self.suffix} ON {self._own_name} ",
            )
            async with conn.transaction():
                await conn.execute(made.encode())
                if primary:
                    index = Identifier(name + self.suffix)
                    await conn.execute(self._query("make_primary", index=index))
        await conn.execute(self._query("analyze_next"))

    async def _add_up(self, conn: AsyncConnection[Any], projection: Adding) -> None:
        """One row of the shares that folding stream by stream gave of it, or nothing is changed."""
        sums = NewTable(projection=projection, schema=self.schema, suffix=self.suffix + SUMS)
        async with conn.transaction():
            await sums.make(conn)
            async with conn.cursor("shares", binary=True, row_factory=tuple_row) as cursor:
                await cursor.execute(self._shares(projection))
                last = None
                while values := await cursor.fetchmany(SHARES_AT_ONCE):
                    rows = load_rows(projection.row, values)
                    *whole, last = projection.added_up(rows if last is None else [last, *rows])
                    await sums.copy(conn, whole)
            await sums.copy(conn, [] if last is None else [last])
            await self.drop(conn)
            await conn.execute(sums._query("rename_next", name=Identifier(self.name)))

    def _shares(self, projection: Adding) -> Composed:
        key = SQL(", ").join(Identifier("v", column) for column in projection.key)
        columns = selected(columns_of(projection.row))
        return self._query("shares", columns=columns, key=key)

    @property
    def _live_name(self) -> str:
        return f"{LIVE}.{self.projection.name}"

    @property
    def _own_name(self) -> str:
        return f'"{self.schema}".{self.name}'

    async def _indexes(self, conn: AsyncConnection[Any], table: str) -> list[tuple[str, str, bool]]:
        cursor = await conn.execute(load("views")["indexes"], {"table": table})
        return [
            (name, definition, primary) for name, definition, primary in await cursor.fetchall()
        ]

    def _query(self, query: str, /, **parts: Composed | Identifier | Literal) -> Composed:
        table = Identifier(LIVE, self.projection.name)
        following = Identifier(self.schema, self.name)
        return SQL(load("views")[query]).format(table=table, next=following, **parts)


class NextTable(NewTable):
    """`view.<name>_next`: it takes the place of the live one."""

    async def lock_live(self, conn: AsyncConnection[Any]) -> None:
        """Have the live table for this transaction alone; raises LockNotAvailable."""
        await conn.execute(self._query("lock_table"))

    async def take_the_place(self, conn: AsyncConnection[Any]) -> None:
        """Drop the live table and take its name, and those of its indexes."""
        names = [name for name, _, _ in await self._indexes(conn, self._live_name)]
        await conn.execute(self._query("drop_table"))
        await conn.execute(self._query("rename_next", name=Identifier(self.projection.name)))
        for name in names:
            index = Identifier(LIVE, name + self.suffix)
            await conn.execute(self._query("rename_index", index=index, name=Identifier(name)))
        await conn.execute(load("views")["record_rebuild"], {"projection": self.projection.name})

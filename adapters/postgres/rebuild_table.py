"""The table in which a view is built anew, and how it takes the place of the live one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg.sql import SQL, Composed, Identifier, Literal

from adapters.postgres.queries import load
from adapters.postgres.rebuild_run import SUFFIX
from adapters.postgres.views_rows import csv
from adapters.postgres.views_tables import table_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import AsyncConnection

    from projections.registry import Projection

ROWS_AT_ONCE: Final = 2_000


@dataclass(frozen=True, kw_only=True)
class NextTable:
    """`view.<name>_next`: made without indexes, filled with COPY, then indexed, then renamed."""

    projection: Projection

    async def make(self, conn: AsyncConnection[Any]) -> None:
        """Make it empty, whatever an earlier rebuild left behind."""
        await self.drop(conn)
        await conn.execute(self._query("create_next"))
        cursor = await conn.execute(load("views")["table_options"], {"table": self._live_name})
        for option, value in await cursor.fetchall():
            await conn.execute(
                self._query("set_option", option=Identifier(option), value=Literal(value))
            )
        await conn.execute(self._query("grant_next"))

    async def drop(self, conn: AsyncConnection[Any]) -> None:
        """Throw it away."""
        await conn.execute(self._query("drop_next"))

    async def copy(self, conn: AsyncConnection[Any], rows: Iterable[Any]) -> int:
        """Put rows into it, in one statement; how many."""
        written = 0
        statement = table_of(self.projection, SUFFIX).copy
        async with conn.cursor() as cursor, cursor.copy(statement) as copy:
            for lines, number in csv(self.projection.row, rows, ROWS_AT_ONCE):
                await copy.write(lines)
                written += number
        return written

    async def index(self, conn: AsyncConnection[Any]) -> None:
        """Give it the indexes of the live table that it has not got yet."""
        there = {name for name, _, _ in await self._indexes(conn, SUFFIX)}
        for name, definition, primary in await self._indexes(conn):
            if name + SUFFIX in there:
                continue
            made = definition.replace(f" INDEX {name} ON ", f" INDEX {name}{SUFFIX} ON ").replace(
                f" ON {self._live_name} ", f" ON {self._live_name}{SUFFIX} "
            )
            async with conn.transaction():
                await conn.execute(made.encode())
                if primary:
                    index = Identifier(name + SUFFIX)
                    await conn.execute(self._query("make_primary", index=index))
        await conn.execute(self._query("analyze_next"))

    async def lock_live(self, conn: AsyncConnection[Any]) -> None:
        """Have the live table for this transaction alone; raises LockNotAvailable."""
        await conn.execute(self._query("lock_table"))

    async def take_the_place(self, conn: AsyncConnection[Any]) -> None:
        """Drop the live table and take its name, and those of its indexes."""
        names = [name for name, _, _ in await self._indexes(conn)]
        await conn.execute(self._query("drop_table"))
        await conn.execute(self._query("rename_next", name=Identifier(self.projection.name)))
        for name in names:
            index = Identifier("view", name + SUFFIX)
            await conn.execute(self._query("rename_index", index=index, name=Identifier(name)))
        await conn.execute(load("views")["record_rebuild"], {"projection": self.projection.name})

    @property
    def _live_name(self) -> str:
        return f"view.{self.projection.name}"

    async def _indexes(
        self, conn: AsyncConnection[Any], suffix: str = ""
    ) -> list[tuple[str, str, bool]]:
        table = {"table": self._live_name + suffix}
        cursor = await conn.execute(load("views")["indexes"], table)
        return [
            (name, definition, primary) for name, definition, primary in await cursor.fetchall()
        ]

    def _query(self, query: str, /, **parts: Composed | Identifier | Literal) -> Composed:
        table = Identifier("view", self.projection.name)
        following = Identifier("view", self.projection.name + SUFFIX)
        return SQL(load("views")[query]).format(table=table, next=following, **parts)

"""Copies of views as they were at some place in the log, each in a schema beside the live ones.

For lists: which orders did a school have then? Nothing live is read or touched; what a copy says is
folded from the log up to its position, and stays as it is until it is dropped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from psycopg.sql import SQL, Identifier

from adapters.postgres import rebuild_run
from adapters.postgres.connection import connect
from adapters.postgres.fetching import all_as
from adapters.postgres.queries import load
from adapters.postgres.rebuild_catching_up import CatchingUp
from adapters.postgres.rebuild_leading import Far
from adapters.postgres.rebuild_parts import FACTS_AT_ONCE, Folding
from adapters.postgres.rebuild_run import fingerprint
from adapters.postgres.rebuild_table import NewTable
from projections.by_stream import can_fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from psycopg import AsyncConnection

    from adapters.postgres.reads_as_of import AsOf
    from adapters.postgres.rebuild_run import Run
    from projections.registry import Projection

NAME: Final = re.compile(r"(?!pg_)[a-z][a-z0-9_]{0,39}")
NAMES: Final = "a name of small letters, digits and _, which begins with a letter, up to 40"
QUERIES: Final = load("copies")


class NoSuchCopy(Exception):
    """There is no such copy, it lacks the view, or another release made it; it says which."""


class CopyInTheWay(Exception):
    """A schema of this name is something else, or of another moment, or is being worked on."""


class Copy(NamedTuple):
    """A schema with views as they were at `position`; `rows` counts those of each whole view.

    `made_by` is the release (a digest of what rows follow from).
    """

    name: str
    position: int
    at: datetime
    made_by: str
    made_at: datetime
    rows: Mapping[str, int]

    @property
    def current(self) -> bool:
        """Whether this release made it, and so knows its columns."""
        return self.made_by == fingerprint()

    def table(self, projection: Projection) -> NewTable:
        """The table of a view in it."""
        return NewTable(projection=projection, schema=self.name, suffix="")


async def copies(conn: AsyncConnection[Any], name: str | None = None) -> list[Copy]:
    """All copies, the newest first, or the one of this name."""
    return await all_as(Copy, conn, QUERIES["copies"], {"copy": name})


async def copy_with(conn: AsyncConnection[Any], name: str, view: str) -> Copy:
    """The copy of this name, to read a view from; raises NoSuchCopy."""
    found = await copies(conn, name)
    if not found:
        raise NoSuchCopy(f"there is no copy {name}")
    if not found[0].current:
        raise NoSuchCopy(f"{name} was made by another release: drop it and build it again")
    if view not in found[0].rows:
        raise NoSuchCopy(f"{name} has no {view}: `aanspraak rebuild {view} --as-of ... --into` it")
    return found[0]


async def build_copy(
    url: str,
    projection: Projection,
    name: str,
    then: AsOf,
    *,
    tell: Callable[[Far], None] = lambda _: None,
    facts_at_once: int = FACTS_AT_ONCE,
) -> Copy:
    """Build a view as it was then in a schema of this name; the copy with all that is in it.

    Stopped, it goes on where it was when it is asked again. Raises CopyInTheWay or CannotFold.
    """
    async with await connect(url, f"copy {name}") as conn:
        copy = await _opened(conn, name, then)
        if projection.name not in copy.rows:
            building = _Building(conn, copy, projection, tell, facts_at_once)
            await building.run()
        (built,) = await copies(conn, name)
    return built


async def drop_copy(url: str, name: str) -> None:
    """Drop a schema with copies; raises NoSuchCopy, or CopyInTheWay while one is being built."""
    async with await connect(url, f"drop {name}") as conn:
        if not await copies(conn, name):
            raise NoSuchCopy(f"there is no copy {name}")
        if not await _true(conn, "try_have_alone", name):
            raise CopyInTheWay(f"a view is being built in {name}")
        async with conn.transaction():
            await conn.execute(SQL(QUERIES["drop_schema"]).format(schema=Identifier(name)))
            await conn.execute(QUERIES["forget_copy"], {"copy": name})


class _Building:
    """One view on its way into a copy."""

    def __init__(
        self,
        conn: AsyncConnection[Any],
        copy: Copy,
        projection: Projection,
        tell: Callable[[Far], None],
        facts_at_once: int,
    ) -> None:
        self._conn = conn
        self._copy = copy
        self._projection = projection
        self._table = copy.table(projection)
        self._key = f"{copy.name}.{projection.name}"
        self._tell = tell
        self._facts_at_once = facts_at_once

    async def run(self) -> None:
        lead = await self._conn.execute(load("rebuild")["try_lead"], {"projection": self._key})
        if await lead.fetchone() != (True,):
            raise CopyInTheWay(f"{self._key} is being built already")
        run = await self._found() or await self._begun()
        await Folding(
            conn=self._conn,
            table=self._table,
            run=run,
            tell=lambda facts: self._tell(Far(phase="folding", done=facts, total=run.until)),
            facts_at_once=self._facts_at_once,
        ).fold_all()
        self._tell(Far(phase="indexing", done=run.until, total=run.until))
        await self._table.index(self._conn)
        await self._catch_up(run)
        async with self._conn.transaction():
            await rebuild_run.forget(self._conn, self._key)
            table = Identifier(self._table.schema, self._table.name)
            given = {"copy": self._copy.name, "projection": self._projection.name}
            await self._conn.execute(SQL(QUERIES["add_view"]).format(table=table), given)

    async def _found(self) -> Run | None:
        table = f'"{self._table.schema}".{self._table.name}'
        run = await rebuild_run.find(self._conn, self._key, self._copy.position, table)
        return run if run is not None and run.until == self._copy.position else None

    async def _begun(self) -> Run:
        async with self._conn.transaction():
            await rebuild_run.forget(self._conn, self._key)
            await self._table.make(self._conn)
            return await rebuild_run.begin(
                self._conn,
                self._key,
                until=self._copy.position,
                in_parts=can_fold(self._projection),
                facts_at_once=self._facts_at_once,
            )

    async def _catch_up(self, run: Run) -> None:
        """What is not folded stream by stream is folded in the order of the log."""
        rows = CatchingUp(
            conn=self._conn,
            table=self._table,
            run=run,
            facts_at_once=self._facts_at_once,
            built=run.built,
        )
        while rows.built < run.until:
            async with self._conn.transaction():
                until = min(run.until, rows.built + self._facts_at_once)
                built, facts = await rows.fold(until)
            rows.came_to(built, facts)
            self._tell(Far(phase="folding", done=rows.built, total=run.until))


async def _opened(conn: AsyncConnection[Any], name: str, then: AsOf) -> Copy:
    """The copy of this name, made if there is none, and held while the connection lives."""
    if not NAME.fullmatch(name):
        raise CopyInTheWay(f"--into takes {NAMES}")
    if not await _true(conn, "try_hold", name):
        raise CopyInTheWay(f"{name} is being dropped")
    async with conn.transaction():
        there = await _true(conn, "schema_exists", name)
        given = {"copy": name, **then._asdict(), "made_by": fingerprint()}
        if (await conn.execute(QUERIES["add_copy"], given)).rowcount:
            if there:
                raise CopyInTheWay(f"the schema {name} is there already, and is no copy")
            for query in ("make_schema", "grant_schema"):
                await conn.execute(SQL(QUERIES[query]).format(schema=Identifier(name)))
    (copy,) = await copies(conn, name)
    if not copy.current:
        raise CopyInTheWay(f"{name} was made by another release: drop it first")
    if copy.position != then.position:
        raise CopyInTheWay(f"{name} is of position {copy.position}, not {then.position}")
    return copy


async def _true(conn: AsyncConnection[Any], query: str, name: str) -> bool:
    return await (await conn.execute(QUERIES[query], {"copy": name})).fetchone() == (True,)

"""The tables of procrastinate in the schema `jobs`: from the library's own files, step by step."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from adapters.postgres.queries import load
from adapters.stopping import CannotGoOn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import AsyncConnection

SQL: Final = load("job_schema")


def steps() -> tuple[str, ...]:
    """The steps of the installed library in their order, by the names of their files."""
    return tuple(sorted(file.name for file in _folder().joinpath("migrations").glob("*.sql")))


async def bring_up(conn: AsyncConnection[Any]) -> list[str]:
    """Apply the steps that are missing, each in a transaction; the names of those that were.

    A database without any gets the whole schema at once, which is all steps; that is not named.
    Before the migration that makes the schema `jobs` nothing happens.
    """
    if not await _has_schema(conn):
        return []
    todo = await missing(conn)
    if todo == [*steps()]:
        await _apply(conn, read("schema.sql"), todo)
        return []
    for name in todo:
        await _apply(conn, read(f"migrations/{name}"), [name])
    return todo


async def missing(conn: AsyncConnection[Any]) -> list[str]:
    """The steps of the installed library that this database lacks; none without the schema."""
    if not await _has_schema(conn):
        return []
    applied = {name for (name,) in await (await conn.execute(SQL["applied"])).fetchall()}
    return [name for name in steps() if name not in applied]


async def _apply(conn: AsyncConnection[Any], sql: bytes, names: Sequence[str]) -> None:
    """The library's names are without a schema; it is the first in the path meanwhile."""
    async with conn.transaction():
        await conn.execute(SQL["enter"])
        await conn.execute(sql)
        await conn.execute(SQL["record"], {"names": list(names)})
        await conn.execute(SQL["grant"])


async def _has_schema(conn: AsyncConnection[Any]) -> bool:
    row = await (await conn.execute(SQL["has_schema"])).fetchone()
    return bool(row and row[0])


def read(name: str) -> bytes:
    """A file of the library's SQL."""
    return (_folder() / name).read_bytes()


def _folder() -> Path:
    """Where the library has its SQL; found without importing it, for most processes need none."""
    found = find_spec("procrastinate")
    if found is None or found.origin is None:
        raise CannotGoOn("procrastinate is not installed")
    return Path(found.origin).parent / "sql"

"""Migrations: plain SQL files, applied once each, forward only, by one migrator at a time."""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg import AsyncConnection

from adapters.postgres import job_schema
from adapters.postgres.queries import load
from adapters.stopping import CannotGoOn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MIGRATIONS = Path(__file__).parents[2] / "migrations"
"""The folder of this release's migrations."""

_LEGAL_NAME = re.compile(r"\d{4}_(pre|post)_[a-z0-9_]+\.sql")
_TURN_SECONDS = 0.1


class SchemaMismatch(CannotGoOn):
    """The database does not have the schema that this release was made for."""


class IllegalMigration(CannotGoOn):
    """The folder of migrations is not what it should be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Migration:
    """A file. *pre* runs before the new release is started, *post* when the old one is gone."""

    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, whatever the line endings of the checkout."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def needed_to_run(self) -> bool:
        """A *post* migration may wait until the new release runs everywhere."""
        return "_pre_" in self.name


async def migrate(url: str, folder: Path = MIGRATIONS) -> list[str]:
    """Apply what is not applied yet, each file in a transaction; the names of what was applied.

    The tables of the job queue follow, by the steps of their own library.

    Raises IllegalMigration, naming the file, when one that was applied before has changed since.
    A second migrator waits for the first and then finds nothing to do.
    """
    migrations = read_folder(folder)
    async with await AsyncConnection.connect(url, autocommit=True) as conn:
        await _wait_for_turn(conn)
        await conn.execute(load("migrate")["create_schema"])
        await conn.execute(load("migrate")["create_table"])
        done = await _applied(conn)
        _refuse_changed(migrations, done)
        todo = [migration for migration in migrations if migration.name not in done]
        for migration in todo:
            await _apply(conn, migration)
        steps = await job_schema.bring_up(conn)
        await conn.execute(load("migrate")["analyze"])
    return [*(migration.name for migration in todo), *steps]


async def check_schema(conn: AsyncConnection[Any], folder: Path = MIGRATIONS) -> None:
    """Raise SchemaMismatch, which says what to run, unless this release can work on the database.

    A database may be ahead by *pre* migrations (a newer release is being rolled out), never by
    *post* ones, and never behind.
    """
    done = await _applied(conn) if await _scalar(conn, "has_table") else {}
    migrations = read_folder(folder)
    known = {migration.name for migration in migrations}
    for migration in migrations:
        if migration.needed_to_run and migration.name not in done:
            raise SchemaMismatch(f"{migration.name} has not been applied; run: aanspraak migrate")
        if done.get(migration.name, migration.checksum) != migration.checksum:
            raise SchemaMismatch(
                f"{migration.name} was applied in another form than this release has;"
                " install the release that belongs to this database, then run: aanspraak migrate"
            )
    for step in await job_schema.missing(conn):
        raise SchemaMismatch(f"jobs: {step} has not been applied; run: aanspraak migrate")
    for name in sorted(done.keys() - known):
        if "_post_" in name:
            raise SchemaMismatch(
                f"the database is ahead of this release ({name}); install the newer release"
                " (its `aanspraak migrate` has run already)"
            )


def read_folder(folder: Path) -> tuple[Migration, ...]:
    """The migrations of a folder in order; raises IllegalMigration for a name out of line."""
    files = sorted(folder.glob("*.sql"))
    if not files:
        raise IllegalMigration(f"no migrations in {folder}")
    for file in files:
        if not _LEGAL_NAME.fullmatch(file.name):
            raise IllegalMigration(
                f"{file.name} is not named NNNN_pre_what.sql or NNNN_post_what.sql"
            )
    return tuple(Migration(name=file.name, sql=file.read_text(encoding="utf-8")) for file in files)


async def _wait_for_turn(conn: AsyncConnection[Any]) -> None:
    while not await _scalar(conn, "try_lock"):  # noqa: ASYNC110 another process holds it
        await asyncio.sleep(_TURN_SECONDS)


async def _scalar(conn: AsyncConnection[Any], query: str) -> bool:
    row = await (await conn.execute(load("migrate")[query])).fetchone()
    return bool(row and row[0])


async def _applied(conn: AsyncConnection[Any]) -> Mapping[str, str]:
    return dict(await (await conn.execute(load("migrate")["applied"])).fetchall())


def _refuse_changed(migrations: Sequence[Migration], done: Mapping[str, str]) -> None:
    for migration in migrations:
        if done.get(migration.name, migration.checksum) != migration.checksum:
            raise IllegalMigration(
                f"{migration.name} has changed since it was applied; put it back as it was"
                " and write the change as a new migration"
            )


async def _apply(conn: AsyncConnection[Any], migration: Migration) -> None:
    async with conn.transaction():
        await conn.execute(migration.sql.encode())
        await conn.execute(load("migrate")["record"], (migration.name, migration.checksum))

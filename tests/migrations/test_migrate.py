"""Migrations are applied once, in order, by one migrator at a time, and never change afterwards."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
import pytest

from adapters.postgres.connection import connect
from adapters.postgres.migrate import (
    MIGRATIONS,
    IllegalMigration,
    SchemaMismatch,
    check_schema,
    migrate,
    read_folder,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with two migrations."""
    (tmp_path / "0001_pre_first.sql").write_text("CREATE TABLE public.first ();")
    (tmp_path / "0002_post_second.sql").write_text("CREATE TABLE public.second ();")
    return tmp_path


async def test_a_second_run_finds_nothing_to_do(empty_database_url: str) -> None:
    applied = await migrate(empty_database_url)
    assert applied == sorted(file.name for file in MIGRATIONS.glob("*.sql"))
    assert await migrate(empty_database_url) == []


async def test_of_two_migrators_at_once_each_file_is_applied_by_one(
    empty_database_url: str,
) -> None:
    one, two = await asyncio.gather(migrate(empty_database_url), migrate(empty_database_url))
    assert sorted(one + two) == sorted(file.name for file in MIGRATIONS.glob("*.sql"))
    assert not (one and two)


async def test_only_what_is_new_is_applied(empty_database_url: str, folder: Path) -> None:
    assert await migrate(empty_database_url, folder) == [
        "0001_pre_first.sql",
        "0002_post_second.sql",
    ]
    (folder / "0003_pre_third.sql").write_text("CREATE TABLE public.third ();")
    assert await migrate(empty_database_url, folder) == ["0003_pre_third.sql"]


async def test_a_file_that_changed_after_it_was_applied_is_refused_by_name(
    empty_database_url: str, folder: Path
) -> None:
    await migrate(empty_database_url, folder)
    (folder / "0001_pre_first.sql").write_text("CREATE TABLE public.another ();")
    (folder / "0003_pre_third.sql").write_text("CREATE TABLE public.third ();")
    with pytest.raises(IllegalMigration, match=r"0001_pre_first\.sql has changed"):
        await migrate(empty_database_url, folder)
    assert await _tables(empty_database_url) == {"first", "second"}


async def test_line_endings_of_a_checkout_are_no_change(
    empty_database_url: str, folder: Path
) -> None:
    await migrate(empty_database_url, folder)
    (folder / "0001_pre_first.sql").write_bytes(b"CREATE TABLE public.first ();")
    (folder / "0003_pre_third.sql").write_bytes(b"-- why: x\r\nCREATE TABLE public.third ();\r\n")
    await migrate(empty_database_url, folder)
    (folder / "0003_pre_third.sql").write_bytes(b"-- why: x\nCREATE TABLE public.third ();\n")
    assert await migrate(empty_database_url, folder) == []


async def test_a_file_that_fails_leaves_nothing_of_itself_and_all_before_it(
    empty_database_url: str, folder: Path
) -> None:
    (folder / "0003_pre_third.sql").write_text("CREATE TABLE public.third (); SELECT 1 / 0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        await migrate(empty_database_url, folder)
    assert await _tables(empty_database_url) == {"first", "second"}
    (folder / "0003_pre_third.sql").write_text("CREATE TABLE public.third ();")
    assert await migrate(empty_database_url, folder) == ["0003_pre_third.sql"]


@pytest.mark.parametrize("name", ["0003_third.sql", "3_pre_third.sql", "0003_pre_Third.sql"])
async def test_a_name_out_of_line_is_refused(
    empty_database_url: str, folder: Path, name: str
) -> None:
    (folder / name).write_text("SELECT 1;")
    with pytest.raises(IllegalMigration, match=name):
        await migrate(empty_database_url, folder)


async def test_a_release_runs_on_its_own_schema(database_url: str) -> None:
    async with await connect(database_url, "test") as conn:
        await check_schema(conn)


async def test_an_empty_database_is_refused_with_the_command_to_run(
    empty_database_url: str,
) -> None:
    async with await connect(empty_database_url, "test") as conn:
        with pytest.raises(SchemaMismatch, match="run: aanspraak migrate"):
            await check_schema(conn)


async def test_a_database_that_is_behind_is_refused_with_the_command_to_run(
    empty_database_url: str, folder: Path
) -> None:
    await migrate(empty_database_url, folder)
    (folder / "0003_pre_third.sql").write_text("CREATE TABLE public.third ();")
    async with await connect(empty_database_url, "test") as conn:
        with pytest.raises(SchemaMismatch, match=r"0003_pre_third\.sql .* run: aanspraak migrate"):
            await check_schema(conn, folder)


async def test_a_post_migration_may_wait_until_the_release_runs_everywhere(
    empty_database_url: str, folder: Path
) -> None:
    await migrate(empty_database_url, folder)
    (folder / "0003_post_third.sql").write_text("CREATE TABLE public.third ();")
    async with await connect(empty_database_url, "test") as conn:
        await check_schema(conn, folder)


async def test_the_old_release_runs_on_while_the_new_one_prepares_but_not_after_it_finished(
    empty_database_url: str, folder: Path
) -> None:
    await migrate(empty_database_url, folder)
    async with await connect(empty_database_url, "test") as conn:
        newer = folder / "0003_pre_third.sql"
        newer.write_text("CREATE TABLE public.third ();")
        await migrate(empty_database_url, folder)
        newer.unlink()
        await check_schema(conn, folder)
        finished = folder / "0004_post_fourth.sql"
        finished.write_text("DROP TABLE public.first;")
        await migrate(empty_database_url, folder)
        finished.unlink()
        with pytest.raises(SchemaMismatch, match="install the newer release"):
            await check_schema(conn, folder)


async def test_a_migration_applied_in_another_form_is_refused(
    empty_database_url: str, folder: Path
) -> None:
    await migrate(empty_database_url, folder)
    (folder / "0001_pre_first.sql").write_text("CREATE TABLE public.another ();")
    async with await connect(empty_database_url, "test") as conn:
        with pytest.raises(SchemaMismatch, match=r"0001_pre_first\.sql .* another form"):
            await check_schema(conn, folder)


def test_every_migration_says_why_and_does_not_wait_long_for_a_lock() -> None:
    for migration in read_folder(MIGRATIONS):
        assert migration.sql.startswith("-- why: "), migration.name
        assert "SET LOCAL lock_timeout = '5s';" in migration.sql, migration.name


def test_every_migration_has_a_number_of_its_own() -> None:
    numbers = [migration.name[:4] for migration in read_folder(MIGRATIONS)]
    assert len(set(numbers)) == len(numbers)


async def test_without_the_right_to_make_the_role_it_says_who_has_to(
    empty_database_url: str,
) -> None:
    """The role is there already on this server, so what is tried is a server where it is not."""
    sql = (MIGRATIONS / "0001_pre_log.sql").read_text().replace("aanspraak_runtime", "not_there")
    async with (
        await connect(empty_database_url, "test") as conn,
        conn.transaction(force_rollback=True),
    ):
        await conn.execute("CREATE ROLE modest NOLOGIN")
        await conn.execute(f"GRANT CREATE ON DATABASE {conn.info.dbname} TO modest".encode())
        await conn.execute("SET LOCAL ROLE modest")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="not_there does not exist"):
            await conn.execute(sql.encode())


async def _tables(url: str) -> set[str]:
    async with await connect(url, "test") as conn:
        rows = await (
            await conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).fetchall()
    return {name for (name,) in rows}

"""The tables of the job queue are those of the library that is installed, however they came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.postgres import job_schema
from adapters.postgres.connection import connect
from adapters.postgres.migrate import SchemaMismatch, check_schema, migrate

if TYPE_CHECKING:
    from psycopg import AsyncConnection

pytestmark = pytest.mark.anyio

STORY = (
    "TABLE newest.story",
    "TABLE newest.found",
    "TABLE newest.able",
    "TABLE newest.sent_again",
    "FUNCTION newest.tell_story()",
    "FUNCTION newest.forget_over(integer)",
)
"""What we keep beside the jobs themselves."""
STAGE = "03.00.00"
"""Up to before this release of the library all of its steps are in its first schema here."""


async def test_a_new_database_has_every_step_of_the_installed_library(database_url: str) -> None:
    async with await connect(database_url, "test") as conn:
        assert await job_schema.missing(conn) == []
        rows = await (await conn.execute("SELECT name FROM jobs.library_steps")).fetchall()
    assert sorted(name for (name,) in rows) == list(job_schema.steps())
    assert job_schema.steps()[-1].startswith("03.04.00")


async def test_an_older_one_gets_the_steps_it_lacks_and_is_the_same_then(
    empty_database_url: str, database_url: str
) -> None:
    await migrate(empty_database_url)
    newer = [name for name in job_schema.steps() if name >= STAGE]
    async with await connect(empty_database_url, "test") as conn:
        await _as_it_was_before(conn, newer)
        with pytest.raises(SchemaMismatch, match=f"{newer[0]} .*run: aanspraak migrate"):
            await check_schema(conn)
        assert await migrate(empty_database_url) == newer
        await check_schema(conn)
        upgraded = await _functions_and_columns(conn)
    async with await connect(database_url, "test") as conn:
        assert upgraded == await _functions_and_columns(conn)


async def _as_it_was_before(conn: AsyncConnection[Any], newer: list[str]) -> None:
    """The schema that the library's older steps make, one after the other."""
    await conn.execute("ALTER SCHEMA jobs RENAME TO newest")
    await conn.execute("CREATE SCHEMA jobs")
    await conn.execute("ALTER TABLE newest.library_steps SET SCHEMA jobs")
    for ours in ("TABLE newest.work", "TABLE newest.items", *STORY):
        await conn.execute(f"ALTER {ours} SET SCHEMA jobs".encode())
    await conn.execute("DROP SCHEMA newest CASCADE")
    await conn.execute("GRANT USAGE ON SCHEMA jobs TO aanspraak_runtime")
    await conn.execute("SET search_path = jobs")
    for name in job_schema.steps():
        if name not in newer:
            await conn.execute(job_schema.read(f"migrations/{name}"))
    await conn.execute("DELETE FROM jobs.library_steps WHERE name = ANY (%s)", (newer,))


async def _functions_and_columns(conn: AsyncConnection[Any]) -> set[tuple[Any, ...]]:
    await conn.execute("SET search_path = jobs")
    functions = await conn.execute(
        "SELECT p.proname, pg_get_function_arguments(p.oid) FROM pg_proc p"
        " WHERE p.pronamespace = 'jobs'::regnamespace"
    )
    columns = await conn.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'jobs'"
    )
    return {*await functions.fetchall(), *await columns.fetchall()}

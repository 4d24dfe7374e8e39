"""The views on PostgreSQL: whatever the batches, whether live or rebuilt, the rows are the same."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import AsyncConnection
from psycopg.errors import CheckViolation

from adapters.postgres.event_log import read_after
from adapters.postgres.rebuild import projection_named, rebuild
from adapters.postgres.views import Views
from adapters.postgres.views_rows import columns_of
from projections.registry import PROJECTIONS
from tests.contracts.view_rows import all_rows, append, follow, rows_of
from tests.projections.stories import eventful_log

pytestmark = pytest.mark.anyio

TYPES = {"integer": "bigint", "timestamp with time zone": "timestamptz", "ARRAY": "text[]"}


@pytest.fixture
async def log(conn: AsyncConnection[Any]) -> AsyncConnection[Any]:
    """Give a connection to a log in which everything happened."""
    await append(conn, eventful_log().facts)
    return conn


@pytest.mark.parametrize("name", [projection.name for projection in PROJECTIONS])
async def test_the_columns_of_a_table_are_the_fields_of_its_row(
    conn: AsyncConnection[Any], name: str
) -> None:
    projection = projection_named(name)
    cursor = await conn.execute(
        "SELECT column_name, data_type, is_nullable = 'YES' FROM information_schema.columns"
        " WHERE table_schema = 'view' AND table_name = %s ORDER BY ordinal_position",
        (name,),
    )
    found = [(column, TYPES.get(kind, kind)) for column, kind, _ in await cursor.fetchall()]
    assert found == [(column.name, column.type) for column in columns_of(projection.row)]


@pytest.mark.parametrize("batch", [1, 2, 7])
async def test_the_size_of_the_batches_does_not_matter(
    log: AsyncConnection[Any], batch: int
) -> None:
    await follow(log, batch=batch)
    in_parts = await all_rows(log)
    await _empty(log)
    await follow(log)
    assert await all_rows(log) == in_parts
    assert all(in_parts.values())


async def test_following_again_changes_nothing(log: AsyncConnection[Any]) -> None:
    await follow(log)
    once = await all_rows(log)
    await log.execute("UPDATE view.bookmarks SET position = 0")
    await follow(log, batch=5)
    assert await all_rows(log) == once


async def test_what_was_rolled_back_is_not_remembered(log: AsyncConnection[Any]) -> None:
    views = Views()
    await follow(log)
    expected = await all_rows(log)
    await _empty(log)

    facts = await read_after(log, 0)
    async with log.transaction(force_rollback=True):
        await views.handle(log, facts[:40])
    await follow(log, views, batch=30)
    assert await all_rows(log) == expected


async def test_what_failed_half_way_is_not_remembered(log: AsyncConnection[Any]) -> None:
    facts = await read_after(log, 0)
    async with log.transaction(force_rollback=True):
        await Views().handle(log, facts[40:80])
        expected = await all_rows(log)

    views = Views()
    await log.execute(
        "ALTER TABLE view.delivery_order_status ADD CONSTRAINT never CHECK (false) NOT VALID"
    )
    with pytest.raises(CheckViolation):
        async with log.transaction():
            await views.handle(log, facts[:40])
    await log.execute("ALTER TABLE view.delivery_order_status DROP CONSTRAINT never")
    await views.handle(log, facts[40:80])
    assert await all_rows(log) == expected


@pytest.mark.parametrize("name", [projection.name for projection in PROJECTIONS])
async def test_a_rebuilt_view_is_the_one_that_followed(
    log: AsyncConnection[Any], database_url: str, name: str
) -> None:
    await follow(log)
    expected = await all_rows(log)
    await log.execute(f"TRUNCATE view.{name}".encode())
    await rebuild(database_url, projection_named(name))
    assert await rows_of(log, name) == expected[name]
    assert await all_rows(log) == expected


async def _empty(conn: AsyncConnection[Any]) -> None:
    for projection in PROJECTIONS:
        await conn.execute(f"TRUNCATE view.{projection.name}".encode())
    await conn.execute("UPDATE view.bookmarks SET position = 0")

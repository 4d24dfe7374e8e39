"""A copy of a view is what the live view was at that place in the log; nothing live is touched."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from psycopg import AsyncConnection
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier

from adapters.postgres.copies import (
    CopyInTheWay,
    NoSuchCopy,
    build_copy,
    copies,
    copy_with,
    drop_copy,
)
from adapters.postgres.event_log import last_position
from adapters.postgres.reads_as_of import AsOf, as_of, order_as_of
from adapters.postgres.rebuild import projection_named
from adapters.postgres.views_rows import rows_of as read_rows_of
from projections.delivery_order_status import DeliveryOrderStatus
from projections.registry import PROJECTIONS
from projections.visibility import OPERATOR
from tests.contracts.view_rows import all_rows, append, follow
from tests.projections.facts import Log, Story
from tests.projections.stories import eventful_log

pytestmark = pytest.mark.anyio

VIEW = "delivery_order_status"


async def test_all_views_are_what_the_live_ones_were_then(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    log = eventful_log()
    half = len(log.facts) * 2 // 3
    await append(conn, log.facts[:half])
    await follow(conn)
    expected = await all_rows(conn)
    then = await _now(conn)
    await append(conn, log.facts[half:])
    await follow(conn)
    live = await all_rows(conn)
    for projection in PROJECTIONS:
        await build_copy(database_url, projection, "then", then, facts_at_once=40)
    (copy,) = await copies(conn)
    assert {name: await _rows(conn, "then", name) for name in expected} == expected
    assert copy.rows == {name: len(rows) for name, rows in expected.items()}
    assert expected != live
    assert await all_rows(conn) == live


async def test_each_order_in_a_copy_is_what_is_told_of_that_order_as_of_then(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    log = eventful_log()
    await append(conn, log.facts)
    position = len(log.facts) * 3 // 4
    then = await as_of(conn, str(position), log.now)
    await build_copy(database_url, projection_named(VIEW), "then", then)
    query: Any = f'SELECT {{columns}} FROM "then".{VIEW} v'
    orders = await read_rows_of(DeliveryOrderStatus, conn, query, {})
    assert len(orders) > 5
    for order in orders:
        if order.delivery_order_id is not None:
            told = await order_as_of(conn, OPERATOR, order.delivery_order_id, then)
            assert told is not None
            assert told[0] == order


async def test_a_copy_has_the_indexes_of_the_live_view(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await _told(conn)
    await build_copy(database_url, projection_named(VIEW), "user", await _now(conn))
    query = "SELECT indexname FROM pg_indexes WHERE schemaname = %s AND tablename = %s ORDER BY 1"
    found = [
        await (await conn.execute(query, (schema, VIEW))).fetchall() for schema in ("view", "user")
    ]
    assert found[0] == found[1]
    assert len(found[0]) > 3


async def test_a_running_process_reads_a_copy_and_changes_nothing_in_it(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await _told(conn)
    await build_copy(database_url, projection_named(VIEW), "then", await _now(conn))
    await conn.execute("SET ROLE aanspraak_runtime")
    assert (await copy_with(conn, "then", VIEW)).rows == {VIEW: 1}
    assert len(await _rows(conn, "then", VIEW)) == 1
    with pytest.raises(InsufficientPrivilege):
        await conn.execute(f'DELETE FROM "then".{VIEW}')


async def test_what_is_there_is_not_built_again_and_another_moment_is_another_copy(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await _told(conn)
    then = await _now(conn)
    projection = projection_named(VIEW)
    first = await build_copy(database_url, projection, "then", then)
    assert await build_copy(database_url, projection, "then", then) == first
    with pytest.raises(CopyInTheWay, match=f"of position {then.position}, not 3"):
        await build_copy(database_url, projection, "then", then._replace(position=3))


@pytest.mark.parametrize("name", ["view", "log", "pg_temp", "Then", "then;drop", "", "7th"])
async def test_a_schema_that_is_something_else_is_left_alone(
    conn: AsyncConnection[Any], database_url: str, name: str
) -> None:
    await _told(conn)
    with pytest.raises(CopyInTheWay):
        await build_copy(database_url, projection_named(VIEW), name, await _now(conn))
    with pytest.raises(NoSuchCopy):
        await drop_copy(database_url, name)
    assert await copies(conn) == []


async def test_a_copy_that_is_dropped_leaves_nothing(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await _told(conn)
    await build_copy(database_url, projection_named(VIEW), "then", await _now(conn))
    assert (await copy_with(conn, "then", VIEW)).name == "then"
    await drop_copy(database_url, "then")
    assert await copies(conn) == []
    with pytest.raises(NoSuchCopy):
        await copy_with(conn, "then", VIEW)
    schemas = await conn.execute("SELECT FROM pg_namespace WHERE nspname = 'then'")
    assert await schemas.fetchall() == []


async def test_while_a_view_is_being_built_its_copy_is_not_dropped(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await _told(conn)
    await build_copy(database_url, projection_named(VIEW), "then", await _now(conn))
    await conn.execute("SELECT pg_advisory_lock_shared(hashtextextended('copy/then', 0))")
    with pytest.raises(CopyInTheWay, match="is being built in then"):
        await drop_copy(database_url, "then")


async def test_a_copy_of_another_release_is_not_read_and_not_added_to(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await _told(conn)
    then = await _now(conn)
    await build_copy(database_url, projection_named(VIEW), "then", then)
    await conn.execute("UPDATE view.copies SET made_by = 'an older release'")
    with pytest.raises(NoSuchCopy, match="another release"):
        await copy_with(conn, "then", VIEW)
    with pytest.raises(CopyInTheWay, match="another release"):
        await build_copy(database_url, projection_named("due"), "then", then)
    await drop_copy(database_url, "then")


async def test_a_copy_that_lacks_a_view_says_so(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await _told(conn)
    await build_copy(database_url, projection_named("due"), "then", await _now(conn))
    with pytest.raises(NoSuchCopy, match=f"has no {VIEW}"):
        await copy_with(conn, "then", VIEW)


async def _told(conn: AsyncConnection[Any]) -> None:
    log = Log()
    Story(log, users=2).delivered()
    await append(conn, log.facts)


async def _now(conn: AsyncConnection[Any]) -> AsOf:
    return AsOf(await last_position(conn), datetime.now(UTC))


async def _rows(conn: AsyncConnection[Any], schema: str, name: str) -> list[tuple[Any, ...]]:
    query = SQL("SELECT * FROM {} v ORDER BY v::text").format(Identifier(schema, name))
    return await (await conn.execute(query)).fetchall()

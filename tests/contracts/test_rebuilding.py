"""A view is rebuilt while the live follower goes on, and nobody sees it happen."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest
from psycopg import AsyncConnection

from adapters.postgres import views
from adapters.postgres.connection import connect
from adapters.postgres.event_log import last_position, read_after
from adapters.postgres.rebuild import (
    NotRebuildable,
    RebuildUnderWay,
    projection_named,
    rebuild,
)
from adapters.postgres.views import Views
from projections.registry import PROJECTIONS
from tests.contracts.view_rows import all_rows, append, follow, rows_of
from tests.contracts.waiting import until
from tests.projections.facts import Log, Story
from tests.projections.stories import eventful_log

pytestmark = pytest.mark.anyio

ORDERS = 30


async def test_the_live_follower_goes_on_during_and_after_it(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    log = _many_orders()
    half = len(log.facts) // 2
    await append(conn, log.facts[:half])
    following = asyncio.create_task(views.follower(database_url).run())
    try:
        rebuilding = [
            asyncio.create_task(rebuild(database_url, projection)) for projection in PROJECTIONS
        ]
        await append(conn, log.facts[half:])
        await asyncio.gather(*rebuilding)
        await until(lambda: _caught_up(conn))
    finally:
        following.cancel()
    live = await all_rows(conn)
    await conn.execute("UPDATE view.bookmarks SET position = 0")
    for projection in PROJECTIONS:
        await conn.execute(f"TRUNCATE view.{projection.name}".encode())
    await follow(conn)
    assert await all_rows(conn) == live


async def test_what_a_follower_remembers_is_void_when_a_view_was_rebuilt(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    log = Log()
    story = Story(log).received().created().taken("registry-1")
    await append(conn, log.facts)
    remembering = Views()
    await follow(conn, remembering)
    told = len(log.facts)
    await conn.execute("UPDATE view.entitlement_details SET product_id = 'wrong'")
    remembering._rows["entitlement_details"] = {  # noqa: SLF001 - as if it had read it
        key: row._replace(product_id="wrong")
        for key, row in remembering._rows["entitlement_details"].items()  # noqa: SLF001
    }
    await rebuild(database_url, projection_named("entitlement_details"))
    story.entitled()
    await append(conn, log.facts[told:])
    await follow(conn, remembering)
    (row,) = await (
        await conn.execute("SELECT product_id, status FROM view.entitlement_details")
    ).fetchall()
    assert row == ("9789000000001", "entitled")


async def test_it_waits_for_a_reader_and_leaves_indexes_grants_and_options_as_they_were(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await append(conn, eventful_log().facts)
    await follow(conn)
    described = await _description(conn)
    async with await connect(database_url, "reader") as reader:
        async with reader.transaction():
            await reader.execute("SELECT FROM view.entitlement_details")
            rebuilding = asyncio.create_task(
                rebuild(database_url, projection_named("entitlement_details"))
            )
            await asyncio.sleep(1)
            assert not rebuilding.done()
        await rebuilding
    assert await _description(conn) == described


@pytest.mark.parametrize("prepare", [False, True])
async def test_whoever_reads_meanwhile_gets_every_row_at_any_moment(
    conn: AsyncConnection[Any], database_url: str, prepare: bool
) -> None:
    await append(conn, eventful_log().facts)
    await follow(conn)
    query = b"SELECT count(*) FROM view.entitlement_details"
    expected = await (await conn.execute(query)).fetchone()
    answers = []

    async def read_on() -> None:
        async with await connect(database_url, "reader") as reader:
            while True:
                answers.append(await (await reader.execute(query, prepare=prepare)).fetchone())

    reading = asyncio.create_task(read_on())
    for _ in range(3):
        so_far = len(answers)
        await rebuild(database_url, projection_named("entitlement_details"))
        await until(partial(_more, answers, so_far))
    assert not reading.done()
    reading.cancel()
    assert set(answers) == {expected}


async def test_only_one_rebuild_of_a_view_at_a_time(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await conn.execute("SELECT pg_advisory_lock(hashtextextended('rebuild/due', 0))")
    with pytest.raises(RebuildUnderWay):
        await rebuild(database_url, projection_named("due"))


async def test_what_an_interrupted_rebuild_left_behind_is_in_nobodys_way(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await append(conn, eventful_log().facts)
    await follow(conn)
    expected = await rows_of(conn, "due")
    await conn.execute("CREATE TABLE view.due_next (at text PRIMARY KEY)")
    await rebuild(database_url, projection_named("due"))
    assert await rows_of(conn, "due") == expected


@pytest.mark.parametrize("name", ["publisher", "gateway", "clock", "nonsense"])
def test_what_cannot_be_rebuilt_says_why(name: str) -> None:
    with pytest.raises(NotRebuildable, match=f"{name} cannot be rebuilt: .{{10}}"):
        projection_named(name)


def _many_orders() -> Log:
    log = Log()
    for number in range(ORDERS):
        story = Story(log, name=f"order {number}", users=4)
        story.delivered() if number % 2 else story.received().created()
    return log


async def _more(answers: list[Any], than: int) -> bool:
    return len(answers) > than


async def _caught_up(conn: AsyncConnection[Any]) -> bool:
    row = await (await conn.execute("SELECT position FROM view.bookmarks")).fetchone()
    return row == (await last_position(conn),) and not await read_after(conn, row[0])


async def _description(conn: AsyncConnection[Any]) -> list[Any]:
    cursor = await conn.execute(
        "SELECT relname, relkind, reloptions, relacl FROM pg_class"
        " WHERE relname LIKE 'entitlement_details%' ORDER BY relname"
    )
    constraints = await conn.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = 'view.entitlement_details'::regclass ORDER BY conname"
    )
    return [*await cursor.fetchall(), *await constraints.fetchall()]

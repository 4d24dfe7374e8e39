"""A view is put right for one order, one entitlement or one school, and nothing else is touched."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import AsyncConnection

from adapters.postgres.dead_letters import DeadLetterTable
from adapters.postgres.rebuild import NotRebuildable, projection_named
from adapters.postgres.rebuild_only import (
    ABOUT_ORDERS,
    LettersLie,
    NothingKnown,
    repair,
    streams_of_entitlement,
    streams_of_order,
    streams_of_school,
)
from adapters.postgres.views import NAME, Views
from projections.registry import PROJECTIONS
from tests.contracts.view_rows import all_rows, append, follow, rows_of
from tests.projections.facts import PORTAL, SCHOOL, Log, Story, named

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("view", ABOUT_ORDERS)
async def test_an_order_is_put_right_and_no_other(
    conn: AsyncConnection[Any], database_url: str, view: str
) -> None:
    _, one, _ = await _two_orders(conn)
    right = await all_rows(conn)
    await conn.execute(f"DELETE FROM view.{view}")
    projection = projection_named(view)
    difference = await repair(database_url, projection, [streams_of_order(one.delivery_order_id)])
    assert difference.appear > 0
    here = await rows_of(conn, view)
    assert 0 < len(here) < len(right[view])
    assert set(map(str, here)) < set(map(str, right[view]))
    await repair(
        database_url, projection, [streams_of_order(named(name)) for name in ("one", "other")]
    )
    assert await all_rows(conn) == right


async def test_an_entitlement_is_put_right_and_with_it_what_counts_it(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    _, one, _ = await _two_orders(conn)
    right = await all_rows(conn)
    await conn.execute("UPDATE view.entitlement_details SET product_id = 'wrong'")
    await conn.execute("UPDATE view.delivery_order_status SET total_licensed = 99")
    for name, changed in (("entitlement_details", 1), ("delivery_order_status", 1)):
        projection = projection_named(name)
        streams = streams_of_entitlement(projection, one.entitlements[0])
        assert (await repair(database_url, projection, [streams])).change == changed
    query = "SELECT count(*) FROM view.entitlement_details WHERE product_id <> 'wrong'"
    assert await (await conn.execute(query)).fetchone() == (1,)
    status = {row[0]: row for row in await rows_of(conn, "delivery_order_status")}
    assert status[one.order] in right["delivery_order_status"]


async def test_a_school_is_put_right_also_where_a_view_lost_its_order(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await _two_orders(conn)
    right = await all_rows(conn)
    projection = projection_named("delivery_order_status")
    await conn.execute("DELETE FROM view.delivery_order_status WHERE school_id = %s", (SCHOOL,))
    ranges = await streams_of_school(conn, SCHOOL)
    assert len(ranges) == 1
    assert (await repair(database_url, projection, ranges)).appear == 1
    assert await all_rows(conn) == right


async def test_rows_that_the_log_does_not_give_vanish(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    _, one, _ = await _two_orders(conn)
    right = await all_rows(conn)
    await conn.execute(
        "INSERT INTO view.due VALUES (now(), %s, 'link', 'nobody', 9, %s)",
        (one.entitlements[0], one.order),
    )
    streams = streams_of_order(one.delivery_order_id)
    assert (await repair(database_url, projection_named("due"), [streams])).vanish == 1
    assert await all_rows(conn) == right


async def test_a_dry_run_says_so_and_changes_nothing(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    _, one, _ = await _two_orders(conn)
    await conn.execute("UPDATE view.entitlement_details SET product_id = 'wrong'")
    wrong = await all_rows(conn)
    streams = streams_of_order(one.delivery_order_id)
    projection = projection_named("entitlement_details")
    difference = await repair(database_url, projection, [streams], dry_run=True)
    assert difference.change == len(one.entitlements)
    assert await all_rows(conn) == wrong


async def test_the_follower_goes_on_from_what_was_repaired(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    log = Log()
    story = Story(log).received().created().taken("registry-1")
    await append(conn, log.facts)
    remembering = Views()
    await follow(conn, remembering)
    told = len(log.facts)
    remembering._rows["entitlement_details"] = {  # noqa: SLF001 - as if it had read it
        key: row._replace(product_id="wrong")
        for key, row in remembering._rows["entitlement_details"].items()  # noqa: SLF001
    }
    await conn.execute("UPDATE view.entitlement_details SET product_id = 'wrong'")
    streams = streams_of_order(story.delivery_order_id)
    await repair(database_url, projection_named("entitlement_details"), [streams])
    story.entitled()
    await append(conn, log.facts[told:])
    await follow(conn, remembering)
    query = "SELECT product_id, status FROM view.entitlement_details"
    assert await (await conn.execute(query)).fetchall() == [("9789000000001", "entitled")]


async def test_what_lies_aside_is_decided_about_first(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    log, one, other = await _two_orders(conn)
    last = [each for each in log.facts if each.stream_id == one.entitlements[0]][-1]
    await DeadLetterTable(NAME).lay_aside(conn, last, ValueError())
    projection = projection_named("entitlement_details")
    with pytest.raises(LettersLie, match=f"position {last.position}"):
        await repair(database_url, projection, [streams_of_order(one.delivery_order_id)])
    assert not await repair(database_url, projection, [streams_of_order(other.delivery_order_id)])


async def test_what_nobody_knows_of_is_no_success(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    with pytest.raises(NothingKnown):
        await repair(
            database_url, projection_named("due"), [streams_of_order(named("never ordered"))]
        )


@pytest.mark.parametrize(
    "view", [each.name for each in PROJECTIONS if each.name not in ABOUT_ORDERS]
)
async def test_a_view_about_other_things_is_rebuilt_whole_or_not(
    database_url: str, view: str
) -> None:
    with pytest.raises(NotRebuildable, match="only be rebuilt whole"):
        await repair(database_url, projection_named(view), [])


async def _two_orders(conn: AsyncConnection[Any]) -> tuple[Log, Story, Story]:
    """One of the school, with something waited for and something in use; the other of another."""
    log = Log()
    one = Story(log, name="one", users=3).delivered()
    other = Story(log, name="other", users=2, school=named("another school")).delivered()
    for story in (one, other):
        story.activated().links_requested().taken(PORTAL, 2)
    await append(conn, log.facts)
    await follow(conn)
    return log, one, other

"""A dry run says which rows would appear, vanish and change, and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import AsyncConnection

from adapters.postgres.rebuild import Options, projection_named, rebuild
from adapters.postgres.rebuild_difference import ABOUT_A_PERSON, SOMEBODY, Difference, Example
from adapters.postgres.views_rows import columns_of
from projections.registry import PROJECTIONS
from tests.contracts.view_rows import all_rows, append, follow
from tests.projections.facts import Log, Story
from tests.projections.stories import eventful_log

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("name", [projection.name for projection in PROJECTIONS])
async def test_of_a_view_that_is_right_no_row_differs(
    conn: AsyncConnection[Any], database_url: str, name: str
) -> None:
    await append(conn, eventful_log().facts)
    await follow(conn)
    before = await all_rows(conn)
    assert await _difference(database_url, name) == Difference(view=name)
    assert await all_rows(conn) == before


async def test_each_kind_of_difference_is_counted_with_examples_field_by_field(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    story = await _delivered(conn)
    one, two, three = sorted(story.entitlements)
    view = "view.entitlement_details"
    await conn.execute(
        f"UPDATE {view} SET status = 'licensed', subject_id = order_id WHERE entitlement_id = %s",
        (one,),
    )
    await conn.execute(f"DELETE FROM {view} WHERE entitlement_id = %s", (two,))
    await conn.execute(
        f"UPDATE {view} SET entitlement_id = order_id WHERE entitlement_id = %s", (three,)
    )
    difference = await _difference(database_url, "entitlement_details")
    assert (difference.appear, difference.vanish, difference.change) == (2, 1, 1)
    (changed,) = (each for each in difference.examples if each.kind == "change")
    assert changed == Example(
        kind="change",
        key={"entitlement_id": str(one)},
        fields={"status": ("licensed", "entitled"), "subject_id": (SOMEBODY, SOMEBODY)},
    )
    assert [each.key for each in difference.examples if each.kind == "vanish"] == [
        {"entitlement_id": str(story.order)}
    ]


async def test_nobody_is_named_not_even_in_the_key_of_a_row(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    story = await _delivered(conn)
    await conn.execute("DELETE FROM view.entitlements_by_school")
    difference = await _difference(database_url, "entitlements_by_school")
    assert difference.appear == len(story.subjects)
    assert all(str(subject) not in str(difference) for subject in story.subjects)
    assert all(example.key["subject_id"] == SOMEBODY for example in difference.examples)


def test_every_column_about_a_person_is_known_to_be_one() -> None:
    columns = {column.name for each in PROJECTIONS for column in columns_of(each.row)}
    of_persons = {name for name in columns if "subject" in name or "user_reference" in name}
    assert of_persons == set(ABOUT_A_PERSON)


async def test_a_few_examples_are_enough(conn: AsyncConnection[Any], database_url: str) -> None:
    await _delivered(conn, users=12)
    await conn.execute("UPDATE view.entitlement_details SET product_id = 'wrong'")
    difference = await _difference(database_url, "entitlement_details")
    assert difference.change == 12
    assert len(difference.examples) == 5


async def test_a_rebuild_says_what_it_had_to_change(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await _delivered(conn)
    await conn.execute("DELETE FROM view.delivery_order_status")
    projection = projection_named("delivery_order_status")
    assert (await rebuild(database_url, projection)).difference.appear == 1
    assert not (await rebuild(database_url, projection)).difference


async def _difference(url: str, name: str) -> Difference:
    dry_run = Options(dry_run=True)
    return (await rebuild(url, projection_named(name), options=dry_run)).difference


async def _delivered(conn: AsyncConnection[Any], users: int = 3) -> Story:
    log = Log()
    story = Story(log, users=users).delivered()
    await append(conn, log.facts)
    await follow(conn)
    return story

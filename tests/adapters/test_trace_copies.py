"""The orders of a school in a list, as they stand or as a copy has them; copies and rebuilds."""

from __future__ import annotations

import pytest

from adapters.postgres.connection import connect
from adapters.postgres.copies import build_copy
from adapters.postgres.reads_as_of import as_of
from adapters.postgres.rebuild import Options, projection_named, rebuild
from tests.adapters.http_case import NOW, Hub
from tests.adapters.http_partners import BOOK, OTHER_SHOP, PORTAL, SHOP
from tests.adapters.http_stories import CONFIRMATIONS, confirmation, eck, entitled, ordered
from tests.adapters.numbers_case import trace, traced
from tests.adapters.wire_case import SCHOOL

pytestmark = pytest.mark.anyio

AT_SCHOOL = f"/orders?orgMasterId={SCHOOL['organisationMasterIdentifier']}"
VIEW = "delivery_order_status"


async def test_the_orders_of_a_school_come_in_pages(hub: Hub) -> None:
    ids = {str((await ordered(hub, eck(number))).order_id) for number in (1, 2, 3)}
    first = await traced(hub, f"{AT_SCHOOL}&limit=2")
    following = first.headers["Link"].removeprefix("</trace/v1").partition(">")[0]
    last = await traced(hub, following)
    assert "Link" not in last.headers
    listed = [*first.json["orders"], *last.json["orders"]]
    assert sorted(each["deliveryOrderId"] for each in listed) == sorted(ids)
    assert "asOf" not in first.json
    assert (await trace(hub, f"/orders?productId={BOOK}"))["orders"] != []
    assert (await trace(hub, "/orders?orgMasterId=999Z999"))["orders"] == []
    assert (await traced(hub, "/orders")).status == 400


async def test_a_shop_lists_its_own_orders(hub: Hub) -> None:
    await ordered(hub, eck(1))
    for shop, orders in ((SHOP, 1), (OTHER_SHOP, 0)):
        found = await trace(hub, AT_SCHOOL, shop)
        assert len(found["orders"]) == orders


async def test_a_list_out_of_a_copy_says_as_of_when_it_is(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    position = (await hub.facts())[-1].position
    await _copied(hub, "autumn", position)
    await hub.call(PORTAL, "PUT", CONFIRMATIONS, confirmation(asked))
    await hub.catch_up()
    (now,) = (await trace(hub, AT_SCHOOL))["orders"]
    copied = await trace(hub, f"{AT_SCHOOL}&copy=autumn")
    (then,) = copied["orders"]
    assert (now["status"], then["status"]) == ("link-placed", "set-ready")
    assert (copied["copy"], copied["asOf"]["position"]) == ("autumn", position)
    alone = await trace(hub, f"/orders/{asked.order_id}?asOf={position}")
    for order in (alone, then):
        order["partners"].sort(key=lambda each: str(each["partner"]))
    assert {name: alone[name] for name in then} == then
    (listed,) = await trace(hub, "/copies")
    assert (listed["copy"], listed["readable"], listed["views"]) == ("autumn", True, {VIEW: 1})


async def test_a_copy_is_for_operators_and_has_what_was_built_in_it(hub: Hub) -> None:
    await ordered(hub, eck(1))
    await _copied(hub, "autumn", (await hub.facts())[-1].position)
    assert (await traced(hub, f"{AT_SCHOOL}&copy=spring")).status == 404
    assert (await traced(hub, f"{AT_SCHOOL}&copy=autumn", SHOP)).status == 404
    assert await trace(hub, "/copies", SHOP) == []


async def test_what_a_rebuild_would_change_is_there_at_once(hub: Hub) -> None:
    await ordered(hub, eck(1))
    async with await connect(hub.url, "test") as conn:
        await conn.execute(f"UPDATE view.{VIEW} SET status = 'cancelled'".encode())
    await rebuild(hub.url, projection_named(VIEW), options=Options(dry_run=True))
    (told,) = await trace(hub, "/rebuilds")
    assert (told["view"], told["dryRun"], told["change"]) == (VIEW, True, 1)
    assert told["examples"][0]["fields"] == {"status": ["cancelled", "ordered"]}
    assert await trace(hub, "/rebuilds", SHOP) == []


async def _copied(hub: Hub, name: str, position: int) -> None:
    async with await connect(hub.url, "test") as conn:
        then = await as_of(conn, str(position), NOW)
    await build_copy(hub.url, projection_named(VIEW), name, then)

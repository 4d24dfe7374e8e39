"""The orders of a school in a list, as they stand or as a copy has them; copies and rebuilds."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.postgres.connection import connect
from adapters.postgres.copies import build_copy
from adapters.postgres.reads_as_of import as_of
from adapters.postgres.rebuild import Options, projection_named, rebuild
from tests.adapters.http_case import NOW, Answer, Hub
from tests.adapters.http_partners import BOOK, OTHER_SHOP, PORTAL, SHOP, token
from tests.adapters.http_stories import CONFIRMATIONS, confirmation, eck, entitled, ordered
from tests.adapters.wire_case import SCHOOL

pytestmark = pytest.mark.anyio

OPERATOR = token("anybody", "aanspraak.trace", "aanspraak.operate")
AT_SCHOOL = f"orders?orgMasterId={SCHOOL['organisationMasterIdentifier']}"
VIEW = "delivery_order_status"


async def test_the_orders_of_a_school_come_in_pages(hub: Hub) -> None:
    ids = {str((await ordered(hub, eck(number))).order_id) for number in (1, 2, 3)}
    first = await _ask(hub, f"{AT_SCHOOL}&limit=2")
    following = first.headers["Link"].removeprefix("</trace/v1/").partition(">")[0]
    last = await _ask(hub, following)
    assert "Link" not in last.headers
    listed = [*first.json["orders"], *last.json["orders"]]
    assert sorted(each["deliveryOrderId"] for each in listed) == sorted(ids)
    assert "asOf" not in first.json
    assert (await _get(hub, f"orders?productId={BOOK}"))["orders"] != []
    assert (await _get(hub, "orders?orgMasterId=999Z999"))["orders"] == []
    assert (await _ask(hub, "orders")).status == 400


async def test_a_shop_lists_its_own_orders(hub: Hub) -> None:
    await ordered(hub, eck(1))
    for shop, orders in ((SHOP, 1), (OTHER_SHOP, 0)):
        found = await _get(hub, AT_SCHOOL, token(shop, "aanspraak.trace"))
        assert len(found["orders"]) == orders


async def test_a_list_out_of_a_copy_says_as_of_when_it_is(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    position = (await hub.facts())[-1].position
    await _copied(hub, "autumn", position)
    await hub.call(PORTAL, "PUT", CONFIRMATIONS, confirmation(asked))
    await hub.catch_up()
    (now,) = (await _get(hub, AT_SCHOOL))["orders"]
    copied = await _get(hub, f"{AT_SCHOOL}&copy=autumn")
    (then,) = copied["orders"]
    assert (now["status"], then["status"]) == ("link-placed", "set-ready")
    assert (copied["copy"], copied["asOf"]["position"]) == ("autumn", position)
    alone = await _get(hub, f"orders/{asked.order_id}?asOf={position}")
    for order in (alone, then):
        order["partners"].sort(key=lambda each: str(each["partner"]))
    assert {name: alone[name] for name in then} == then
    (listed,) = await _get(hub, "copies")
    assert (listed["copy"], listed["readable"], listed["views"]) == ("autumn", True, {VIEW: 1})


async def test_a_copy_is_for_operators_and_has_what_was_built_in_it(hub: Hub) -> None:
    await ordered(hub, eck(1))
    await _copied(hub, "autumn", (await hub.facts())[-1].position)
    assert (await _ask(hub, f"{AT_SCHOOL}&copy=spring")).status == 404
    of_a_shop = token(SHOP, "aanspraak.trace")
    assert (await _ask(hub, f"{AT_SCHOOL}&copy=autumn", of_a_shop)).status == 404
    assert await _get(hub, "copies", of_a_shop) == []


async def test_what_a_rebuild_would_change_is_there_at_once(hub: Hub) -> None:
    await ordered(hub, eck(1))
    async with await connect(hub.url, "test") as conn:
        await conn.execute(f"UPDATE view.{VIEW} SET status = 'cancelled'".encode())
    await rebuild(hub.url, projection_named(VIEW), options=Options(dry_run=True))
    (told,) = await _get(hub, "rebuilds")
    assert (told["view"], told["dryRun"], told["change"]) == (VIEW, True, 1)
    assert told["examples"][0]["fields"] == {"status": ["cancelled", "ordered"]}
    assert await _get(hub, "rebuilds", token(SHOP, "aanspraak.trace")) == []


async def _copied(hub: Hub, name: str, position: int) -> None:
    async with await connect(hub.url, "test") as conn:
        then = await as_of(conn, str(position), NOW)
    await build_copy(hub.url, projection_named(VIEW), name, then)


async def _get(hub: Hub, path: str, bearer: str = OPERATOR) -> Any:  # noqa: ANN401 - JSON
    answer = await _ask(hub, path, bearer)
    assert answer.status == 200, answer.body
    return answer.json


async def _ask(hub: Hub, path: str, bearer: str = OPERATOR) -> Answer:
    headers = {"Authorization": f"Bearer {bearer}"}
    return await hub.call(None, "GET", f"/trace/v1/{path}", **headers)

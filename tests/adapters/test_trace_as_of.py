"""GET /trace/v1/...?asOf=: what was known then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from aanspraak.domain.recorded import Recorded
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import OTHER_SHOP, PORTAL, SHOP
from tests.adapters.http_stories import CONFIRMATIONS, Ordered, confirmation, eck, entitled
from tests.adapters.numbers_case import traced

pytestmark = pytest.mark.anyio


async def test_an_order_is_shown_as_it_stood(hub: Hub) -> None:
    asked, then = await _placed_since(hub)
    path = f"/orders/{asked.order_id}"
    assert (await traced(hub, path, SHOP)).json["status"] == "link-placed"
    stood = (await traced(hub, f"{path}?asOf={then.position}", SHOP)).json
    assert stood["status"] == "set-ready"
    assert [each["kind"] for each in stood["waitingOn"]] == ["link"]
    hub.clock.at = then.recorded_at + timedelta(minutes=1)
    moment = quote(then.recorded_at.isoformat())
    assert (await traced(hub, f"{path}?asOf={moment}", SHOP)).json == stood


async def test_a_timeline_ends_then(hub: Hub) -> None:
    asked, then = await _placed_since(hub)
    for path in (f"orders/{asked.order_id}", f"entitlements/{asked.entitlement_id}"):
        whole = (await traced(hub, f"/{path}/timeline", SHOP)).json
        told = (await traced(hub, f"/{path}/timeline?asOf={then.position}", SHOP)).json
        assert (whole["status"], told["status"]) == ("link-placed", "set-ready")
        assert told["entries"] == whole["entries"][: len(told["entries"])]
        assert 0 < len(told["entries"]) < len(whole["entries"])


async def test_what_was_not_there_yet_is_not_found(hub: Hub) -> None:
    asked, _ = await _placed_since(hub)
    for path in (
        f"orders/{asked.order_id}",
        f"orders/{asked.order_id}/timeline",
        f"entitlements/{asked.entitlement_id}/timeline",
    ):
        assert (await traced(hub, f"/{path}?asOf=1", SHOP)).status == 404


async def test_another_partner_sees_nothing_of_then_either(hub: Hub) -> None:
    asked, then = await _placed_since(hub)
    path = f"/orders/{asked.order_id}?asOf={then.position}"
    assert (await traced(hub, path, OTHER_SHOP)).status == 404


@pytest.mark.parametrize("given", ["soon", "2026-09-01T08:30:00", "2999-01-01T00:00:00Z", "0"])
async def test_what_is_no_moment_is_refused_naming_the_field(hub: Hub, given: str) -> None:
    asked, _ = await _placed_since(hub)
    answer = await traced(hub, f"/orders/{asked.order_id}?asOf={given}", SHOP)
    assert (answer.status, answer.code) == (400, 11)
    assert "asOf must be a past moment with its zone" in answer.body.decode()


async def _placed_since(hub: Hub) -> tuple[Ordered, Recorded]:
    """An order whose link was placed after the fact that is given."""
    asked: Any = await entitled(hub, eck(1))
    then = (await hub.facts())[-1]
    await hub.call(PORTAL, "PUT", CONFIRMATIONS, confirmation(asked))
    await hub.catch_up()
    return asked, then

"""PUT /deliveryorders: what is taken, what is refused, and what is kept of it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.adapters.http_case import ORDERS, SHOP, Hub, eck, order

pytestmark = pytest.mark.anyio


async def test_an_order_is_taken_and_becomes_entitlements(hub: Hub) -> None:
    answer = await hub.call(SHOP, "PUT", ORDERS, order(eck(1), eck(2)))
    await hub.catch_up()
    assert (answer.status, answer.body) == (202, b"")
    assert answer.headers["API-Version"] == "2.0.0"
    assert len(await hub.facts("EntitlementCreated")) == 2

"""/ops/v1/orders: under a contract that pays first an order waits until it is released."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.adapters.http_case import Hub
from tests.adapters.http_partners import BOOK, SHOP
from tests.adapters.http_stories import ORDERS, eck, order
from tests.adapters.numbers_case import TRACING, operated, traced

pytestmark = pytest.mark.anyio

PAY_FIRST = "C-12"


async def _ordered(hub: Hub, **changed: Any) -> str:  # noqa: ANN401 - fields of the message
    """An order under a contract that pays first; it gives the id."""
    await operated(hub, "PUT", f"/contracts/{PAY_FIRST}", {"release": "manual"})
    await hub.catch_up()
    message = order(eck(1), eck(2), contractId=PAY_FIRST, **changed)
    assert (await hub.call(SHOP, "PUT", ORDERS, message)).status == 202
    await hub.catch_up()
    return str(message["deliveryOrder"]["deliveryOrderId"])


async def test_it_waits_and_everybody_can_see_that(hub: Hub) -> None:
    waiting = await _ordered(hub)
    trace = (await traced(hub, f"/orders/{waiting}", SHOP)).json
    assert (trace["status"], trace["orderStatus"]) == ("held", "ordered")
    assert trace["waitingOn"] == []
    (held,) = (await operated(hub, "GET", f"/orders/held?contractId={PAY_FIRST}")).json
    assert (held["deliveryOrderId"], held["shop"], held["ordered"]) == (waiting, SHOP, 2)
    assert (held["productId"], held["school"]) == (BOOK, "104A158")
    assert (await operated(hub, "GET", "/orders/held?contractId=another")).json == []
    assert await hub.facts("EntitlementCreated", "RegistryRequested") == []


async def test_released_it_goes_its_way_once(hub: Hub) -> None:
    waiting = await _ordered(hub)
    answer = await operated(hub, "POST", f"/orders/{waiting}/release")
    assert answer.json == {"deliveryOrderId": waiting, "outcome": "released"}
    again = await operated(hub, "POST", f"/orders/{waiting}/release")
    assert again.json["outcome"] == "unchanged"
    await hub.catch_up()
    assert len(await hub.facts("RegistryRequested")) == 2
    assert (await traced(hub, f"/orders/{waiting}")).json["status"] == "received"
    assert (await operated(hub, "GET", "/orders/held")).json == []
    (fact,) = await hub.facts("DeliveryOrderReleased")
    event: Any = fact.event
    assert fact.actor.startswith("operator:")
    assert await hub.services.vault.read_text(event.reason_id) == "as agreed by telephone"


async def test_its_timeline_says_that_it_was_released(hub: Hub) -> None:
    waiting = await _ordered(hub)
    await operated(hub, "POST", f"/orders/{waiting}/release")
    await hub.catch_up()
    entries = (await traced(hub, f"/orders/{waiting}/timeline")).json["entries"]
    assert "order-released" in [entry["what"] for entry in entries]


async def test_the_rules_are_those_of_the_moment_it_came(hub: Hub) -> None:
    waiting = await _ordered(hub)
    await operated(hub, "PUT", f"/contracts/{PAY_FIRST}", {"release": "automatic"})
    await hub.catch_up()
    assert (await traced(hub, f"/orders/{waiting}")).json["status"] == "held"


async def test_what_happens_when_it_is_full_goes_with_the_order(hub: Hub) -> None:
    await operated(hub, "PUT", f"/contracts/{PAY_FIRST}", {"onFull": "withdraw"})
    await hub.catch_up()
    for contract in (PAY_FIRST, "C-1"):
        await hub.call(SHOP, "PUT", ORDERS, order(eck(1), contractId=contract))
    received: list[Any] = [fact.event for fact in await hub.facts("DeliveryOrderReceived")]
    assert [(event.on_full, event.held) for event in received] == [
        ("withdraw", False),
        ("keep", False),
    ]


async def test_what_never_waited_and_what_nobody_knows_is_not_released(hub: Hub) -> None:
    message = order(eck(1), contractId="C-1")
    await hub.call(SHOP, "PUT", ORDERS, message)
    never = UUID(message["deliveryOrder"]["deliveryOrderId"])
    assert (await operated(hub, "POST", f"/orders/{never}/release")).status == 409
    assert (await operated(hub, "POST", f"/orders/{uuid4()}/release")).status == 404
    assert (await operated(hub, "POST", f"/orders/{never}/release", {}, TRACING)).status == 403

"""What a sandbox shop sends, and what it makes of the answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from adapters.wire.delivery_v2 import DeliveryOrderConfirmation
from adapters.wire.message import DeliveryOrderStatus
from adapters.wire.outgoing import encode
from tests.adapters.sandbox_case import Stage, playing
from tests.adapters.wire_case import ORDER_ID, REFERENCE_ID, body, order_request

if TYPE_CHECKING:
    from pathlib import Path

CONFIRMATIONS = "/delivery/v2/deliveryorders/confirmations"


def confirmation(
    new_status: DeliveryOrderStatus | None = "processed", *, order: str = ORDER_ID
) -> DeliveryOrderConfirmation:
    return DeliveryOrderConfirmation(
        delivery_order_reference_id=UUID(REFERENCE_ID),
        delivery_order_receive_id=uuid4(),
        delivery_order_id=UUID(order),
        product_id="p",
        processed_timestamp=datetime.now(UTC),
        success=new_status is not None,
        status=0 if new_status else 4111,
        new_status=new_status,
    )


async def latest(stage: Stage, order: str) -> tuple[int, object]:
    headers = {"Authorization": f"Bearer {stage.token}"}
    url = f"{stage.url}/delivery/v2/deliveryorders/{order}"
    async with stage.session.get(url, headers=headers) as answer:
        assert answer.headers["API-Version"] == "2.0.0"
        return answer.status, (await answer.json()).get("status")


async def test_an_order_is_sent_as_it_is_given() -> None:
    async with playing("shop") as stage:
        status, ids = await stage.control("POST", "order", order_request())
        assert (status, ids["deliveryOrderReferenceId"]) == (202, REFERENCE_ID)
        [request] = await stage.hub.has(1)
        assert str(request.delivery_order.delivery_order_id) == ORDER_ID
        effects = await stage.settled()
        assert (effects["orders"], effects["answers"]) == (1, {"202": 1})


async def test_a_confirmation_counts_once_whatever_it_is_called() -> None:
    processed, licensed = confirmation(), confirmation("licensed")
    async with playing("shop") as stage:
        await stage.control("POST", "order", order_request())
        for each in (processed, processed, licensed):
            assert (await stage.put(CONFIRMATIONS, encode(each)))[0] == 202

        effects = await stage.effects()

        assert (effects["receipts"], effects["effects"], effects["repeats"]) == (3, 2, 1)
        assert effects["confirmed"] == {"processed": 1, "licensed": 1}
        assert await latest(stage, ORDER_ID) == (200, "licensed")
        [order] = (await stage.control("GET", "orders"))[1]
        assert [each["receipts"] for each in order["confirmations"]] == [2, 1]


async def test_a_refusal_leaves_the_order_as_it_was() -> None:
    async with playing("shop") as stage:
        await stage.control("POST", "order", order_request())
        await stage.put(CONFIRMATIONS, encode(confirmation(None)))
        assert (await stage.effects())["confirmed"] == {"refused": 1}
        assert await latest(stage, ORDER_ID) == (200, "ordered")
        [received] = (await stage.control("GET", "received"))[1]
        assert received["status"] == 4111


async def test_a_confirmation_of_an_order_never_sent_is_taken_and_changes_nothing() -> None:
    async with playing("shop") as stage:
        assert (await stage.put(CONFIRMATIONS, encode(confirmation())))[0] == 202
        assert (await stage.effects())["effects"] == 0
        assert (await stage.put(CONFIRMATIONS, b"{}"))[0] == 400
        assert (await latest(stage, str(uuid4())))[0] == 404


async def test_the_orders_of_a_file_are_sent_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "orders.json"
    other = order_request(deliveryOrderId=str(uuid4()))
    file.write_bytes(body([order_request(), {"deliveryOrder": other["deliveryOrder"]}]))
    async with playing("shop", orders=file) as stage:
        requests = await stage.hub.has(2)
        assert len({request.delivery_order_reference_id for request in requests}) == 2


async def test_an_order_may_be_sent_twice() -> None:
    async with playing("shop", times=2) as stage:
        await stage.control("POST", "order", order_request())
        first, second = await stage.hub.has(2)
        assert first == second


async def test_the_answers_of_the_hub_are_kept() -> None:
    async with playing("shop") as stage:
        stage.hub.status = 400
        await stage.control("POST", "order", order_request())
        await stage.hub.has(0, refused=1)
        stage.hub.status = 202
        await stage.control("POST", "order", order_request())
        await stage.hub.has(1)
        assert (await stage.settled())["answers"] == {"400": 1, "202": 1}

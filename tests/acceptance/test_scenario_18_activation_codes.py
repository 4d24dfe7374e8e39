"""Scenario 18: activation codes, asked of a registry, sold once, ordered, used, and revoked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from adapters.sandbox.orders import code_order
from tests.acceptance.conftest import BOOK, facts, until

if TYPE_CHECKING:
    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

SCHOOL = "104A158"


async def test_from_the_registry_into_stock_to_a_shop_and_into_use_or_revoked(
    start_chain: StartChain, database_url: str
) -> None:
    async with start_chain(codes=("uitgever",)) as chain:
        assert "asked" in await chain.verb("codes", "request", BOOK, "--quantity", "6")
        await _in_stock(chain, unused=6)
        once = str(uuid4())
        sold = await _taken(chain, 2, once)
        assert await _taken(chain, 2, once) == sold
        used, cancelled = (code_order(SCHOOL, BOOK, [code]) for code in sold)
        await _ordered(chain, used, cancelled)

        await _activate(chain, used)
        await _becomes(chain, used, "in-use")
        await _refused(chain, code_order(SCHOOL, BOOK, [sold[0].lower()]), 4151)

        await _cancel(chain, cancelled)
        await _in_stock(chain, unused=4, takenOut=2, revoked=1)
        assert await chain.sandbox("uitgever", "GET", "codes") == {"given": 6, "revoked": 1}
        await _refused(chain, code_order(SCHOOL, BOOK, [sold[1]]), 4152)

        await _the_rest_goes_out_at_the_terminal(chain, sold)
    assert not any(code in repr(facts(database_url)) for code in sold)


async def test_codes_the_hub_never_saw_and_a_publisher_that_did_not_agree(
    start_chain: StartChain,
) -> None:
    """A shop may have codes from the registry itself; a portal gets what the order names it for."""
    without = code_order(SCHOOL, BOOK, ["SHOP-00001"])
    named = replace(code_order(SCHOOL, BOOK, ["SHOP-00002"]), portals=("portaal",))
    async with start_chain(overdue_seconds="1") as chain:
        told = await chain.verb("codes", "request", BOOK, "--quantity", "4")
        assert "has not agreed" in told
        assert await chain.operate("GET", "/codes/stock") == []
        await _ordered(chain, without)
        await _send(chain, named)
        await _becomes(chain, named, "link-placed")
        assert (await chain.sandbox("portaal", "GET", "effects"))["effects"] == 1
        kinds = {each["kind"] for each in await chain.get("/trace/v1/incidents")}
        assert not any("overdue" in kind for kind in kinds)


async def _the_rest_goes_out_at_the_terminal(chain: Chain, sold: list[str]) -> None:
    wanted = ("--quantity", "4", "--order", str(uuid4()))
    rest = (await chain.verb("codes", "take", BOOK, *wanted)).split()
    assert len({*rest, *sold}) == 6
    assert "fewer unused" in await chain.verb("codes", "take", BOOK, *wanted)
    assert BOOK in await chain.verb("codes", "stock")


async def _taken(chain: Chain, quantity: int, request_id: str) -> list[str]:
    body = {
        "productId": BOOK,
        "quantity": quantity,
        "deliveryOrderId": "24e39454-5360-4ba4-819f-03e59b8dd679",
        "requestId": request_id,
    }
    codes: list[str] = (await chain.operate("POST", "/codes/take", body))["activationCodes"]
    assert len(codes) == quantity
    return codes


async def _in_stock(chain: Chain, **counted: int) -> None:
    def as_counted(stock: Any) -> bool:  # noqa: ANN401 - JSON
        return bool(stock) and counted.items() <= stock[0].items()

    await until(lambda: chain.operate("GET", "/codes/stock"), as_counted, seconds=60)


async def _ordered(chain: Chain, *orders: Order) -> None:
    for order in orders:
        await _send(chain, order)
    for order in orders:
        await _becomes(chain, order, "set-ready")


async def _send(chain: Chain, order: Order) -> None:
    await chain.sandbox("winkel", "POST", "order", order.request())


async def _cancel(chain: Chain, order: Order) -> None:
    """Everything as it was, but for the status; under a reference id of its own."""
    request: dict[str, Any] = replace(order, reference_id=uuid4()).request("cancelled")
    request["deliveryOrder"]["endDate"] = "2026-09-01"
    await chain.sandbox("winkel", "POST", "order", request)
    await _becomes(chain, order, "cancelled")


async def _refused(chain: Chain, order: Order, code: int) -> None:
    """The shop is told why."""
    await _send(chain, order)

    def has_the_code(orders: Any) -> bool:  # noqa: ANN401 - JSON
        return f'"status": {code}' in repr(orders).replace("'", '"')

    await until(lambda: chain.sandbox("winkel", "GET", "orders"), has_the_code, seconds=60)


async def _activate(chain: Chain, order: Order) -> None:
    which = {"deliveryOrderId": str(order.delivery_order_id)}
    await chain.sandbox("uitgever", "POST", "activate", which)


async def _becomes(chain: Chain, order: Order, status: str) -> None:
    await until(
        lambda: chain.trace(order.delivery_order_id),
        lambda trace: bool(trace and trace["status"] == status),
        seconds=60,
        about=status,
    )

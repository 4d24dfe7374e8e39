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


async def test_from_the_registry_into_stock_to_a_shop_and_into_use(
    start_chain: StartChain, database_url: str
) -> None:
    async with start_chain(codes=("uitgever",)) as chain:
        told = await chain.verb("codes", "request", BOOK, "--quantity", "4")
        assert "asked" in told
        await _in_stock(chain, unused=4)
        codes = await _taken(chain, 2)
        order = code_order(SCHOOL, BOOK, codes)
        await _send(chain, order)
        await _becomes(chain, order, "set-ready")
        await _activate(chain, order)
        await _becomes(chain, order, "in-use")
        await _in_stock(chain, unused=2, takenOut=2)
        assert BOOK in await chain.verb("codes", "stock")
        for code in codes:
            assert code not in repr(facts(database_url))


async def test_the_same_request_gives_the_same_codes_and_another_gives_others(
    start_chain: StartChain,
) -> None:
    async with start_chain(codes=("uitgever",)) as chain:
        await chain.verb("codes", "request", BOOK, "--quantity", "3")
        await _in_stock(chain, unused=3)
        once = str(uuid4())
        first, again = [await _taken(chain, 2, once) for _ in range(2)]
        assert first == again
        wanted = ("--quantity", "1", "--order", str(uuid4()))
        (last,) = (await chain.verb("codes", "take", BOOK, *wanted)).split()
        assert last not in first
        assert "fewer unused" in await chain.verb("codes", "take", BOOK, *wanted)


async def test_a_publisher_that_did_not_agree_is_not_asked(start_chain: StartChain) -> None:
    async with start_chain() as chain:
        told = await chain.verb("codes", "request", BOOK, "--quantity", "4")
        assert "has not agreed" in told
        assert await chain.operate("GET", "/codes/stock") == []


async def test_only_a_portal_that_the_order_names_gets_the_code(start_chain: StartChain) -> None:
    """Codes the hub never saw: a shop may have them from the registry itself."""
    without = code_order(SCHOOL, BOOK, ["SHOP-00001"])
    named = replace(code_order(SCHOOL, BOOK, ["SHOP-00002"]), portals=("portaal",))
    async with start_chain(overdue_seconds="1") as chain:
        await _send(chain, without)
        await _becomes(chain, without, "set-ready")
        await _send(chain, named)
        await _becomes(chain, named, "link-placed")
        assert (await chain.sandbox("portaal", "GET", "effects"))["effects"] == 1
        assert await chain.get("/trace/v1/incidents") == []


async def test_a_code_that_is_revoked_is_revoked_at_the_registry(start_chain: StartChain) -> None:
    async with start_chain(codes=("uitgever",)) as chain:
        await chain.verb("codes", "request", BOOK, "--quantity", "2")
        await _in_stock(chain, unused=2)
        (code,) = await _taken(chain, 1)
        body = {"productId": BOOK, "activationCodes": [code]}
        (told,) = await chain.operate("POST", "/codes/revoke", body)
        assert told == {"place": 0, "outcome": "asked"}
        await _in_stock(chain, revoked=1, unused=1)
        assert await chain.sandbox("uitgever", "GET", "codes") == {"given": 2, "revoked": 1}


async def _taken(chain: Chain, quantity: int, request_id: str = "") -> list[str]:
    body = {
        "productId": BOOK,
        "quantity": quantity,
        "deliveryOrderId": "24e39454-5360-4ba4-819f-03e59b8dd679",
        "requestId": request_id or str(uuid4()),
    }
    codes: list[str] = (await chain.operate("POST", "/codes/take", body))["activationCodes"]
    assert len(codes) == quantity
    return codes


async def _in_stock(chain: Chain, **counted: int) -> None:
    def as_counted(stock: Any) -> bool:  # noqa: ANN401 - JSON
        return bool(stock) and counted.items() <= stock[0].items()

    await until(lambda: chain.operate("GET", "/codes/stock"), as_counted, seconds=60)


async def _send(chain: Chain, order: Order) -> None:
    await chain.sandbox("winkel", "POST", "order", order.request())


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

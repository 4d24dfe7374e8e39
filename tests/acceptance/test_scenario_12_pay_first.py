"""Scenario 12: an order under a contract that pays first waits, visibly, until it is released."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.sandbox.orders import student_order
from tests.acceptance.conftest import BOOK, facts, until

if TYPE_CHECKING:
    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

PAY_FIRST = "C-12"


async def test_nothing_goes_out_before_it_was_paid(
    start_chain: StartChain, database_url: str
) -> None:
    async with start_chain() as chain:
        await _pay_first(chain)
        paid, unpaid = _order(range(3)), _order(range(3, 5))
        free = _order(range(5, 6), contract_id="C-13")
        for order in (paid, unpaid, free):
            await chain.sandbox("winkel", "POST", "order", order.request())
        await _becomes(chain, free, "link-placed")
        for order in (paid, unpaid):
            trace = await _becomes(chain, order, "held")
            assert (trace["orderStatus"], trace["waitingOn"]) == ("ordered", [])
        assert await _held(chain) == {str(paid.delivery_order_id), str(unpaid.delivery_order_id)}
        assert str(paid.delivery_order_id) in await chain.verb("order", "held")
        assert _made_for(database_url, paid) == _made_for(database_url, unpaid) == 0

        said = await chain.verb(
            "order", "release", str(paid.delivery_order_id), "--reason", "invoice 7 was paid"
        )
        assert "released" in said
        await _becomes(chain, paid, "link-placed")
        assert _made_for(database_url, paid) == 3
        assert await _held(chain) == {str(unpaid.delivery_order_id)}

        done = await chain.operate("POST", f"/orders/{unpaid.delivery_order_id}/release")
        assert done["outcome"] == "released"
        await _becomes(chain, unpaid, "link-placed")
        assert await _held(chain) == set()
        assert "invoice" not in str(facts(database_url))


async def test_an_order_that_waits_is_cancelled_at_once(
    start_chain: StartChain, database_url: str
) -> None:
    async with start_chain() as chain:
        await _pay_first(chain)
        order = _order(range(3))
        await chain.sandbox("winkel", "POST", "order", order.request())
        await _becomes(chain, order, "held")
        await chain.sandbox("winkel", "POST", "order", _cancel(order))
        await _becomes(chain, order, "cancelled")
        assert _made_for(database_url, order) == 0
        assert (await chain.sandbox("uitgever", "GET", "effects"))["effects"] == 0
        refused = await chain.verb(
            "order", "release", str(order.delivery_order_id), "--reason", "too late"
        )
        assert "cancelled" in refused.lower()
        assert await _held(chain) == set()


async def _pay_first(chain: Chain) -> None:
    """Set the rule, and wait until orders are taken on it."""
    said = await chain.verb("contract", "set", PAY_FIRST, "--release", "manual")
    assert "taken" in said
    await until(
        lambda: chain.operate("GET", f"/contracts/{PAY_FIRST}"),
        lambda rules: bool(rules["release"] == "manual"),
        seconds=30,
    )


async def _held(chain: Chain) -> set[str]:
    held = await chain.operate("GET", f"/orders/held?contractId={PAY_FIRST}")
    return {each["deliveryOrderId"] for each in held}


async def _becomes(chain: Chain, order: Order, status: str) -> Any:  # noqa: ANN401 - JSON
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return await chain.trace(order.delivery_order_id)

    return await until(ask, lambda trace: bool(trace and trace["status"] == status), seconds=60)


def _made_for(url: str, order: Order) -> int:
    return sum(
        topic == "entitlement.created" and data["delivery_order_id"] == str(order.delivery_order_id)
        for _stream, _version, topic, data in facts(url)
    )


def _cancel(order: Order) -> dict[str, object]:
    request = order.request("cancelled")
    message: Any = request["deliveryOrder"]
    message["endDate"] = "2027-07-31"
    return {**request, "deliveryOrderReferenceId": str(order.delivery_order_id)}


def _order(pupils: range, contract_id: str = PAY_FIRST) -> Order:
    return student_order("104A158", BOOK, pupils, portals=("portaal",), contract_id=contract_id)

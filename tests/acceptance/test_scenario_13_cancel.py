"""A shop cancels: refused when somebody uses it, done when nobody does, and put back when half."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.sandbox.orders import student_order
from tests.acceptance.conftest import BOOK, until

if TYPE_CHECKING:
    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

END = {"status": "cancelled", "endDate": "2026-12-01"}


async def test_nobody_uses_it_so_registry_portal_and_order_are_cancelled_in_that_order(
    start_chain: StartChain,
) -> None:
    async with start_chain() as chain:
        order = await _delivered(chain, range(30))
        await _cancel(chain, order)
        trace = await _becomes(chain, order, "cancelled")
        assert trace["orderStatus"] == "cancelled"
        await _told(chain, {"processed": 1, "cancelled": 1})
        shown = await _entitlements(chain, order)
        assert {each["entitlementStatus"] for each in shown} == {"cancelled"}
        assert {each["endDate"] for each in shown} == {"2026-12-01"}
        await _links(chain, 0)

        await _cancel(chain, order)
        await _told(chain, {"processed": 1, "cancelled": 2})


async def test_somebody_uses_it_so_it_is_refused_and_nobody_loses_anything(
    start_chain: StartChain,
) -> None:
    async with start_chain() as chain:
        order = await _delivered(chain, range(10))
        await chain.sandbox("uitgever", "POST", "activate", {"count": 2})
        await _becomes(chain, order, "in-use")
        await until(lambda: _in_use(chain, order), lambda number: number == 2, about="in use")
        await _cancel(chain, order)
        await _told(chain, {"processed": 1, "licensed": 1, "refused": 1})
        refusal = await _last_answer(chain, order)
        assert (refusal["success"], refusal["status"]) == (False, 4142)
        assert refusal["statusMessage"].endswith("2 in use")
        await _links(chain, 10)


async def test_activated_at_the_registry_without_a_word_all_is_put_back_in_a_next_turn(
    start_chain: StartChain,
) -> None:
    async with start_chain() as chain:
        order = await _delivered(chain, range(10))
        unreported = {"count": 1, "report": False}
        await chain.sandbox("uitgever", "POST", "activate", unreported)
        await _cancel(chain, order)
        await _told(chain, {"processed": 1, "refused": 1})

        async def living() -> list[str]:
            shown = await _entitlements(chain, order)
            return sorted(each["entitlementStatus"] for each in shown)

        expected = ["cancelled"] * 9 + ["entitled"] * 10
        await until(living, lambda statuses: statuses == expected, seconds=60, about="statuses")
        await _links(chain, 10)
        await _becomes(chain, order, "link-placed")

        again = {"count": 1, "again": True, "deliveryOrderId": str(order.delivery_order_id)}
        await chain.sandbox("uitgever", "POST", "activate", again)
        await until(lambda: _in_use(chain, order), lambda number: number == 1, about="in use")


async def test_a_cancel_before_its_order_wins(start_chain: StartChain) -> None:
    async with start_chain() as chain:
        order = student_order("104A158", BOOK, range(3), portals=("portaal",))
        first = order.request()
        await chain.sandbox("winkel", "POST", "order", order.again(**END))
        await _told(chain, {"refused": 1})
        await chain.sandbox("winkel", "POST", "order", first)
        await _told(chain, {"refused": 2})
        assert (await chain.sandbox("uitgever", "GET", "effects"))["receipts"] == 0


async def _delivered(chain: Chain, pupils: range) -> Order:
    order = student_order("104A158", BOOK, pupils, portals=("portaal",))
    await chain.sandbox("winkel", "POST", "order", order.request())
    await _becomes(chain, order, "link-placed")
    await _told(chain, {"processed": 1})
    return order


async def _cancel(chain: Chain, order: Order) -> None:
    await chain.sandbox("winkel", "POST", "order", order.again(**END))


async def _becomes(chain: Chain, order: Order, status: str) -> Any:  # noqa: ANN401 - JSON
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return await chain.trace(order.delivery_order_id)

    return await until(ask, lambda trace: bool(trace and trace["status"] == status), seconds=90)


async def _told(chain: Chain, expected: dict[str, int]) -> None:
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return (await chain.sandbox("winkel", "GET", "effects"))["confirmed"]

    await until(ask, lambda confirmed: confirmed == expected, seconds=60, about="confirmed")


async def _last_answer(chain: Chain, order: Order) -> Any:  # noqa: ANN401 - JSON
    orders = await chain.sandbox("winkel", "GET", "orders")
    (mine,) = (each for each in orders if each["deliveryOrderId"] == str(order.delivery_order_id))
    return mine["confirmations"][-1]


async def _entitlements(chain: Chain, order: Order) -> Any:  # noqa: ANN401 - JSON
    path = f"/entitlement/v1/entitlements/deliveryorder/{order.delivery_order_id}"
    return await chain.get(path, "winkel", "shop")


async def _in_use(chain: Chain, order: Order) -> int:
    trace = await chain.trace(order.delivery_order_id)
    return int(trace["counts"]["inUse"]) if trace else 0


async def _links(chain: Chain, expected: int) -> None:
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return (await chain.sandbox("portaal", "GET", "effects"))["links"]

    await until(ask, lambda links: links == expected, seconds=60, about="links")

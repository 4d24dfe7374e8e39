"""What stories ask a chain, over HTTP only, until it is as they expect."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.acceptance.conftest import until

if TYPE_CHECKING:
    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order


async def send(chain: Chain, message: dict[str, object], shop: str = "winkel") -> None:
    """A shop sends a DeliveryOrderRequest."""
    await chain.sandbox(shop, "POST", "order", message)


async def becomes(chain: Chain, order: Order, status: str) -> Any:  # noqa: ANN401 - JSON
    """The trace of an order, once it has this status."""

    async def ask() -> Any:  # noqa: ANN401 - JSON
        return await chain.trace(order.delivery_order_id)

    return await until(ask, lambda trace: bool(trace and trace["status"] == status), seconds=90)


async def told(chain: Chain, expected: dict[str, int], shop: str = "winkel") -> None:
    """A shop has these confirmations, by newStatus; `refused` are those without success."""

    async def ask() -> Any:  # noqa: ANN401 - JSON
        return (await chain.sandbox(shop, "GET", "effects"))["confirmed"]

    await until(ask, lambda confirmed: confirmed == expected, seconds=60, about="confirmed")


async def last_answer(chain: Chain, order: Order, shop: str = "winkel") -> Any:  # noqa: ANN401 - JSON
    """The newest DeliveryOrderConfirmation of an order."""
    orders = await chain.sandbox(shop, "GET", "orders")
    wanted = str(order.delivery_order_id)
    (mine,) = (each for each in orders if each["deliveryOrderId"] == wanted)
    return mine["confirmations"][-1]


async def entitlements(chain: Chain, order: Order, shop: str = "winkel") -> Any:  # noqa: ANN401 - JSON
    """The entitlements of an order as its shop reads them."""
    path = f"/entitlement/v1/entitlements/deliveryorder/{order.delivery_order_id}"
    return await chain.get(path, shop, "shop")


async def statuses(chain: Chain, order: Order, expected: dict[str, int]) -> None:
    """So many entitlements of the order have each entitlementStatus."""

    async def ask() -> str:
        shown = [each["entitlementStatus"] for each in await entitlements(chain, order)]
        return json.dumps({status: shown.count(status) for status in sorted(set(shown))})

    wanted = json.dumps(expected)
    await until(ask, lambda counted: counted == wanted, seconds=60, about="statuses")


async def links(chain: Chain, expected: int, portal: str = "portaal") -> None:
    """A portal shows so many links."""

    async def ask() -> Any:  # noqa: ANN401 - JSON
        return (await chain.sandbox(portal, "GET", "effects"))["links"]

    await until(ask, lambda shown: shown == expected, seconds=60, about="links")


async def in_use(chain: Chain, order: Order, expected: int) -> None:
    """So many entitlements of the order were ever activated and live."""

    async def ask() -> Any:  # noqa: ANN401 - JSON
        trace = await chain.trace(order.delivery_order_id)
        return trace["counts"]["inUse"] if trace else None

    await until(ask, lambda number: number == expected, seconds=60, about="in use")

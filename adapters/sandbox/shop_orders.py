"""The orders of a sandbox shop: what was sent, what the hub answered, what it confirmed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from adapters.sandbox.messages import DeliveryOrderRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.wire.delivery_v2 import DeliveryOrderConfirmation


@dataclass(slots=True)
class Confirmed:
    """A confirmation, and how often it came."""

    confirmation: DeliveryOrderConfirmation
    at: datetime
    receipts: int = 1


@dataclass(slots=True)
class ShopOrder:
    """An order as it was last sent."""

    order: dict[str, Any]
    sent_at: datetime
    requests: int = 0
    answers: list[int] = field(default_factory=list)
    confirmations: dict[UUID, Confirmed] = field(default_factory=dict)


class ShopOrders:
    """Orders by their id; in memory, and gone with the process."""

    def __init__(self) -> None:
        self._orders: dict[str, ShopOrder] = {}
        self._differing: dict[str, dict[str, Any] | None] = {}

    def sent(self, request: DeliveryOrderRequest) -> ShopOrder:
        """Note that an order is sent (again)."""
        order = self._orders.setdefault(order_id(request), ShopOrder({}, datetime.now(UTC)))
        order.order = request.delivery_order
        order.requests += 1
        return order

    def confirmed(self, confirmation: DeliveryOrderConfirmation) -> None:
        """Note a confirmation, a repeat by its receive id.

        One for an order never sent from here is taken too: somebody tries the hub in our name.
        """
        order = self._orders.get(str(confirmation.delivery_order_id))
        if order is None:
            return
        known = order.confirmations.get(confirmation.delivery_order_receive_id)
        if known is not None:
            known.receipts += 1
            return
        now = datetime.now(UTC)
        order.confirmations[confirmation.delivery_order_receive_id] = Confirmed(confirmation, now)

    def latest(self, delivery_order_id: str) -> dict[str, Any] | None:
        """The order as confirmed until now (Delivery API 2.0.0, DeliveryOrder)."""
        order = self._orders.get(delivery_order_id)
        differing = self._differing.get(delivery_order_id, {})
        if order is None or differing is None:
            return None
        latest = dict(order.order)
        for confirmed in order.confirmations.values():
            if confirmed.confirmation.success and confirmed.confirmation.new_status is not None:
                latest["status"] = confirmed.confirmation.new_status
        return {**latest, **differing}

    def under_contract(self, contract_id: str) -> list[dict[str, Any]]:
        """The orders of a contract, each as `latest` has it."""
        every = [self.latest(key) for key in self._orders]
        return [order for order in every if order and order.get("contractId") == contract_id]

    def make_differ(self, delivery_order_id: str, says: dict[str, Any] | None) -> None:
        """Show an order otherwise than it was sent; None: as if it had never been."""
        self._differing[delivery_order_id] = says

    def totals(self) -> dict[str, object]:
        """The counts a test or a summary asks for."""
        orders = self._orders.values()
        confirmed = [each for order in orders for each in order.confirmations.values()]
        receipts = sum(each.receipts for each in confirmed)
        return {
            "orders": len(orders),
            "answers": Counter(str(status) for order in orders for status in order.answers),
            "receipts": receipts,
            "effects": len(confirmed),
            "repeats": receipts - len(confirmed),
            "confirmed": Counter(_outcome(each.confirmation) for each in confirmed),
        }

    def shown(self) -> list[dict[str, object]]:
        """All orders, without the people in them."""
        return [
            {
                "deliveryOrderId": key,
                "productId": order.order.get("productId"),
                "sentAt": order.sent_at,
                "requests": order.requests,
                "answers": order.answers,
                "confirmations": [_shown(each) for each in order.confirmations.values()],
            }
            for key, order in self._orders.items()
        ]

    def received(self, delivery_order_id: str | None, limit: int) -> Iterator[dict[str, object]]:
        """The confirmations received, the latest order's first."""
        for key, order in reversed(self._orders.items()):
            for each in reversed(order.confirmations.values()):
                if limit <= 0:
                    return
                if delivery_order_id in {None, key}:
                    limit -= 1
                    yield _shown(each)


def order_id(request: DeliveryOrderRequest) -> str:
    """The order's id as it is given: a shop may be told to send nonsense."""
    return str(request.delivery_order.get("deliveryOrderId"))


def _outcome(confirmation: DeliveryOrderConfirmation) -> str:
    return confirmation.new_status or "none" if confirmation.success else "refused"


def _shown(confirmed: Confirmed) -> dict[str, object]:
    shown: dict[str, object] = msgspec.to_builtins(confirmed.confirmation)
    return {**shown, "receivedAt": confirmed.at, "receipts": confirmed.receipts}

"""Delivery API 2.0.0 as a shop provides it: its order, as far as it is compared with ours.

Who the order is for is not read: the hub has it, and what is not read cannot leak.
"""

from __future__ import annotations

from adapters.wire.message import DeliveryOrderStatus, Id, Key, Maybe, Message, Whole


class Quantity(Message):
    """What a specification of an open delivery type says of quantity."""

    total_quantity: Maybe[Whole] = None


class OrderAtShop(Message):
    """A DeliveryOrder as the shop shows it."""

    delivery_order_id: Id
    contract_id: Maybe[Key] = None
    status: DeliveryOrderStatus
    delivery_specification: Quantity

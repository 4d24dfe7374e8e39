"""Who is being waited for? Every message without its 202, or without a confirmation that is due."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from projections.delivery_order_status import DeliveryOrderStatus
from projections.entitlement_details import EntitlementDetails
from projections.side import Exchange

NAME: Final = "open_exchanges"
KEY: Final = ("stream_id", "partner", "number")


class OpenExchange(NamedTuple):
    """One message; `stream_id` is an entitlement, or the order itself for a confirmation."""

    stream_id: UUID
    partner: str
    number: int
    order_id: UUID
    kind: str
    asked: str
    lane: str
    refresh: bool
    given_up: bool
    asked_at: datetime
    taken_at: datetime | None


def rows_of_entitlement(row: EntitlementDetails) -> tuple[OpenExchange, ...]:
    """What the registry and the portals have not answered yet."""
    return tuple(
        [
            _open(row.entitlement_id, row.order_id, partner, exchange)
            for partner, side in row.sides.items()
            if side.open
            for exchange in side.open
        ]
    )


def rows_of_order(row: DeliveryOrderStatus) -> tuple[OpenExchange, ...]:
    """What the shop has not taken yet."""
    return tuple(
        [
            _open(row.order_id, row.order_id, row.shop or "", exchange)
            for exchange in row.shop_side.open
        ]
    )


def _open(stream_id: UUID, order_id: UUID, partner: str, exchange: Exchange) -> OpenExchange:
    return OpenExchange(
        stream_id,
        partner,
        exchange.number,
        order_id,
        exchange.kind,
        exchange.asked,
        exchange.lane,
        exchange.refresh,
        exchange.given_up,
        exchange.asked_at,
        exchange.taken_at,
    )

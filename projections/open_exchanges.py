"""Who is being waited for? Every message without its 202, or without a confirmation that is due."""

from __future__ import annotations

from collections.abc import Iterator
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


def rows_of_entitlement(row: EntitlementDetails) -> Iterator[OpenExchange]:
    """What the registry and the portals have not answered yet."""
    for partner, side in row.sides.items():
        for exchange in side.open:
            yield _open(row.entitlement_id, row.order_id, partner, exchange)


def rows_of_order(row: DeliveryOrderStatus) -> Iterator[OpenExchange]:
    """What the shop has not taken yet."""
    for exchange in row.shop_side.open:
        yield _open(row.order_id, row.order_id, row.shop or "", exchange)


def _open(stream_id: UUID, order_id: UUID, partner: str, exchange: Exchange) -> OpenExchange:
    return OpenExchange(
        stream_id=stream_id,
        partner=partner,
        number=exchange.number,
        order_id=order_id,
        kind=exchange.kind,
        asked=exchange.asked,
        lane=exchange.lane,
        refresh=exchange.refresh,
        given_up=exchange.given_up,
        asked_at=exchange.asked_at,
        taken_at=exchange.taken_at,
    )

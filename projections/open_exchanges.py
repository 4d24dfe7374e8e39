"""Who is being waited for? Every message without its 202, or without a confirmation that is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from projections.delivery_order_status import DeliveryOrderStatus
from projections.entitlement_details import EntitlementDetails
from projections.side import NOBODY, Exchange, Side

NAME: Final = "open_exchanges"
KEY: Final = ("stream_id", "partner", "number")

Key = tuple[UUID, str, int]


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


def change_of_entitlement(
    before: EntitlementDetails | None, after: EntitlementDetails
) -> tuple[list[OpenExchange], list[Key]]:
    """What the registry and the portals have not answered yet."""
    had = before.sides if before is not None else {}
    return _change(had, after.sides, after.entitlement_id, after.order_id)


def change_of_order(
    before: DeliveryOrderStatus | None, after: DeliveryOrderStatus
) -> tuple[list[OpenExchange], list[Key]]:
    """What its shop has not taken yet, or one whose request for it was refused."""
    had = before.shop_sides if before is not None else {}
    return _change(had, after.shop_sides, after.order_id, after.order_id)


def _change(
    had: Mapping[str, Side], has: Mapping[str, Side], stream_id: UUID, order_id: UUID
) -> tuple[list[OpenExchange], list[Key]]:
    written: list[OpenExchange] = []
    gone: list[Key] = []
    for partner, side in has.items():
        old = had.get(partner, NOBODY)
        if side is not old and (side.open or old.open):
            _compare(old.open, side.open, (stream_id, partner, order_id), written, gone)
    return written, gone


def _compare(
    had: Sequence[Exchange],
    has: Sequence[Exchange],
    where: tuple[UUID, str, UUID],
    written: list[OpenExchange],
    gone: list[Key],
) -> None:
    stream_id, partner, order_id = where
    written += [
        _open(stream_id, order_id, partner, exchange) for exchange in has if exchange not in had
    ]
    still_open = [exchange.number for exchange in has]
    gone += [
        (stream_id, partner, exchange.number)
        for exchange in had
        if exchange.number not in still_open
    ]


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

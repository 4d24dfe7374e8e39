"""Which order was a shop's reference id used for first? Reference ids are unique per shop."""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from aanspraak.domain.delivery_order.events import (
    CancellationRequested,
    DeliveryOrderReceived,
    DeliveryOrderRequestRefused,
    QuantityLowered,
    UnchangedRequestTaken,
)
from aanspraak.domain.recorded import Recorded

NAME: Final = "order_requests"
KEY: Final = ("shop", "reference_id")
_REQUESTS: Final = (
    DeliveryOrderReceived,
    DeliveryOrderRequestRefused,
    UnchangedRequestTaken,
    QuantityLowered,
    CancellationRequested,
)
ABOUT: Final[frozenset[type]] = frozenset(_REQUESTS)


class OrderRequest(NamedTuple):
    """The first request of a shop under this reference id; `position` says which was first."""

    shop: str
    reference_id: str
    order_id: UUID
    position: int


def keys(recorded: Recorded) -> tuple[tuple[str, str], ...]:
    """The request a fact is about."""
    event = recorded.event
    return ((event.shop, event.reference_id),) if isinstance(event, _REQUESTS) else ()


def fold(row: OrderRequest | None, recorded: Recorded) -> OrderRequest | None:
    """The first one counts, in whatever order the facts are read."""
    event = recorded.event
    if not isinstance(event, _REQUESTS) or (row and row.position <= recorded.position):
        return row
    return OrderRequest(
        shop=event.shop,
        reference_id=event.reference_id,
        order_id=recorded.stream_id,
        position=recorded.position,
    )

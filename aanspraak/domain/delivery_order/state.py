"""What we must remember of a DeliveryOrder in order to decide, and no more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from functools import reduce
from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.delivery_order.events import (
    CancellationRequested,
    ConfirmationGivenUp,
    ConfirmationIssued,
    ConfirmationRejected,
    ConfirmationTaken,
    DeliveryOrderCancellationRefused,
    DeliveryOrderCancelled,
    DeliveryOrderEvent,
    DeliveryOrderLicensed,
    DeliveryOrderProcessed,
    DeliveryOrderReceived,
    DeliveryOrderReleased,
    DeliveryOrderRequestRefused,
    DeliveryOrderUndelivered,
    QuantityLowered,
    ReferenceReused,
    UnchangedRequestTaken,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


class DeliveryOrderStatus(Enum):
    """The status of an order (Delivery API 2.0.0)."""

    ORDERED = "ordered"
    PROCESSED = "processed"
    LICENSED = "licensed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class DeliveryOrder:
    """An order as the rules see it; `received` is None while every request for it was refused.

    `requests` maps (shop, reference id) to the digest of its content, `confirmations` to the last
    answer; `cancels` keeps, per shop, how new the cancel was that came before its order.
    `issued_to` is the shop of each message, `rejected` are the numbers of those it would not take.
    `delivered` is how many entitlements the last delivery
    counted, None before there was one. `cancelling` are the requests for a cancellation that is
    under way. `quantities` are per study year, subject or group.
    """

    received: DeliveryOrderReceived | None = None
    last_modified: datetime | None = None
    held: bool = False
    total_quantity: int | None = None
    quantities: Mapping[str, int | None] = field(default_factory=dict)
    cancelling: tuple[CancellationRequested, ...] = ()
    status: DeliveryOrderStatus = DeliveryOrderStatus.ORDERED
    delivered: int | None = None
    refused: int = 0
    requests: Mapping[tuple[str, str], str] = field(default_factory=dict)
    cancels: Mapping[str, datetime] = field(default_factory=dict)
    reused: frozenset[tuple[str, str]] = frozenset()
    confirmations: Mapping[tuple[str, str], ConfirmationIssued] = field(default_factory=dict)
    issued_to: tuple[str, ...] = ()
    outcomes: frozenset[int] = frozenset()
    given_up: frozenset[int] = frozenset()
    rejected: frozenset[int] = frozenset()


def evolve(state: DeliveryOrder | None, event: DeliveryOrderEvent) -> DeliveryOrder:
    """Apply one fact. Total: a recorded fact is never refused."""
    order = state or DeliveryOrder()
    match event:
        case (
            DeliveryOrderReceived()
            | DeliveryOrderRequestRefused()
            | UnchangedRequestTaken()
            | QuantityLowered()
            | CancellationRequested()
        ):
            return _asked(order, event)
        case ReferenceReused():
            return replace(order, reused=order.reused | {(event.shop, event.reference_id)})
        case DeliveryOrderProcessed() | DeliveryOrderUndelivered() | DeliveryOrderLicensed():
            return _delivered(order, event)
        case DeliveryOrderCancelled():
            return replace(order, status=DeliveryOrderStatus.CANCELLED, cancelling=())
        case DeliveryOrderCancellationRefused():
            return replace(order, cancelling=())
        case DeliveryOrderReleased():
            return replace(order, held=False)
        case (
            ConfirmationIssued()
            | ConfirmationTaken()
            | ConfirmationRejected()
            | ConfirmationGivenUp()
        ):
            return _answered(order, event)
        case _:
            assert_never(event)


def replay(history: Iterable[DeliveryOrderEvent]) -> DeliveryOrder | None:
    """Fold a history; None when there is none."""
    start: DeliveryOrder | None = None
    return reduce(evolve, history, start)


def _asked(
    order: DeliveryOrder,
    event: DeliveryOrderReceived
    | DeliveryOrderRequestRefused
    | UnchangedRequestTaken
    | QuantityLowered
    | CancellationRequested,
) -> DeliveryOrder:
    request = (event.shop, event.reference_id)
    seen = replace(order, requests={**order.requests, request: event.request_digest})
    if isinstance(event, DeliveryOrderRequestRefused):
        return _refused(seen, event)
    newest = max(order.last_modified or event.date_last_modified, event.date_last_modified)
    seen = replace(seen, last_modified=newest)
    match event:
        case DeliveryOrderReceived():
            return _received(seen, event)
        case UnchangedRequestTaken():
            return seen
        case QuantityLowered():
            selected = event.selection
            quantities = dict(zip(selected, event.quantities, strict=True))
            return replace(seen, total_quantity=event.total_quantity, quantities=quantities)
        case CancellationRequested():
            return replace(seen, cancelling=(*order.cancelling, event))
        case _:
            assert_never(event)


def _received(order: DeliveryOrder, event: DeliveryOrderReceived) -> DeliveryOrder:
    return replace(
        order,
        received=event,
        held=event.held,
        total_quantity=event.total_quantity,
        quantities=dict(zip(event.selection, event.quantities, strict=True)),
    )


def _refused(order: DeliveryOrder, event: DeliveryOrderRequestRefused) -> DeliveryOrder:
    """Only a cancel that came before its order is remembered: it may overtake it."""
    if order.received is not None or event.wished_status != "cancelled":
        return order
    newest = max(order.cancels.get(event.shop, event.date_last_modified), event.date_last_modified)
    return replace(order, cancels={**order.cancels, event.shop: newest})


def _delivered(
    order: DeliveryOrder,
    event: DeliveryOrderProcessed | DeliveryOrderUndelivered | DeliveryOrderLicensed,
) -> DeliveryOrder:
    match event:
        case DeliveryOrderProcessed():
            processed = replace(order, delivered=event.delivered, refused=event.refused)
            if order.status is DeliveryOrderStatus.LICENSED:
                return processed
            return replace(processed, status=DeliveryOrderStatus.PROCESSED)
        case DeliveryOrderUndelivered():
            return replace(order, delivered=0, refused=event.refused)
        case DeliveryOrderLicensed():
            return replace(order, status=DeliveryOrderStatus.LICENSED)
        case _:
            assert_never(event)


def _answered(
    order: DeliveryOrder,
    event: ConfirmationIssued | ConfirmationTaken | ConfirmationRejected | ConfirmationGivenUp,
) -> DeliveryOrder:
    match event:
        case ConfirmationIssued():
            answers = {**order.confirmations, (event.shop, event.reference_id): event}
            return replace(order, confirmations=answers, issued_to=(*order.issued_to, event.shop))
        case ConfirmationTaken():
            return replace(order, outcomes=order.outcomes | {event.number})
        case ConfirmationRejected():
            outcomes, rejected = order.outcomes | {event.number}, order.rejected | {event.number}
            return replace(order, outcomes=outcomes, rejected=rejected)
        case ConfirmationGivenUp():
            return replace(order, given_up=order.given_up | {event.number})
        case _:
            assert_never(event)

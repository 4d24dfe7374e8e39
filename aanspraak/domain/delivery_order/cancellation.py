"""Cancelling an order: asked for, and done or refused when every entitlement has an outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.delivery_order.answer import Answer, answer_about, refusing
from aanspraak.domain.delivery_order.events import (
    CancellationRequested,
    DeliveryOrderCancellationRefused,
    DeliveryOrderCancelled,
    DeliveryOrderEvent,
)
from aanspraak.domain.delivery_order.request import request_digest
from aanspraak.domain.delivery_order.state import DeliveryOrder, DeliveryOrderStatus, evolve
from aanspraak.domain.errors import InUse, NothingDelivered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from aanspraak.domain.delivery_order.commands import EndCancellation, ReceiveDeliveryOrder
    from aanspraak.domain.delivery_order.events import DeliveryOrderReceived

    _Told = tuple[DeliveryOrderReceived | CancellationRequested, Answer]


def request_cancellation(
    command: ReceiveDeliveryOrder, order: DeliveryOrder
) -> tuple[DeliveryOrderEvent, ...]:
    """Refused once somebody uses it. What went to nobody, or is over, is cancelled at once.

    Asked again while it runs, it waits for what the registry says like the first time.
    """
    if order.status is DeliveryOrderStatus.LICENSED or command.in_use:
        raise InUse(f"{max(command.in_use, 1)} in use")
    today = day_of(command.now)
    is_over = today > command.activation_until_date and not order.cancelling
    requested = CancellationRequested(
        shop=command.shop,
        reference_id=command.reference_id,
        request_digest=request_digest(command),
        date_last_modified=command.date_last_modified,
        product_id=command.product_id,
        delivery_order_id=command.delivery_order_id,
        end_date=command.end_date or today,
        at_once=order.held or is_over,
    )
    if not requested.at_once:
        return (requested,)
    asked = evolve(order, requested)
    return (requested, *_cancelled(asked, requested.end_date, 0, command.now))


def end_cancellation(
    command: EndCancellation, order: DeliveryOrder
) -> tuple[DeliveryOrderEvent, ...]:
    """All confirmed: cancelled. One refused: the order stays, and the shop is told why."""
    if not order.cancelling:
        return ()
    if not command.refused:
        end_date = order.cancelling[0].end_date
        return _cancelled(order, end_date, command.cancelled, command.now)
    in_use = max(command.in_use, command.refused)
    refused = DeliveryOrderCancellationRefused(
        cancel_id=order.cancelling[0].reference_id, refused=command.refused, in_use=in_use
    )
    answer = refusing(InUse(f"{in_use} in use"), order.status)
    return (refused, *_answers(order, [(each, answer) for each in order.cancelling], command.now))


def _cancelled(
    order: DeliveryOrder, end_date: date, entitlements: int, now: datetime
) -> tuple[DeliveryOrderEvent, ...]:
    """The request it was ordered by gets an answer as well, if it never had one."""
    cancelled = DeliveryOrderCancelled(end_date=end_date, cancelled=entitlements)
    status = DeliveryOrderStatus.CANCELLED
    told: list[_Told] = [(each, Answer(new_status=status)) for each in order.cancelling]
    received = order.received
    if received and (received.shop, received.reference_id) not in order.confirmations:
        undelivered = NothingDelivered("it was cancelled before")
        told.insert(0, (received, refusing(undelivered, status)))
    return (cancelled, *_answers(order, told, now))


def _answers(
    order: DeliveryOrder, told: Sequence[_Told], now: datetime
) -> tuple[DeliveryOrderEvent, ...]:
    answers: list[DeliveryOrderEvent] = []
    for request, answer in told:
        issued = answer_about(order, request, answer, now)
        answers.append(issued)
        order = evolve(order, issued)
    return tuple(answers)

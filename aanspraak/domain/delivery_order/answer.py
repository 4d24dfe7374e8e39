"""The answers to the shop: every request gets one, and the same one when it comes again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aanspraak.domain import ids, lanes
from aanspraak.domain.delivery_order.events import ConfirmationIssued, DeliveryOrderRequestRefused
from aanspraak.domain.delivery_order.request import request_digest
from aanspraak.domain.status_codes import OK, code_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from aanspraak.domain.delivery_order.commands import ReceiveDeliveryOrder
    from aanspraak.domain.delivery_order.events import (
        CancellationRequested,
        DeliveryOrderEvent,
        DeliveryOrderReceived,
    )
    from aanspraak.domain.delivery_order.state import DeliveryOrder, DeliveryOrderStatus
    from aanspraak.domain.errors import DomainError


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What is told; `new_status` is the order's after the request, None if never accepted."""

    new_status: DeliveryOrderStatus | None
    success: bool = True
    status: int = OK
    status_message: str | None = None
    new_total_quantity: int | None = None


def refusing(refusal: DomainError, new_status: DeliveryOrderStatus | None) -> Answer:
    """The answer that says why not."""
    return Answer(
        new_status=new_status,
        success=False,
        status=code_of(refusal),
        status_message=str(refusal),
    )


def answer_about(
    order: DeliveryOrder,
    request: DeliveryOrderReceived | CancellationRequested,
    answer: Answer,
    now: datetime,
) -> ConfirmationIssued:
    """A newer answer to an earlier request, such as that by which the order was received."""
    return _issue(order, request, request.reference_id, answer, now)


def answer_request(
    order: DeliveryOrder, command: ReceiveDeliveryOrder, answer: Answer
) -> ConfirmationIssued:
    """The answer to this request."""
    return _issue(order, command, command.reference_id, answer, command.now)


def answer_refusal(
    order: DeliveryOrder, command: ReceiveDeliveryOrder, refusal: DomainError
) -> tuple[DeliveryOrderEvent, ...]:
    """A refusal is a fact and an answer."""
    refused = DeliveryOrderRequestRefused(
        shop=command.shop,
        reference_id=command.reference_id,
        request_digest=request_digest(command),
        wished_status=command.wished_status,
        date_last_modified=command.date_last_modified,
        reason=type(refusal).__name__,
        status=code_of(refusal),
    )
    new_status = order.status if order.received else None
    return (refused, answer_request(order, command, refusing(refusal, new_status)))


def answer_again(order: DeliveryOrder, request: tuple[str, str]) -> tuple[DeliveryOrderEvent, ...]:
    """The last answer to this request once more, same receive id; () if there is none yet."""
    last = order.confirmations.get(request)
    if last is None:
        return ()
    return (replace(last, number=len(order.issued_to) + 1, repeated=True),)


def answer_rejected(order: DeliveryOrder, shop: str) -> tuple[DeliveryOrderEvent, ...]:
    """The last answer to each request of which the shop rejected it, behind all that was sent."""
    rejected = [
        told
        for told in order.confirmations.values()
        if told.shop == shop and told.number in order.rejected
    ]
    rejected.sort(key=lambda told: told.number)
    first = len(order.issued_to) + 1
    return tuple(
        replace(told, number=number, repeated=True) for number, told in enumerate(rejected, first)
    )


def _issue(
    order: DeliveryOrder,
    about: DeliveryOrderReceived | CancellationRequested | ReceiveDeliveryOrder,
    reference_id: str,
    answer: Answer,
    now: datetime,
) -> ConfirmationIssued:
    number = len(order.issued_to) + 1
    return ConfirmationIssued(
        shop=about.shop,
        number=number,
        lane=lanes.PROMPT,
        repeated=False,
        reference_id=reference_id,
        receive_id=_receive_id(about.delivery_order_id, number),
        delivery_order_id=about.delivery_order_id,
        product_id=about.product_id,
        processed_timestamp=now,
        new_status=answer.new_status.value if answer.new_status else None,
        new_total_quantity=answer.new_total_quantity,
        success=answer.success,
        status=answer.status,
        status_message=answer.status_message,
    )


def _receive_id(delivery_order_id: UUID, number: int) -> UUID:
    return ids.confirmation_receive_id(ids.order_stream(delivery_order_id), number)

"""The rules of a DeliveryOrder. Given what happened and what is asked: which facts follow?"""

from __future__ import annotations

from typing import assert_never

from aanspraak.domain.delivery_order.acceptance import accept
from aanspraak.domain.delivery_order.answer import (
    Answer,
    answer_about,
    answer_again,
    answer_refusal,
    answer_rejected,
    answer_request,
)
from aanspraak.domain.delivery_order.cancellation import end_cancellation, request_cancellation
from aanspraak.domain.delivery_order.commands import (
    CompleteDelivery,
    DeliveryOrderCommand,
    EndCancellation,
    LicenseDeliveryOrder,
    ReceiveDeliveryOrder,
    RecordConfirmationGivenUp,
    RecordConfirmationRejected,
    RecordConfirmationTaken,
    ReleaseDeliveryOrder,
    SendConfirmationsAgain,
)
from aanspraak.domain.delivery_order.completion import complete
from aanspraak.domain.delivery_order.events import (
    ConfirmationGivenUp,
    ConfirmationRejected,
    ConfirmationTaken,
    DeliveryOrderEvent,
    DeliveryOrderLicensed,
    DeliveryOrderReceived,
    DeliveryOrderReleased,
    QuantityLowered,
    ReferenceReused,
    UnchangedRequestTaken,
)
from aanspraak.domain.delivery_order.quantity import is_lowered
from aanspraak.domain.delivery_order.request import frozen_field_changed, request_digest
from aanspraak.domain.delivery_order.state import DeliveryOrder, DeliveryOrderStatus
from aanspraak.domain.errors import (
    AlreadyCancelled,
    CancellationUnderWay,
    CancelledBeforeReceived,
    DomainError,
    FrozenFieldChanged,
    NotHeld,
    NotYours,
    StatusNotAskable,
    UnknownDeliveryOrder,
    UnknownReference,
)


def decide(
    command: DeliveryOrderCommand, state: DeliveryOrder | None
) -> tuple[DeliveryOrderEvent, ...]:
    """Return the facts that follow; () means it was already so."""
    order = state or DeliveryOrder()
    match command:
        case ReceiveDeliveryOrder():
            return _receive(command, order)
        case CompleteDelivery():
            return complete(command, order)
        case LicenseDeliveryOrder():
            return _license(command, order)
        case ReleaseDeliveryOrder():
            return _release(command, order)
        case EndCancellation():
            return end_cancellation(command, order)
        case SendConfirmationsAgain():
            return answer_rejected(order, command.shop)
        case RecordConfirmationTaken() | RecordConfirmationRejected() | RecordConfirmationGivenUp():
            return _record(command, order)
        case _:
            assert_never(command)


def _receive(command: ReceiveDeliveryOrder, order: DeliveryOrder) -> tuple[DeliveryOrderEvent, ...]:
    if order.received is not None and order.received.shop != command.shop:
        raise NotYours
    if (command.shop, command.reference_id) in order.requests:
        return _receive_again(command, order)
    try:
        return _take(command, order)
    except DomainError as refusal:
        return answer_refusal(order, command, refusal)


def _receive_again(
    command: ReceiveDeliveryOrder, order: DeliveryOrder
) -> tuple[DeliveryOrderEvent, ...]:
    """A reference id is processed once; seen again, the last answer goes out again."""
    request = (command.shop, command.reference_id)
    again = answer_again(order, request)
    if order.requests[request] == request_digest(command) or request in order.reused:
        return again
    return (ReferenceReused(shop=command.shop, reference_id=command.reference_id), *again)


def _take(command: ReceiveDeliveryOrder, order: DeliveryOrder) -> tuple[DeliveryOrderEvent, ...]:
    if order.received is None:
        if _overtaken_by_a_cancel(command, order):
            raise CancelledBeforeReceived
        return (accept(command),)
    if command.wished_status == "created":
        raise StatusNotAskable("created")
    if order.last_modified is not None and command.date_last_modified < order.last_modified:
        return _unchanged(command, order)
    return _change(command, order, order.received)


def _change(
    command: ReceiveDeliveryOrder, order: DeliveryOrder, received: DeliveryOrderReceived
) -> tuple[DeliveryOrderEvent, ...]:
    """Two things may be asked of an order that was accepted: to cancel it, and to lower it."""
    if field := frozen_field_changed(received, command):
        raise FrozenFieldChanged(field)
    cancel = command.wished_status == DeliveryOrderStatus.CANCELLED.value
    if order.status is DeliveryOrderStatus.CANCELLED:
        if not cancel:
            raise AlreadyCancelled
        return _unchanged(command, order)
    if cancel:
        return request_cancellation(command, order)
    if not is_lowered(command, order):
        return _unchanged(command, order)
    if order.cancelling:
        raise CancellationUnderWay
    return _lower(command, order)


def _lower(command: ReceiveDeliveryOrder, order: DeliveryOrder) -> tuple[DeliveryOrderEvent, ...]:
    """Entitlements are individual, so registry and portals are not asked."""
    lowered = QuantityLowered(
        shop=command.shop,
        reference_id=command.reference_id,
        request_digest=request_digest(command),
        date_last_modified=command.date_last_modified,
        selection=command.selection,
        quantities=command.quantities,
        total_quantity=command.total_quantity,
    )
    answer = Answer(new_status=order.status, new_total_quantity=command.total_quantity)
    return (lowered, answer_request(order, command, answer))


def _release(command: ReleaseDeliveryOrder, order: DeliveryOrder) -> tuple[DeliveryOrderEvent, ...]:
    """Asked again it is released already; one that never waited, or was cancelled, cannot be."""
    if order.received is None:
        raise UnknownDeliveryOrder
    if order.status is DeliveryOrderStatus.CANCELLED:
        raise NotHeld("it is cancelled")
    if not order.received.held:
        raise NotHeld
    if order.held:
        return (DeliveryOrderReleased(reason_id=command.reason_id),)
    return ()


def _overtaken_by_a_cancel(command: ReceiveDeliveryOrder, order: DeliveryOrder) -> bool:
    cancelled = order.cancels.get(command.shop)
    return cancelled is not None and command.date_last_modified < cancelled


def _unchanged(
    command: ReceiveDeliveryOrder, order: DeliveryOrder
) -> tuple[DeliveryOrderEvent, ...]:
    taken = UnchangedRequestTaken(
        shop=command.shop,
        reference_id=command.reference_id,
        request_digest=request_digest(command),
        date_last_modified=command.date_last_modified,
    )
    answer = Answer(new_status=order.status, new_total_quantity=order.total_quantity)
    return (taken, answer_request(order, command, answer))


def _license(command: LicenseDeliveryOrder, order: DeliveryOrder) -> tuple[DeliveryOrderEvent, ...]:
    """The first activation; an order may become licensed before it is processed.

    While a cancellation runs it waits for the outcome of that: it is asked again if refused.
    """
    over = (DeliveryOrderStatus.LICENSED, DeliveryOrderStatus.CANCELLED)
    if order.received is None or order.status in over or order.cancelling:
        return ()
    answer = Answer(new_status=DeliveryOrderStatus.LICENSED)
    return (
        DeliveryOrderLicensed(usage_date=command.usage_date),
        answer_about(order, order.received, answer, command.now),
    )


def _record(
    command: RecordConfirmationTaken | RecordConfirmationRejected | RecordConfirmationGivenUp,
    order: DeliveryOrder,
) -> tuple[DeliveryOrderEvent, ...]:
    """What came of a message; the first outcome counts."""
    if not 1 <= command.number <= len(order.issued_to):
        raise UnknownReference
    if command.number in order.outcomes:
        return ()
    shop = order.issued_to[command.number - 1]
    match command:
        case RecordConfirmationTaken():
            return (ConfirmationTaken(shop=shop, number=command.number),)
        case RecordConfirmationRejected():
            return (
                ConfirmationRejected(
                    shop=shop,
                    number=command.number,
                    http_status=command.http_status,
                    status=command.status,
                ),
            )
        case RecordConfirmationGivenUp():
            if command.number in order.given_up:
                return ()
            return (
                ConfirmationGivenUp(shop=shop, number=command.number, attempts=command.attempts),
            )
        case _:
            assert_never(command)

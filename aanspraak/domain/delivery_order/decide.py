"""The rules of a DeliveryOrder. Given what happened and what is asked: which facts follow?"""

from __future__ import annotations

from typing import assert_never

from aanspraak.domain.delivery_order.acceptance import accept
from aanspraak.domain.delivery_order.answer import (
    Answer,
    answer_about,
    answer_again,
    answer_refusal,
    answer_request,
    refusing,
)
from aanspraak.domain.delivery_order.commands import (
    CompleteDelivery,
    DeliveryOrderCommand,
    LicenseDeliveryOrder,
    ReceiveDeliveryOrder,
    RecordConfirmationGivenUp,
    RecordConfirmationRejected,
    RecordConfirmationTaken,
)
from aanspraak.domain.delivery_order.events import (
    ConfirmationGivenUp,
    ConfirmationRejected,
    ConfirmationTaken,
    DeliveryOrderEvent,
    DeliveryOrderLicensed,
    DeliveryOrderProcessed,
    DeliveryOrderUndelivered,
    ReferenceReused,
    UnchangedRequestTaken,
)
from aanspraak.domain.delivery_order.request import frozen_field_changed, request_digest
from aanspraak.domain.delivery_order.state import DeliveryOrder, DeliveryOrderStatus
from aanspraak.domain.errors import (
    CancellationNotOffered,
    CancelledBeforeReceived,
    DomainError,
    FrozenFieldChanged,
    NothingDelivered,
    NotYours,
    StatusNotAskable,
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
            return _complete(command, order)
        case LicenseDeliveryOrder():
            return _license(command, order)
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
    if field := frozen_field_changed(order.received, command):
        raise FrozenFieldChanged(field)
    if command.wished_status == "cancelled":
        raise CancellationNotOffered
    return _unchanged(command, order)


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
    return (taken, answer_request(order, command, Answer(new_status=order.status)))


def _complete(command: CompleteDelivery, order: DeliveryOrder) -> tuple[DeliveryOrderEvent, ...]:
    """At least one delivered: processed. Counted again after a refusal was mended: told again.

    The first time that is `processed`, even of an order that is licensed by then.
    """
    received = order.received
    counted = (command.delivered, command.refused)
    if received is None or counted in ((0, 0), (order.delivered, order.refused)):
        return ()
    if not command.delivered:
        refusal = NothingDelivered(f"{command.refused} refused")
        answer = refusing(refusal, order.status)
        return (
            DeliveryOrderUndelivered(refused=command.refused),
            answer_about(order, received, answer, command.now),
        )
    answer = Answer(
        new_status=order.status if order.delivered else DeliveryOrderStatus.PROCESSED,
        status_message=_refused_message(command) if command.refused else None,
    )
    return (
        DeliveryOrderProcessed(delivered=command.delivered, refused=command.refused),
        answer_about(order, received, answer, command.now),
    )


def _refused_message(command: CompleteDelivery) -> str:
    return f"{command.refused} of {command.delivered + command.refused} refused"


def _license(command: LicenseDeliveryOrder, order: DeliveryOrder) -> tuple[DeliveryOrderEvent, ...]:
    """The first activation; an order may become licensed before it is processed."""
    if order.received is None or order.status is DeliveryOrderStatus.LICENSED:
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

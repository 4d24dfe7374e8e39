"""The rules of a DeliveryOrder. Given what happened and what is asked: which facts follow?"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from aanspraak.domain import lanes
from aanspraak.domain.delivery_order.acceptance import check_acceptable, warnings_about
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
    DeliveryOrderReceived,
    DeliveryOrderUndelivered,
    ReferenceReused,
    UnchangedRequestTaken,
)
from aanspraak.domain.delivery_order.request import frozen_field_changed, request_digest
from aanspraak.domain.delivery_order.state import DeliveryOrder, DeliveryOrderStatus
from aanspraak.domain.errors import (
    CancellationNotOffered,
    DomainError,
    FrozenFieldChanged,
    NothingDelivered,
    NotYours,
    StatusNotAskable,
    UnknownDeliveryOrder,
)

if TYPE_CHECKING:
    from aanspraak.domain.product_terms import ProductTerms


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
        return (_received(command, check_acceptable(command)),)
    if command.wished_status == "created":
        raise StatusNotAskable("created")
    if order.last_modified is not None and command.date_last_modified < order.last_modified:
        return _unchanged(command, order)
    if field := frozen_field_changed(order.received, command):
        raise FrozenFieldChanged(field)
    if command.wished_status == "cancelled":
        raise CancellationNotOffered
    return _unchanged(command, order)


def _unchanged(
    command: ReceiveDeliveryOrder, order: DeliveryOrder
) -> tuple[DeliveryOrderEvent, ...]:
    taken = UnchangedRequestTaken(
        shop=command.shop,
        reference_id=command.reference_id,
        request_digest=request_digest(command),
    )
    return (taken, answer_request(order, command, Answer(new_status=order.status)))


def _received(command: ReceiveDeliveryOrder, product: ProductTerms) -> DeliveryOrderReceived:
    return DeliveryOrderReceived(
        delivery_order_id=command.delivery_order_id,
        shop=command.shop,
        reference_id=command.reference_id,
        request_digest=request_digest(command),
        contract_id=command.contract_id,
        buyer_school_id=command.buyer_school_id,
        buyer_subject_id=command.buyer_subject_id,
        product_id=command.product_id,
        delivery_type=command.delivery_type,
        school_id=command.school_id,
        organisation_master_identifier=command.organisation_master_identifier,
        organisation_ids=command.organisation_ids,
        users_stream=command.users_stream,
        users_count=command.users_count,
        users_digest=command.users_digest,
        portals=tuple(dict.fromkeys(command.portals)),
        start_date=command.start_date,
        activation_until_date=command.activation_until_date,
        date_created=command.date_created,
        date_last_modified=command.date_last_modified,
        registry=product.registry,
        bundled_products=product.bundled_products,
        expiration_date=product.licence_period.expected_end(
            command.start_date, command.activation_until_date
        ),
        lane=lanes.PROMPT if command.users_count <= command.small_order else lanes.BULK,
        warnings=warnings_about(command, product),
    )


def _complete(command: CompleteDelivery, order: DeliveryOrder) -> tuple[DeliveryOrderEvent, ...]:
    """At least one delivered: processed. Counted again after a refusal was mended: told again."""
    received = order.received
    if received is None or (order.delivered, order.refused) == (command.delivered, command.refused):
        return ()
    if not command.delivered:
        refusal = NothingDelivered(f"{command.refused} refused")
        answer = refusing(refusal, order.status)
        return (
            DeliveryOrderUndelivered(refused=command.refused),
            answer_about(order, received, answer, command.now),
        )
    answer = Answer(
        new_status=DeliveryOrderStatus.PROCESSED,
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
        raise UnknownDeliveryOrder
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

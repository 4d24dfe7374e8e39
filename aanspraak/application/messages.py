"""Messages to partners: functions of the facts that ask for them, complete but for the person.

The body has the exact names of the Edu-V APIs (EntitlementRequest of Entitlement API 1.1.0,
DeliveryOrderConfirmation of Delivery API 2.0.0); it is fixed when it enters the channel. What has
nothing to say is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, assert_never
from uuid import UUID  # noqa: TC003 - who stores a Message reads its types at run time

from aanspraak.domain.delivery_order.events import ConfirmationIssued
from aanspraak.domain.entitlement.events import (
    EntitlementCreated,
    LinkRequested,
    RegistryRequested,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aanspraak.domain.recorded import Recorded

ENTITLEMENT_REQUEST: Final = "entitlement-request"
CONFIRMATION: Final = "delivery-order-confirmation"

REQUEST_FACTS: Final = (RegistryRequested, LinkRequested, ConfirmationIssued)
"""The facts that are messages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """The nth message about a stream (`key`) to a partner.

    `follows` is the number of the one before it to this partner, 0 for the first; `position`,
    `recorded_at`, `correlation_id` and `causation_id` are those of the fact. `user_reference_id` is
    how the order named the person, who goes into the body at the moment of sending, and
    `subject_id` who that is; a confirmation names none. `school_id` is the school that must
    consent, again at the moment of sending; None: no consent is needed.
    """

    partner: str
    lane: str
    key: UUID
    number: int
    follows: int
    position: int
    recorded_at: datetime
    reference_id: str
    kind: str
    correlation_id: str
    causation_id: str
    subject_id: UUID | None
    user_reference_id: UUID | None
    body: Mapping[str, object]
    school_id: UUID | None = None


def request_of(recorded: Recorded, created: EntitlementCreated | None) -> Message:
    """The EntitlementRequest that a fact is.

    `created` is the first fact of its stream, with what never changes of an entitlement. Raises
    LookupError when it is missing.
    """
    event = recorded.event
    if not isinstance(event, RegistryRequested | LinkRequested):
        raise TypeError(f"{type(event).__name__} is no request about an entitlement")
    if created is None:
        raise LookupError("history does not begin with EntitlementCreated")
    return Message(
        partner=event.registry if isinstance(event, RegistryRequested) else event.portal,
        lane=event.lane,
        key=recorded.stream_id,
        number=event.number,
        follows=event.number - 1,
        position=recorded.position,
        recorded_at=recorded.recorded_at,
        reference_id=str(event.reference_id),
        kind=ENTITLEMENT_REQUEST,
        correlation_id=recorded.correlation_id,
        causation_id=recorded.causation_id,
        subject_id=created.subject_id,
        user_reference_id=created.user_reference_id,
        school_id=created.school_id if isinstance(event, LinkRequested) else None,
        body={
            "entitlementReferenceId": str(event.reference_id),
            "entitlement": _entitlement(recorded.stream_id, created, event),
        },
    )


def fill(body: Mapping[str, object], user_reference: Mapping[str, object]) -> dict[str, object]:
    """Put the person into the body of an EntitlementRequest, as the order named them.

    Which branch of the specification that is follows from `entitlementType`.
    """
    entitlement, specification = _specified(body)
    kind = entitlement["entitlementType"]
    if isinstance(kind, str) and kind.endswith("-activationcode"):
        person = {"activationCode": user_reference["activationCode"]}
    elif kind == "school-employee":
        person = {"employee": user_reference}
    else:
        person = {"student": user_reference}
    filled = {**entitlement, "entitlementSpecification": {**specification, **person}}
    return {**body, "entitlement": filled}


def _specified(body: Mapping[str, object]) -> tuple[Mapping[str, object], Mapping[str, object]]:
    entitlement = body["entitlement"]
    if not isinstance(entitlement, Mapping):
        raise TypeError("no entitlement in this body")
    return entitlement, entitlement["entitlementSpecification"]


def _entitlement(
    entitlement_id: UUID, created: EntitlementCreated, event: RegistryRequested | LinkRequested
) -> dict[str, object]:
    said: dict[str, object] = {
        "entitlementId": str(entitlement_id),
        "deliveryOrderId": str(created.delivery_order_id),
        "contractId": created.contract_id,
        "productId": created.product_id,
        "startDate": _day(created.start_date),
        "activationUntilDate": _day(created.activation_until_date),
        "expirationDate": event.expiration_date and _day(event.expiration_date),
        "endDate": event.end_date and _day(event.end_date),
        "entitlementType": created.entitlement_type,
        "entitlementSpecification": _specification(created),
        "entitlementStatus": event.entitlement_status,
        "urlStatuses": _url_statuses(event) or None,
        "dateCreated": _moment(created.date_created),
        "dateLastModified": _moment(event.date_last_modified),
    }
    return _without_nothing(said)


def _url_statuses(event: RegistryRequested | LinkRequested) -> list[dict[str, str]]:
    """A portal is told about itself alone; the registry that no link was asked for yet."""
    match event:
        case LinkRequested():
            return [{"portal": event.portal, "urlStatus": event.url_status}]
        case RegistryRequested():
            return [{"portal": one, "urlStatus": "uninitialized"} for one in event.portals]
        case _:
            assert_never(event)


def _specification(created: EntitlementCreated) -> dict[str, object]:
    """The school as the order gave it; a customer has none."""
    if not created.entitlement_type.startswith("school-"):
        return {}
    ids = [
        {"organisationId": value, "organisationIdType": kind}
        for kind, _, value in (one.partition(" ") for one in created.organisation_ids)
    ]
    master = created.organisation_master_identifier
    school = {"organisationMasterIdentifier": master, "organisationIds": ids or None}
    return {"school": _without_nothing(school)}


def confirmation_of(recorded: Recorded, earlier: Iterable[object]) -> Message:
    """The DeliveryOrderConfirmation that a fact is.

    An order counts its confirmations to all shops together: more than one may have tried to order
    under its id. So `earlier` are the facts of its stream, from which the one before it is known.
    """
    event = recorded.event
    if not isinstance(event, ConfirmationIssued):
        raise TypeError(f"{type(event).__name__} is no confirmation")
    return Message(
        partner=event.shop,
        lane=event.lane,
        key=recorded.stream_id,
        number=event.number,
        follows=_number_before(event, earlier),
        position=recorded.position,
        recorded_at=recorded.recorded_at,
        reference_id=event.reference_id,
        kind=CONFIRMATION,
        correlation_id=recorded.correlation_id,
        causation_id=recorded.causation_id,
        subject_id=None,
        user_reference_id=None,
        body=_confirmation(event),
    )


def _number_before(event: ConfirmationIssued, earlier: Iterable[object]) -> int:
    to_this_shop = (
        one.number
        for one in earlier
        if isinstance(one, ConfirmationIssued)
        and one.shop == event.shop
        and one.number < event.number
    )
    return max(to_this_shop, default=0)


def _confirmation(event: ConfirmationIssued) -> dict[str, object]:
    said = {
        "deliveryOrderReferenceId": event.reference_id,
        "deliveryOrderReceiveId": str(event.receive_id),
        "deliveryOrderId": str(event.delivery_order_id),
        "productId": event.product_id,
        "processedTimestamp": _moment(event.processed_timestamp),
        "newStatus": event.new_status,
        "newTotalQuantity": event.new_total_quantity,
        "success": event.success,
        "status": event.status,
        "statusMessage": event.status_message,
    }
    return _without_nothing(said)


def _without_nothing(said: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in said.items() if value is not None}


def _day(day: date) -> str:
    return day.isoformat()


def _moment(moment: datetime) -> str:
    """Zulu time, as RFC 3339 section 5.6 has it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")

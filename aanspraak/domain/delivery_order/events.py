"""Facts about a DeliveryOrder. Append-only: never edit a field, add a version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class DeliveryOrderReceived:
    """The hub took the order and will deliver it; what the catalogue said is part of the fact.

    `school_id` is the school of the specification, `buyer_*` who bought; a customer is a subject
    of the vault. `organisation_ids` are `TYPE value`, as the order gave them. The users stand on
    `users_stream`; an open delivery type has a `selection` instead, ids of study years, subjects or
    groups (none: the whole school), each with its quantity if any has one. `held`: it waits for
    its release. `on_full` says what becomes of the unused when `total_quantity` is in use.
    """

    delivery_order_id: UUID
    shop: str
    reference_id: str
    request_digest: str
    contract_id: str | None
    buyer_school_id: UUID | None
    buyer_subject_id: UUID | None
    product_id: str
    delivery_type: str
    school_id: UUID | None
    organisation_master_identifier: str | None
    organisation_ids: tuple[str, ...]
    users_stream: UUID
    users_count: int
    users_digest: str
    selection: tuple[str, ...]
    quantities: tuple[int | None, ...]
    total_quantity: int | None
    portals: tuple[str, ...]
    start_date: date
    activation_until_date: date
    date_created: datetime
    date_last_modified: datetime
    held: bool
    on_full: str
    registry: str
    bundled_products: tuple[str, ...]
    expiration_date: date | None
    lane: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DeliveryOrderRequestRefused:
    """A request about the order was refused; what was true before stays true.

    `wished_status` is what was asked for, `date_last_modified` how new the request was.
    """

    shop: str
    reference_id: str
    request_digest: str
    wished_status: str
    date_last_modified: datetime
    reason: str
    status: int


@dataclass(frozen=True, kw_only=True)
class UnchangedRequestTaken:
    """A request was taken that asks for what is already so, or is older than what is known."""

    shop: str
    reference_id: str
    request_digest: str
    date_last_modified: datetime


@dataclass(frozen=True, kw_only=True)
class ReferenceReused:
    """A reference id came again with other content; it was not processed."""

    shop: str
    reference_id: str


@dataclass(frozen=True, kw_only=True)
class ConfirmationIssued:
    """The nth message of this order to its shop: a DeliveryOrderConfirmation.

    Sent again (`repeated`) it keeps its receive id, so that the shop counts it once.
    """

    shop: str
    number: int
    lane: str
    repeated: bool
    reference_id: str
    receive_id: UUID
    delivery_order_id: UUID
    product_id: str
    processed_timestamp: datetime
    new_status: str | None
    new_total_quantity: int | None
    success: bool
    status: int
    status_message: str | None


@dataclass(frozen=True, kw_only=True)
class DeliveryOrderProcessed:
    """Every entitlement has an outcome, and at least one was delivered."""

    delivered: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class DeliveryOrderUndelivered:
    """Every entitlement has an outcome, and not one was delivered."""

    refused: int


@dataclass(frozen=True, kw_only=True)
class DeliveryOrderLicensed:
    """The product was activated for the first time by somebody of this order."""

    usage_date: date


@dataclass(frozen=True, kw_only=True)
class DeliveryOrderReleased:
    """The order waits no longer; `reason_id` is what the operator wrote, in the vault."""

    reason_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class QuantityLowered:
    """The school needs fewer; nobody loses an entitlement by it.

    `total_quantity` stays None where only what was selected has numbers.
    """

    shop: str
    reference_id: str
    request_digest: str
    date_last_modified: datetime
    selection: tuple[str, ...]
    quantities: tuple[int | None, ...]
    total_quantity: int | None


@dataclass(frozen=True, kw_only=True)
class CancellationRequested:
    """The shop wants the order cancelled; it is not until every entitlement is.

    `at_once`: nothing was sent for it, or its period is over, so no entitlement has to be.
    """

    shop: str
    reference_id: str
    request_digest: str
    date_last_modified: datetime
    product_id: str
    delivery_order_id: UUID
    end_date: date
    at_once: bool


@dataclass(frozen=True, kw_only=True)
class DeliveryOrderCancelled:
    """The order is cancelled, and with it so many entitlements."""

    end_date: date
    cancelled: int


@dataclass(frozen=True, kw_only=True)
class DeliveryOrderCancellationRefused:
    """The order stays: of so many entitlements the cancellation was refused.

    `cancel_id` is the reference id of the request that the entitlements were cancelled by.
    """

    cancel_id: str
    refused: int
    in_use: int


@dataclass(frozen=True, kw_only=True)
class ConfirmationTaken:
    """The shop answered the nth message with 202."""

    shop: str
    number: int


@dataclass(frozen=True, kw_only=True)
class ConfirmationRejected:
    """The shop answered the nth message with a 4xx; `status` is its functional code, if any."""

    shop: str
    number: int
    http_status: int
    status: int | None


@dataclass(frozen=True, kw_only=True)
class ConfirmationGivenUp:
    """The ladder of retries for the nth message ended without an answer."""

    shop: str
    number: int
    attempts: int


DeliveryOrderEvent = (
    DeliveryOrderReceived
    | DeliveryOrderRequestRefused
    | UnchangedRequestTaken
    | ReferenceReused
    | ConfirmationIssued
    | DeliveryOrderProcessed
    | DeliveryOrderUndelivered
    | DeliveryOrderLicensed
    | DeliveryOrderReleased
    | QuantityLowered
    | CancellationRequested
    | DeliveryOrderCancelled
    | DeliveryOrderCancellationRefused
    | ConfirmationTaken
    | ConfirmationRejected
    | ConfirmationGivenUp
)

"""Facts about an Entitlement. Append-only: never edit a field, add a version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from aanspraak.domain.entitlement.withdrawal_events import (
    BlockAsked,
    CancellationAsked,
    CancellationRefused,
    EntitlementBlocked,
    EntitlementCancelled,
    EntitlementUnblocked,
    UnblockAsked,
)


@dataclass(frozen=True, kw_only=True)
class EntitlementCreated:
    """One user or one code may take one product into use. What never changes of it is here.

    `order` is the stream of the order. `subject_id` is the person or code in the vault,
    `user_reference_id` how the order named them. `expiration_date` is the first promise, if there
    is one.
    """

    order: UUID
    delivery_order_id: UUID
    shop: str
    contract_id: str | None
    product_id: str
    bundled_products: tuple[str, ...]
    registry: str
    portals: tuple[str, ...]
    school_id: UUID | None
    organisation_master_identifier: str | None
    organisation_ids: tuple[str, ...]
    subject_id: UUID
    user_reference_id: UUID
    turn: int
    entitlement_type: str
    delivery_type: str
    start_date: date
    activation_until_date: date
    expiration_date: date | None
    lane: str
    date_created: datetime


@dataclass(frozen=True, kw_only=True)
class RegistryRequested:
    """The nth message to the registry: the entitlement in this status (EntitlementRequest).

    `portals` are those that it goes to now.
    """

    registry: str
    portals: tuple[str, ...]
    number: int
    lane: str
    reference_id: UUID
    entitlement_status: str
    expiration_date: date | None
    end_date: date | None
    date_last_modified: datetime


@dataclass(frozen=True, kw_only=True)
class EntitlementEntitled:
    """The registry has it ready: the user may activate."""

    reference_id: UUID
    receive_id: str
    processed_timestamp: datetime


@dataclass(frozen=True, kw_only=True)
class RegistryRefused:
    """The registry refused what was asked; its words lie in the vault under `status_message_id`.

    `asked` is the entitlementStatus that the request carried.
    """

    registry: str
    asked: str
    reference_id: UUID
    receive_id: str
    processed_timestamp: datetime
    status: int
    status_message_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class LinkRequested:
    """The nth message to a portal about the access link (EntitlementRequest).

    `url_status` is what is asked: `initialized` (place or refresh it), `cancelled` or `blocked`
    (take it away, from `end_date` on).
    """

    portal: str
    number: int
    lane: str
    reference_id: UUID
    url_status: str
    entitlement_status: str
    expiration_date: date | None
    end_date: date | None
    date_last_modified: datetime


@dataclass(frozen=True, kw_only=True)
class LinkPlaced:
    """The portal shows the link."""

    portal: str
    reference_id: UUID
    receive_id: str
    processed_timestamp: datetime


@dataclass(frozen=True, kw_only=True)
class LinkRefused:
    """The portal refused what was asked (`asked`, a urlStatus). A refused refresh takes no link."""

    portal: str
    asked: str
    reference_id: UUID
    receive_id: str
    processed_timestamp: datetime
    status: int
    status_message_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class LinkLost:
    """The portal reports that the link is `expired`, `cancelled` or `blocked` there."""

    portal: str
    url_status: str
    reference_id: UUID
    receive_id: str
    processed_timestamp: datetime


@dataclass(frozen=True, kw_only=True)
class LinkWithdrawn:
    """The portal took the link away as asked; `url_status` is what it is there now."""

    portal: str
    url_status: str
    reference_id: UUID
    receive_id: str
    processed_timestamp: datetime


@dataclass(frozen=True, kw_only=True)
class LateConfirmationReceived:
    """A confirmation of what a newer request has undone since; it changes nothing."""

    partner: str
    reference_id: UUID
    receive_id: str
    processed_timestamp: datetime
    reported_status: str


@dataclass(frozen=True, kw_only=True)
class UnexpectedConfirmationReceived:
    """A confirmation that says something else than was asked, or the opposite of an earlier one."""

    partner: str
    reference_id: UUID
    receive_id: str
    processed_timestamp: datetime
    success: bool
    status: int
    status_message_id: UUID | None
    reported_status: str | None


@dataclass(frozen=True, kw_only=True)
class PortalsChanged:
    """Its school has other portals now; these are all that it goes to."""

    portals: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class InitialActivationReported:
    """The registry reports use. It is right about what happened, so this is never refused.

    `first`: this entitlement was not in use before. `expiration_date` is what the registry said,
    `expiration_moved`: it is later than what we had. `anomalies` name what should not have been.
    `source` is `reported`, or `reconciled` when we found it at the registry ourselves.
    """

    registry: str
    user_subject_id: UUID
    product_id: str
    usage_date: date
    expiration_date: date
    first: bool
    expiration_moved: bool
    anomalies: tuple[str, ...]
    source: str


@dataclass(frozen=True, kw_only=True)
class RequestTaken:
    """The partner answered the nth message with 202."""

    partner: str
    number: int


@dataclass(frozen=True, kw_only=True)
class RequestRejected:
    """The partner answered the nth message with a 4xx; `status` is its functional code, if any."""

    partner: str
    number: int
    http_status: int
    status: int | None


@dataclass(frozen=True, kw_only=True)
class RequestDropped:
    """The nth message was not sent: the person is forgotten, or consent is gone."""

    partner: str
    number: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class RequestGivenUp:
    """The ladder of retries for the nth message ended without an answer."""

    partner: str
    number: int
    attempts: int


EntitlementEvent = (
    EntitlementCreated
    | RegistryRequested
    | EntitlementEntitled
    | RegistryRefused
    | LinkRequested
    | LinkPlaced
    | LinkRefused
    | LinkLost
    | LinkWithdrawn
    | CancellationAsked
    | CancellationRefused
    | EntitlementCancelled
    | BlockAsked
    | EntitlementBlocked
    | UnblockAsked
    | EntitlementUnblocked
    | LateConfirmationReceived
    | UnexpectedConfirmationReceived
    | PortalsChanged
    | InitialActivationReported
    | RequestTaken
    | RequestRejected
    | RequestDropped
    | RequestGivenUp
)

"""What may be asked of a DeliveryOrder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from aanspraak.domain.contract_terms import ContractTerms
from aanspraak.domain.product_terms import ProductTerms


@dataclass(frozen=True, kw_only=True)
class ReceiveDeliveryOrder:
    """A DeliveryOrderRequest (Delivery API 2.0.0), persons as pseudonyms.

    `product` is what the catalogue says of it, None when it does not know it.
    `unknown_portals` are the places in `portals` (from 0) that are no portal of this hub,
    `unknown_selection` those in `selection` that the school does not know (`no_roster`: nor is
    there an administration to be asked, or a file), `codes_taken` those in
    the codes that another live order has, `codes_unknown` and `codes_revoked` those that were given
    for another product or revoked. `in_use` is how many of this order are activated now.
    """

    delivery_order_id: UUID
    shop: str
    reference_id: str
    contract_id: str | None
    buyer_school_id: UUID | None
    buyer_subject_id: UUID | None
    product_id: str
    product: ProductTerms | None
    delivery_type: str
    school_id: UUID | None
    organisation_master_identifier: str | None
    organisation_ids: tuple[str, ...]
    users_stream: UUID
    users_count: int
    users_digest: str
    codes_taken: tuple[int, ...]
    codes_unknown: tuple[int, ...] = ()
    codes_revoked: tuple[int, ...] = ()
    selection: tuple[str, ...]
    unknown_selection: tuple[int, ...]
    no_roster: bool
    quantities: tuple[int | None, ...]
    total_quantity: int | None
    in_use: int
    contract: ContractTerms
    portals: tuple[str, ...]
    unknown_portals: tuple[int, ...]
    start_date: date
    activation_until_date: date
    end_date: date | None
    wished_status: str
    date_created: datetime
    date_last_modified: datetime
    user_limit: int
    small_order: int
    now: datetime


@dataclass(frozen=True, kw_only=True)
class CompleteDelivery:
    """Every entitlement of the order has an outcome; so many were delivered and so many refused."""

    delivered: int
    refused: int
    now: datetime


@dataclass(frozen=True, kw_only=True)
class LicenseDeliveryOrder:
    """Somebody of the order activated the product."""

    usage_date: date
    now: datetime


@dataclass(frozen=True, kw_only=True)
class ReleaseDeliveryOrder:
    """The order may go out now: it was paid."""

    reason_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class EndCancellation:
    """Every entitlement of the order has an outcome of the cancellation; so many of each."""

    cancelled: int
    refused: int
    in_use: int
    now: datetime


@dataclass(frozen=True, kw_only=True)
class SendConfirmationsAgain:
    """Tell a shop again what it rejected, as when it asks again itself."""

    shop: str


@dataclass(frozen=True, kw_only=True)
class RecordConfirmationTaken:
    """The shop took the nth message."""

    number: int


@dataclass(frozen=True, kw_only=True)
class RecordConfirmationRejected:
    """The shop rejected the nth message for good."""

    number: int
    http_status: int
    status: int | None


@dataclass(frozen=True, kw_only=True)
class RecordConfirmationGivenUp:
    """The last retry of the nth message failed."""

    number: int
    attempts: int


DeliveryOrderCommand = (
    ReceiveDeliveryOrder
    | CompleteDelivery
    | LicenseDeliveryOrder
    | ReleaseDeliveryOrder
    | EndCancellation
    | SendConfirmationsAgain
    | RecordConfirmationTaken
    | RecordConfirmationRejected
    | RecordConfirmationGivenUp
)

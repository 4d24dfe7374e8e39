"""What may be asked of an Entitlement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class CreateEntitlement:
    """Entitle one subject of an order; the fields are those of the fact."""

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
    now: datetime


@dataclass(frozen=True, kw_only=True)
class TakeConfirmation:
    """A partner's EntitlementConfirmation (Entitlement API 1.1.0)."""

    partner: str
    reference_id: UUID
    receive_id: str
    processed_timestamp: datetime
    success: bool
    status: int
    status_message_id: UUID | None
    new_entitlement_status: str | None
    portal: str | None
    url_status: str | None


@dataclass(frozen=True, kw_only=True)
class RequestLinks:
    """Have the link placed at these portals, or refreshed where its expirationDate moved."""

    portals: tuple[str, ...]
    now: datetime


@dataclass(frozen=True, kw_only=True)
class TellPortals:
    """Tell these portals how it stands: what they were told before `now` may not have come there.

    Their school consents (again); until then nothing went there.
    """

    portals: tuple[str, ...]
    now: datetime


@dataclass(frozen=True, kw_only=True)
class ChangePortals:
    """Have it go to these portals, and to no other: its school changed them."""

    portals: tuple[str, ...]
    now: datetime


@dataclass(frozen=True, kw_only=True)
class WithdrawLinks:
    """Have the link taken away at these portals, where it was asked for."""

    portals: tuple[str, ...]
    end_date: date
    now: datetime


@dataclass(frozen=True, kw_only=True)
class SendAgain:
    """Tell a partner again what it refused or lost, as it is now.

    `anyway`: a portal is also told again of a link that it took, for it may have lost it.
    """

    partner: str
    now: datetime
    anyway: bool = False


@dataclass(frozen=True, kw_only=True)
class CancelEntitlement:
    """Cancel it, at the registry first; the fields are those of the fact."""

    cancel_id: str
    cause: str
    reason_id: UUID | None
    end_date: date
    now: datetime


@dataclass(frozen=True, kw_only=True)
class RestoreEntitlement:
    """Tell the registry, which refused to cancel it, that it is what it was."""

    now: datetime


@dataclass(frozen=True, kw_only=True)
class BlockEntitlement:
    """Block it at the registry and take its links away, from `end_date` on."""

    reason_id: UUID | None
    end_date: date
    now: datetime


@dataclass(frozen=True, kw_only=True)
class UnblockEntitlement:
    """Make it what it was before it was blocked."""

    reason_id: UUID | None
    now: datetime


@dataclass(frozen=True, kw_only=True)
class ReportInitialActivation:
    """A registry's InitialActivation (Usage API 1.0.0).

    `another_user`: an identifier of the same type with another value than the entitlement's.
    `source` is `reported`, or `reconciled` when we found it at the registry ourselves.
    """

    registry: str
    user_subject_id: UUID
    another_user: bool
    product_id: str
    usage_date: date
    expiration_date: date
    source: str = "reported"


@dataclass(frozen=True, kw_only=True)
class RecordRequestTaken:
    """The partner took the nth message."""

    partner: str
    number: int


@dataclass(frozen=True, kw_only=True)
class RecordRequestRejected:
    """The partner rejected the nth message for good."""

    partner: str
    number: int
    http_status: int
    status: int | None


@dataclass(frozen=True, kw_only=True)
class RecordRequestDropped:
    """The nth message will not be sent."""

    partner: str
    number: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class RecordRequestGivenUp:
    """The last retry of the nth message failed."""

    partner: str
    number: int
    attempts: int


EntitlementCommand = (
    CreateEntitlement
    | TakeConfirmation
    | RequestLinks
    | TellPortals
    | ChangePortals
    | WithdrawLinks
    | SendAgain
    | CancelEntitlement
    | RestoreEntitlement
    | BlockEntitlement
    | UnblockEntitlement
    | ReportInitialActivation
    | RecordRequestTaken
    | RecordRequestRejected
    | RecordRequestDropped
    | RecordRequestGivenUp
)

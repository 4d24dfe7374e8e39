"""What may be asked of the stock of activation codes of a product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class RequestCodes:
    """Ask the registry for codes; `offered` is: its publisher agreed to that."""

    product_id: str
    registry: str
    offered: bool
    request_id: str
    quantity: int
    contract_id: str | None
    reason_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class TakeCodesConfirmation:
    """An ActivationCodeConfirmation (ActivationCode API 0.9.1), codes as pseudonyms."""

    partner: str
    number: int
    receive_id: str
    processed_timestamp: datetime
    success: bool
    status: int
    status_message_id: UUID | None
    subject_ids: tuple[UUID, ...]
    user_reference_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class TakeOutCodes:
    """Give unused codes for an order, each of them once; the same request the same codes."""

    request_id: str
    delivery_order_id: UUID
    quantity: int
    reason_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class TakeOutOrderedCodes:
    """An order names these codes: those that are in stock leave it."""

    delivery_order_id: UUID
    subject_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class SetLowWaterMark:
    """Warn when there are fewer unused codes than this; 0: never."""

    product_id: str
    registry: str
    mark: int
    reason_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class RevokeCodes:
    """Have codes revoked; `order` is the stream of the cancelled order they were in."""

    product_id: str
    registry: str
    offered: bool
    order: UUID | None
    subject_ids: tuple[UUID, ...]
    user_reference_ids: tuple[UUID, ...]
    reason_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class TakeRevocationConfirmation:
    """An ActivationCodeRevokeConfirmation; `subject_id` is the code, None when it is unknown."""

    partner: str
    number: int
    receive_id: str
    processed_timestamp: datetime
    success: bool
    status: int
    status_message_id: UUID | None
    subject_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class RecordCodeMessageTaken:
    """The registry took the nth message."""

    number: int


@dataclass(frozen=True, kw_only=True)
class RecordCodeMessageRejected:
    """The registry rejected the nth message for good."""

    number: int
    http_status: int
    status: int | None


@dataclass(frozen=True, kw_only=True)
class RecordCodeMessageDropped:
    """The nth message will not be sent."""

    number: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class RecordCodeMessageGivenUp:
    """The last retry of the nth message failed."""

    number: int
    attempts: int


CodeMessageCommand = (
    RecordCodeMessageTaken
    | RecordCodeMessageRejected
    | RecordCodeMessageDropped
    | RecordCodeMessageGivenUp
)
CodeStockCommand = (
    RequestCodes
    | TakeCodesConfirmation
    | TakeOutCodes
    | TakeOutOrderedCodes
    | SetLowWaterMark
    | RevokeCodes
    | TakeRevocationConfirmation
    | RecordCodeMessageTaken
    | RecordCodeMessageRejected
    | RecordCodeMessageDropped
    | RecordCodeMessageGivenUp
)

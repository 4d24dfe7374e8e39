"""Facts about the activation codes of a product: asked of its registry, in stock, out, revoked.

A code is a subject of the vault; `user_reference_ids` are how the registry wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class CodesRequested:
    """The nth message of this stock asks its registry for codes.

    `follows` is the number of the one before it to this registry, 0 for the first. `request_id` is
    the operator's, the same when the same thing is asked; `reason_id` is why, in the vault.
    """

    product_id: str
    registry: str
    number: int
    follows: int
    reference_id: str
    request_id: str
    quantity: int
    contract_id: str | None
    reason_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class CodesReceived:
    """The registry sent codes; only those that the hub never had are in stock.

    `short` is how many fewer than were asked for.
    """

    registry: str
    number: int
    receive_id: str
    processed_timestamp: datetime
    subject_ids: tuple[UUID, ...]
    user_reference_ids: tuple[UUID, ...]
    short: int


@dataclass(frozen=True, kw_only=True)
class CodesRequestRefused:
    """The registry gives no codes for this request."""

    registry: str
    number: int
    receive_id: str
    status: int
    status_message_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class CodesTakenOut:
    """Codes left the stock for an order; they never come back. `left` is what is still there."""

    request_id: str
    delivery_order_id: UUID
    subject_ids: tuple[UUID, ...]
    left: int
    reason_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class LowWaterMarkSet:
    """With fewer unused codes than this, somebody has to look; 0: nobody has to."""

    product_id: str
    registry: str
    mark: int
    reason_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class StockRanLow:
    """There are fewer unused codes than the mark says."""

    registry: str
    left: int
    mark: int


@dataclass(frozen=True, kw_only=True)
class StockRefilled:
    """There are as many unused codes as the mark says, or more, again."""

    registry: str
    left: int


@dataclass(frozen=True, kw_only=True)
class CodeRevocationRequested:
    """The nth message of this stock asks its registry to revoke a code.

    `order` is the stream of the cancelled order it was in, None when an operator asked.
    """

    product_id: str
    registry: str
    number: int
    follows: int
    reference_id: str
    subject_id: UUID
    user_reference_id: UUID
    order: UUID | None
    in_stock: bool
    reason_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class CodeRevoked:
    """The registry revoked a code: nobody can activate with it any more."""

    registry: str
    number: int
    receive_id: str
    processed_timestamp: datetime
    subject_id: UUID


@dataclass(frozen=True, kw_only=True)
class CodeRevocationRefused:
    """The registry does not revoke a code. It never comes back into stock all the same."""

    registry: str
    number: int
    receive_id: str
    subject_id: UUID
    status: int
    status_message_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class CodeMessageTaken:
    """The registry took the nth message (HTTP 202)."""

    registry: str
    number: int


@dataclass(frozen=True, kw_only=True)
class CodeMessageRejected:
    """The registry rejected the nth message for good (HTTP 4xx)."""

    registry: str
    number: int
    http_status: int
    status: int | None


@dataclass(frozen=True, kw_only=True)
class CodeMessageDropped:
    """The nth message will not be sent."""

    registry: str
    number: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class CodeMessageGivenUp:
    """The last retry of the nth message failed."""

    registry: str
    number: int
    attempts: int


CodeStockEvent = (
    CodesRequested
    | CodesReceived
    | CodesRequestRefused
    | CodesTakenOut
    | LowWaterMarkSet
    | StockRanLow
    | StockRefilled
    | CodeRevocationRequested
    | CodeRevoked
    | CodeRevocationRefused
    | CodeMessageTaken
    | CodeMessageRejected
    | CodeMessageDropped
    | CodeMessageGivenUp
)

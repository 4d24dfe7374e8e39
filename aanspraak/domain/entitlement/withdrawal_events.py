"""Facts about an Entitlement that is taken back, for good or for a while. Append-only as all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class CancellationAsked:
    """The entitlement is to be cancelled; it is not until the registry has confirmed.

    `cause` is order, leaver, full, forgotten or operator; `cancel_id` tells one cancellation from
    another. `reason_id` is what an operator wrote, in the vault.
    """

    cancel_id: str
    cause: str
    reason_id: UUID | None
    end_date: date


@dataclass(frozen=True, kw_only=True)
class CancellationRefused:
    """It stays. `reason`: in-use (here), registry (it refused) or rejected (with a 4xx)."""

    cancel_id: str
    cause: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class EntitlementCancelled:
    """Cancelled. The registry confirmed, unless nothing stood there: then `reference_id` is None.

    `in_use`: it was activated all the same, which somebody has to look at.
    """

    cancel_id: str
    cause: str
    end_date: date
    in_use: bool
    reference_id: UUID | None
    receive_id: str | None
    processed_timestamp: datetime | None


@dataclass(frozen=True, kw_only=True)
class BlockAsked:
    """The entitlement is to be blocked; `reason_id` is what the operator wrote, in the vault."""

    reason_id: UUID | None
    end_date: date


@dataclass(frozen=True, kw_only=True)
class EntitlementBlocked:
    """The registry blocked it."""

    end_date: date
    reference_id: UUID
    receive_id: str
    processed_timestamp: datetime


@dataclass(frozen=True, kw_only=True)
class UnblockAsked:
    """The entitlement is to be what it was before it was blocked."""

    reason_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class EntitlementUnblocked:
    """The registry took it back in the status that it had (nothing confirms that but its 202)."""

    entitlement_status: str

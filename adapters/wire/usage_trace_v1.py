"""Track and trace of use, our own API: what registries say, and as of when.

It is for support and billing. Moments are in UTC, days in Europe/Amsterdam.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from adapters.wire.outgoing import Outgoing


class UsageSource(Outgoing, frozen=True, kw_only=True):
    """A registry that was asked: when it answered last, and what went wrong since.

    `known`: whether it knew what it was asked about. `error` is a short code (timeout,
    no_connection, http_500), of `attemptedAt`.
    """

    registry: str
    as_of: datetime | None = None
    known: bool | None = None
    attempted_at: datetime | None = None
    error: str | None = None


class ProductUse(Outgoing, frozen=True, kw_only=True):
    """A product of an entitlement as its registry has it."""

    entitlement_id: UUID
    product_id: str
    status: str
    first_used: date | None = None
    last_used: date | None = None
    frequency_of_usage: int | None = None
    expiration_date: date | None = None
    as_of: datetime


class UsageTotals(Outgoing, frozen=True, kw_only=True):
    """What stands in the list, counted; `expired`: the licence is over, whatever the status."""

    entitled: int
    licensed: int
    cancelled: int
    blocked: int
    expired: int


class UsageTrace(Outgoing, frozen=True, kw_only=True):
    """The use of an entitlement, of an order, or of what is ordered under a contract.

    `asOf` is the oldest answer of the registries that were asked; left out when one of them never
    answered. `warnings` say so in words.
    """

    entitlement_id: UUID | None = None
    delivery_order_id: UUID | None = None
    contract_id: str | None = None
    as_of: datetime | None = None
    sources: tuple[UsageSource, ...]
    warnings: tuple[str, ...] = ()
    entitlements: tuple[ProductUse, ...] = ()
    totals: UsageTotals | None = None


WRITTEN = (UsageTrace,)

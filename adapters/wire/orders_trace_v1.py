"""Lists of track and trace, the copies they can be read from, and what a rebuild would change."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from adapters.wire.outgoing import Outgoing
from adapters.wire.trace_v1 import AsOf, Counts, PartnerSteps, Status


class OrderLine(Outgoing, frozen=True, kw_only=True):
    """An order among others, by what its own row says.

    Whether it is overdue is not judged in a list: `GET /trace/v1/orders/{deliveryOrderId}` does.
    """

    delivery_order_id: UUID
    status: Status
    ended: bool
    order_status: str | None = None
    shop: str | None = None
    product_id: str | None = None
    contract_id: str | None = None
    delivery_type: str | None = None
    start_date: date | None = None
    activation_until_date: date | None = None
    received_at: datetime | None = None
    total_quantity: int | None = None
    counts: Counts
    partners: tuple[PartnerSteps, ...]


class OrdersTrace(Outgoing, frozen=True, kw_only=True):
    """Orders, in the order of their streams; `asOf`: out of a copy of then, named `copy`."""

    as_of: AsOf | None = None
    copy: str | None = None
    orders: tuple[OrderLine, ...]


class CopyTrace(Outgoing, frozen=True, kw_only=True):
    """Views as they were at some moment; `views`: how many rows each has that is whole.

    `readable`: this release made it.
    """

    copy: str
    as_of: AsOf
    built_at: datetime
    readable: bool
    views: dict[str, int]


class ChangeOfRow(Outgoing, frozen=True, kw_only=True):
    """A row that would appear, vanish or change (`kind`), by its key; `fields`: now and then."""

    kind: str
    key: dict[str, Any]
    fields: dict[str, tuple[Any, Any]]


class DifferenceTrace(Outgoing, frozen=True, kw_only=True):
    """What the last comparison of a view with the log came to.

    `dryRun`: so many rows would appear, vanish and change with a rebuild; otherwise they did.
    """

    view: str
    position: int
    compared_at: datetime
    dry_run: bool
    appear: int
    vanish: int
    change: int
    examples: tuple[ChangeOfRow, ...] = ()


WRITTEN = (OrdersTrace, CopyTrace, DifferenceTrace)

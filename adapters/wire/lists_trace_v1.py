"""Track and trace of many orders, our own API: those of a school, and those that are overdue."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from adapters.wire.outgoing import Outgoing
from adapters.wire.trace_v1 import OrderTrace


class SchoolOrderTrace(Outgoing, frozen=True, kw_only=True):
    """An order of a school: where it stands, and what the catalogue calls its product."""

    title: str | None = None
    order: OrderTrace


class SchoolTrace(Outgoing, frozen=True, kw_only=True):
    """The orders of a school: how many in each status, and a part of them, the newest first.

    `aliases` are the identifiers it is known by (`TYPE value`, the master identifier first).
    `total` counts the orders in the status that was asked for, `statuses` all of them.
    """

    school_id: UUID
    aliases: tuple[str, ...]
    statuses: dict[str, int]
    total: int
    orders: tuple[SchoolOrderTrace, ...]


class OverdueAt(Outgoing, frozen=True, kw_only=True):
    """Whom an order waits for too long: messages without an answer, the oldest since when.

    `role` is registry, portal, or student-administration: nobody was found in the roster yet.
    """

    partner: str | None = None
    role: str
    messages: int
    since: datetime


class OverdueOrder(Outgoing, frozen=True, kw_only=True):
    """An order that somebody has had too long."""

    delivery_order_id: UUID
    product_id: str
    title: str | None = None
    school: str | None = None
    contract_id: str | None = None
    shop: str | None = None
    since: datetime
    waiting_on: tuple[OverdueAt, ...]


class OverdueTrace(Outgoing, frozen=True, kw_only=True):
    """The orders that are overdue, the longest wait first; `total` is how many there are."""

    total: int
    orders: tuple[OverdueOrder, ...]


WRITTEN = (SchoolTrace, SchoolOrderTrace, OverdueTrace, OverdueOrder, OverdueAt)

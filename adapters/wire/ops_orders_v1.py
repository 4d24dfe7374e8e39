"""Operations on orders that wait: pay first, then release."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing


class Release(Act):
    """The body that releases an order."""


class Released(Outgoing, frozen=True, kw_only=True):
    """What came of it: `released`, or `unchanged` when it was before."""

    delivery_order_id: UUID
    outcome: str


class HeldOrder(Outgoing, frozen=True, kw_only=True):
    """An order that waits for its release. `school` as in the report of a contract."""

    delivery_order_id: UUID
    shop: str
    contract_id: str | None = None
    product_id: str
    delivery_type: str
    school: str | None = None
    ordered: int
    start_date: date
    received_at: datetime


READ = (Release,)
WRITTEN = (Released, HeldOrder)

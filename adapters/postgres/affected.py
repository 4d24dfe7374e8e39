"""Which entitlements something an operator does would touch: of an order, a product, a school."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from aanspraak.domain import ids
from aanspraak.domain.errors import (
    DomainError,
    ProductUnknown,
    UnknownDeliveryOrder,
    UnknownEntitlement,
)
from adapters.postgres.queries import load
from projections.entitlement_row import BLOCK_REFUSED, BLOCKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    Connections = AsyncConnectionPool[AsyncConnection[Any]]

PAGE: Final = 500
LIVING: Final = ("created", "entitled", "licensed")
"""The statuses of what can be blocked."""
BLOCKED: Final = ("blocked",)
"""The status of what can be unblocked."""
FIRST: Final = UUID(int=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """What is meant: one entitlement, an order, a product, a school, or one person at a school."""

    entitlement_id: UUID | None = None
    delivery_order_id: UUID | None = None
    product_id: str | None = None
    school_id: UUID | None = None
    subject_id: UUID | None = None


class Affected(NamedTuple):
    """An entitlement as the view has it; its own rules have the last word."""

    entitlement_id: UUID
    status: str
    under_way: str


def is_touched(one: Affected, statuses: Sequence[str]) -> bool:
    """It stands so that something happens; what is under way counts as if it was done."""
    if statuses == BLOCKED:
        return one.status in statuses or one.under_way in (BLOCKING, BLOCK_REFUSED)
    lives = one.status in statuses or one.under_way == "unblocking"
    return lives and one.under_way != BLOCKING


async def require_known(connections: Connections, selection: Selection) -> Selection:
    """What is meant, if it exists: who mistypes an id must not believe that something was done.

    Raises:
        UnknownEntitlement, UnknownDeliveryOrder, ProductUnknown: the views do not have it.
    """
    order, product = selection.delivery_order_id, selection.product_id
    refusal: type[DomainError]
    if selection.entitlement_id is not None:
        given: dict[str, Any] = {"entitlement_id": selection.entitlement_id}
        query, refusal = "entitlement", UnknownEntitlement
    elif order is not None:
        given = {"order_id": ids.order_stream(order)}
        query, refusal = "order_known", UnknownDeliveryOrder
    elif product is not None:
        given = {"product_id": product}
        query, refusal = "product_known", ProductUnknown
    else:
        return selection
    if not await _rows(connections, query, given):
        raise refusal
    return selection


async def affected(connections: Connections, selection: Selection) -> AsyncIterator[Affected]:
    """The entitlements that are meant, page by page, each in a short transaction."""
    async for one in _meant(connections, selection):
        yield one


def _meant(connections: Connections, selection: Selection) -> AsyncIterator[Affected]:
    if selection.delivery_order_id is not None:
        return _of_order(connections, ids.order_stream(selection.delivery_order_id))
    if selection.product_id is not None:
        return _of_product(connections, selection.product_id)
    if selection.school_id is not None:
        return _at_school(connections, selection.school_id, selection.subject_id)
    return _itself(connections, selection.entitlement_id or FIRST)


async def _itself(connections: Connections, entitlement_id: UUID) -> AsyncIterator[Affected]:
    for row in await _rows(connections, "entitlement", {"entitlement_id": entitlement_id}):
        yield Affected(*row)


async def _of_product(connections: Connections, product_id: str) -> AsyncIterator[Affected]:
    after = FIRST
    while True:
        parameters = {"product_id": product_id, "after": after, "limit": PAGE}
        orders = await _rows(connections, "orders_of_product", parameters)
        for (order,) in orders:
            async for one in _of_order(connections, order):
                yield one
        if len(orders) < PAGE:
            return
        after = orders[-1][0]


async def _of_order(connections: Connections, order: UUID) -> AsyncIterator[Affected]:
    after, last = ids.order_range(order)
    while True:
        parameters = {"order_id": order, "after": after, "last": last, "limit": PAGE}
        rows = await _rows(connections, "entitlements_of_order", parameters)
        for row in rows:
            yield Affected(*row)
        if len(rows) < PAGE:
            return
        after = rows[-1][0]


async def _at_school(
    connections: Connections, school_id: UUID, subject_id: UUID | None
) -> AsyncIterator[Affected]:
    after, after_subject = FIRST, FIRST
    while True:
        parameters = {
            "school_id": school_id,
            "subject_id": subject_id,
            "after": after,
            "after_subject": after_subject,
            "limit": PAGE,
        }
        rows = await _rows(connections, "entitlements_at_school", parameters)
        for entitlement_id, status, under_way, _ in rows:
            yield Affected(entitlement_id, status, under_way)
        if len(rows) < PAGE:
            return
        after, after_subject = rows[-1][0], rows[-1][3]


async def _rows(
    connections: Connections, query: str, parameters: dict[str, Any]
) -> list[tuple[Any, ...]]:
    async with connections.connection() as conn:
        return await (await conn.execute(load("affected")[query], parameters)).fetchall()

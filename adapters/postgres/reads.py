"""What Edu-V's endpoints read: pages by key, each in a short transaction, never an open cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from aanspraak.domain import ids
from aanspraak.domain.partner.decide import DASHBOARD
from adapters.postgres.queries import load
from adapters.postgres.vault_grouped import Grouped
from adapters.postgres.views_rows import rows_of
from projections.delivery_order_status import DeliveryOrderStatus
from projections.entitlement_details import EntitlementDetails, is_over
from projections.entitlements_by_school import SchoolEntitlement
from projections.order_requests import OrderRequest
from projections.visibility import OPERATOR_ROLE, Viewer, may_see

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
    from datetime import date

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

Row = TypeVar("Row")

PAGE: Final = 500
"""How many rows are read at once."""
SEES_SCHOOLS: Final = (OPERATOR_ROLE, DASHBOARD)
"""Of a school that consents they see all; a portal sees what names it."""
NOBODY: Final = UUID(int=0)
"""Before every id."""


class Reads:
    """The reads of partners: what a viewer may not see is not there.

    Lists come row by row. `after` is the last id that was seen: an entitlement's, or for a contract
    the deliveryOrderId; `limit` is for the caller, who stops when it has enough.
    """

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[Any]]) -> None:
        self._pool = pool
        self._products = Grouped(self._products_of_each)

    async def entitlement(self, viewer: Viewer, entitlement_id: UUID) -> EntitlementDetails | None:
        """One entitlement."""
        parameters = {"entitlement_id": entitlement_id}
        found = await self._rows(EntitlementDetails, "entitlement", parameters)
        return found[0] if found and may_see(viewer, found[0]) else None

    async def order(self, viewer: Viewer, delivery_order_id: UUID) -> DeliveryOrderStatus | None:
        """One order, whether it was accepted or all its requests were refused."""
        parameters = {"order_id": ids.order_stream(delivery_order_id)}
        found = await self._rows(DeliveryOrderStatus, "order", parameters)
        return found[0] if found and may_see(viewer, found[0]) else None

    async def in_use(self, order: UUID) -> int:
        """How many of an order were ever activated, as far as the policies have counted."""
        async with self._pool.connection() as conn:
            cursor = await conn.execute(load("policy")["in_use_of_order"], {"order_id": order})
            row = await cursor.fetchone()
        return int(row[0]) if row else 0

    async def order_of_request(self, shop: str, reference_id: str) -> UUID | None:
        """The stream of the order for which a shop used this reference id first."""
        parameters = {"shop": shop, "reference_id": reference_id}
        found = await self._rows(OrderRequest, "order_of_request", parameters)
        return found[0].order_id if found else None

    async def entitlements_of_order(
        self, viewer: Viewer, delivery_order_id: UUID, after: UUID | None = None
    ) -> AsyncIterator[EntitlementDetails]:
        """The entitlements of an order, by id."""
        order = ids.order_stream(delivery_order_id)
        first, last = ids.order_range(order)
        bounds = {"order_id": order, "last": last}

        def page(after: UUID) -> Awaitable[Sequence[EntitlementDetails]]:
            parameters = {**seen_by(viewer), **bounds, "after": after, "limit": PAGE}
            return self._rows(EntitlementDetails, "entitlements_of_order", parameters)

        async for row in _by_page(page, after or first, lambda row: row.entitlement_id):
            yield row

    async def entitlements_of_school(
        self,
        viewer: Viewer,
        school_id: UUID,
        *,
        delivery_order_id: UUID | None = None,
        status: str | None = None,
        after: UUID | None = None,
    ) -> AsyncIterator[EntitlementDetails]:
        """The entitlements of a school, person by person."""
        order = ids.order_stream(delivery_order_id) if delivery_order_id else None
        first, last = ids.order_range(order) if order else (None, None)
        chosen = {
            "school_id": school_id,
            "status": status,
            "first": first,
            "last": last,
            "nobody": NOBODY,
        }

        def page(after: UUID) -> Awaitable[Sequence[EntitlementDetails]]:
            parameters = {**seen_by(viewer), **chosen, "after": after, "limit": PAGE}
            return self._rows(EntitlementDetails, "entitlements_of_school", parameters)

        async for row in _by_page(page, after or NOBODY, lambda row: row.entitlement_id):
            if order is None or row.order_id == order:
                yield row

    async def entitlements_of_person(
        self, viewer: Viewer, school_id: UUID, subject_id: UUID, status: str | None = None
    ) -> list[EntitlementDetails]:
        """The entitlements of one person at a school."""
        parameters = {
            **seen_by(viewer),
            "school_id": school_id,
            "subject_id": subject_id,
            "status": status,
        }
        return await self._rows(EntitlementDetails, "entitlements_of_person", parameters)

    async def products_of_person(
        self,
        viewer: Viewer,
        school_id: UUID,
        subject_id: UUID,
        *,
        today: date,
        status: str | None = None,
    ) -> list[SchoolEntitlement]:
        """What one person at a school can use `today` (Europe/Amsterdam), nothing that is over.

        One round trip, shared with whoever asks at the same moment.
        """
        rows = await self._products.ask((school_id, subject_id))
        return [
            row
            for row in rows
            if (viewer.role in SEES_SCHOOLS or viewer.partner in row.portals)
            and status in (None, row.status)
            and not is_over(row.status, row.activation_until_date, row.expiration_date, today)
        ]

    async def orders_of_contract(
        self, viewer: Viewer, contract_id: str, after: UUID | None = None
    ) -> AsyncIterator[DeliveryOrderStatus]:
        """The accepted orders under a contract."""

        def page(after: UUID) -> Awaitable[Sequence[DeliveryOrderStatus]]:
            bounds = {"contract_id": contract_id, "after": after, "limit": PAGE}
            return self._rows(
                DeliveryOrderStatus, "orders_of_contract", {**seen_by(viewer), **bounds}
            )

        start = ids.order_stream(after) if after else NOBODY
        async for row in _by_page(page, start, lambda row: row.order_id):
            yield row

    async def _products_of_each(
        self, asked: Sequence[tuple[UUID, UUID]]
    ) -> list[list[SchoolEntitlement]]:
        found: dict[tuple[UUID, UUID], list[SchoolEntitlement]] = {person: [] for person in asked}
        schools, subjects = zip(*found, strict=True)
        parameters = {"schools": list(schools), "subjects": list(subjects)}
        for row in await self._rows(SchoolEntitlement, "products_of_persons", parameters):
            found[row.school_id, row.subject_id].append(row)
        return [found[person] for person in asked]

    async def _rows(
        self, row: Callable[..., Row], query: str, parameters: Mapping[str, object]
    ) -> list[Row]:
        async with self._pool.connection() as conn:
            return await rows_of(row, conn, load("reads")[query], parameters)


def seen_by(viewer: Viewer) -> dict[str, object]:
    """Whoever asks, as queries want to know it to show what they may see."""
    return {"partner": viewer.partner, "role": viewer.role}


async def _by_page(
    page: Callable[[UUID], Awaitable[Sequence[Row]]], after: UUID, id_of: Callable[[Row], UUID]
) -> AsyncIterator[Row]:
    """Page after page until one is not full."""
    while True:
        rows = await page(after)
        for row in rows:
            yield row
        if len(rows) < PAGE:
            return
        after = id_of(rows[-1])

"""What a school ordered, the newest first, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from adapters.postgres.queries import load
from adapters.postgres.views_rows import rows_of
from projections.delivery_order_status import DeliveryOrderStatus

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

PAGE: Final = 200


async def orders_of_school(
    pool: AsyncConnectionPool[AsyncConnection[Any]], school_id: UUID, after: UUID | None = None
) -> AsyncIterator[DeliveryOrderStatus]:
    """The orders of a school, also those of which every request was refused.

    `after` is the stream of the last one that was seen.
    """
    while True:
        wanted = {"school_id": school_id, "after": after, "limit": PAGE}
        async with pool.connection() as conn:
            rows = await rows_of(
                DeliveryOrderStatus, conn, load("reads_school")["orders_of_school"], wanted
            )
        for row in rows:
            yield row
        if len(rows) < PAGE:
            return
        after = rows[-1].order_id

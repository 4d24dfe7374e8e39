"""Orders in a list: of a school, under a contract, for a product; as they stand, or stood then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier

from adapters.postgres.queries import load
from adapters.postgres.reads import NOBODY, seen_by
from adapters.postgres.rebuild_table import LIVE
from adapters.postgres.views_rows import columns_of, selected
from adapters.postgres.views_rows import load as load_rows
from projections import delivery_order_status
from projections.delivery_order_status import DeliveryOrderStatus

if TYPE_CHECKING:
    from uuid import UUID

    from psycopg import AsyncConnection

    from adapters.postgres.copies import Copy
    from projections.visibility import Viewer

VIEW: Final = delivery_order_status.NAME


class Asked(NamedTuple):
    """Which orders: all that is given must hold. `after` is the stream of the last one seen."""

    school_id: UUID | None = None
    contract_id: str | None = None
    product_id: str | None = None
    after: UUID = NOBODY
    limit: int = 200


async def orders(
    conn: AsyncConnection[Any], viewer: Viewer, asked: Asked, copy: Copy | None = None
) -> list[DeliveryOrderStatus]:
    """A page of them, from the live view or from a copy, as far as the viewer may see them."""
    query = SQL(load("orders")["orders"]).format(
        columns=selected(columns_of(DeliveryOrderStatus)),
        table=Identifier(copy.name if copy else LIVE, VIEW),
    )
    parameters = {**asked._asdict(), **seen_by(viewer)}
    async with conn.cursor(binary=True, row_factory=tuple_row) as cursor:
        await cursor.execute(query, parameters, prepare=False)
        return load_rows(DeliveryOrderStatus, await cursor.fetchall())

"""The orders that wait for their release, the longest wait first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from adapters.postgres.fetching import all_as
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from psycopg import AsyncConnection


class Held(NamedTuple):
    """An order that was taken and of which nothing was sent yet."""

    delivery_order_id: UUID
    shop: str
    contract_id: str | None
    product_id: str
    delivery_type: str
    school: str | None
    ordered: int
    start_date: date
    received_at: datetime


async def held_orders(
    conn: AsyncConnection[Any], contract_id: str | None = None, limit: int = 1_000
) -> list[Held]:
    """Those that wait, all or of one contract; at most so many."""
    parameters = {"contract_id": contract_id, "limit": limit}
    return await all_as(Held, conn, load("contracts")["held_orders"], parameters)

"""What is read of open orders: how they stand with the roster, and whether they are over quantity.

The policies count it, exactly; no view repeats it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aanspraak.application.pool import LIVE, over_quantity
from adapters.postgres.fetching import all_as, one_row
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from psycopg import AsyncConnection

SQL: Final = load("pool")


class OpenOrder(NamedTuple):
    """An open order; `waits` for its school's roster, in which nobody for it was found yet.

    `covered`: it gives nobody anything, because they have it by another order of the pool.
    `over_quantity`: how many more than bought were activated, judged for its pool; None without a
    quantity. `held_back`: users who would have lost it, had they not been so many.
    """

    school_id: UUID
    start_date: date
    received_at: datetime
    waits: bool
    covered: bool
    held_back: int
    over_quantity: int | None


class HeldBack(NamedTuple):
    """An order of which so many of its users would leave at once."""

    delivery_order_id: UUID
    school_id: UUID
    product_id: str
    held_back: int
    of: int
    activation_until_date: date


async def open_order(conn: AsyncConnection[Any], order: UUID) -> OpenOrder | None:
    """How an open order stands; None for an order that names its users."""
    row = await one_row(conn, SQL["read_order"], {"order_id": order})
    if row is None:
        return None
    state, school_id, start_date, received_at, resolved, held, quantity, covered, *pool = row
    gives_nothing = state == LIVE and not resolved
    over = over_quantity(zip(*pool, strict=True)).get(order, 0)
    return OpenOrder(
        school_id=school_id,
        start_date=start_date,
        received_at=received_at,
        waits=gives_nothing and not covered,
        covered=gives_nothing and covered,
        held_back=held,
        over_quantity=None if quantity is None else over,
    )


async def held_back(conn: AsyncConnection[Any]) -> list[HeldBack]:
    """The orders whose leavers wait for an operator, oldest first."""
    return await all_as(HeldBack, conn, SQL["held_back"])

"""What contracts came to: orders and days of first use added up, no entitlement is looked at."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from psycopg.rows import tuple_row

from aanspraak.domain.delivery_order.acceptance import OPEN_DELIVERY_TYPES
from adapters.postgres.queries import load
from adapters.postgres.reads import NOBODY, seen_by

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from projections.visibility import Viewer

    Connections = AsyncConnectionPool[AsyncConnection[Any]]

SQL: Final = load("contracts")
PAGE: Final = 200
"""How many lines are read at once, in a transaction of their own."""


class Asked(NamedTuple):
    """Which orders are meant: what is None is not asked for."""

    order_id: UUID | None = None
    product_id: str | None = None
    contract_id: str | None = None
    school_id: UUID | None = None


class Period(NamedTuple):
    """From a day up to another, both inclusive, in Europe/Amsterdam."""

    first: date
    last: date


class OrdersCounted(NamedTuple):
    """Orders, what they ordered, and the entitlements that were made for them."""

    orders: int
    ordered: int
    entitlements: int


class Line(NamedTuple):
    """An order of a contract with its numbers; the next page begins after its `order_id`.

    `used` is what its registry said, at `used_as_of` (UTC) or later; None when it never did.
    """

    order_id: UUID
    delivery_order_id: UUID
    product_id: str
    delivery_type: str
    shop: str
    school: str | None
    status: str
    received_on: date
    start_date: date
    activation_until_date: date
    ordered: int
    ordered_cancelled: int
    created: int
    entitled: int
    blocked: int
    cancelled: int
    activated: int
    activated_in_period: int
    over_quantity: int
    used: int | None
    used_as_of: datetime | None


class ForecastLine(NamedTuple):
    """A forecast, the names of its school (`TYPE value`), and what became of it."""

    school_id: UUID
    product_id: str
    period_from: date
    period_until: date
    expected: int
    source: str
    given_at: datetime
    school: list[str] | None
    orders: int
    ordered: int
    activated: int


async def orders_counted(connections: Connections, viewer: Viewer, asked: Asked) -> OrdersCounted:
    """The orders that are meant, as far as the viewer may see them."""
    (row,) = await _rows(connections, "counted_orders", {**seen_by(viewer), **asked._asdict()})
    return OrdersCounted(*row)


async def days_of_use(connections: Connections, viewer: Viewer, asked: Asked) -> dict[date, int]:
    """How many entitlements were used first on each day, oldest first."""
    parameters = {**seen_by(viewer), **asked._asdict()}
    return dict(await _rows(connections, "counted_days", parameters))


async def contract_lines(
    connections: Connections, viewer: Viewer, contract_id: str, period: Period
) -> AsyncIterator[list[Line]]:
    """The orders of a contract that a period is about, page by page; no page is empty."""
    chosen = {"contract_id": contract_id, "open_types": list(OPEN_DELIVERY_TYPES)}
    parameters = {**seen_by(viewer), **period._asdict(), **chosen}
    after = NOBODY
    while True:
        bounds = {**parameters, "after": after, "limit": PAGE}
        page = [Line(*row) for row in await _rows(connections, "contract_lines", bounds)]
        if page:
            yield page
        if len(page) < PAGE:
            return
        after = page[-1].order_id


async def forecast_lines(
    connections: Connections, viewer: Viewer, asked: Asked
) -> AsyncIterator[list[ForecastLine]]:
    """Forecasts, page by page, by school, product and period."""
    parameters = {**seen_by(viewer), **asked._asdict(), "limit": PAGE}
    after: tuple[UUID, str, date, date] = (NOBODY, "", date.min, date.min)
    while True:
        names = ("after_school", "after_product", "after_from", "after_until")
        bounds = {**parameters, **dict(zip(names, after, strict=True))}
        page = [ForecastLine(*row) for row in await _rows(connections, "forecasts", bounds)]
        if page:
            yield page
        if len(page) < PAGE:
            return
        after = page[-1][:4]


async def _rows(
    connections: Connections, query: str, parameters: Mapping[str, object]
) -> list[tuple[Any, ...]]:
    async with connections.connection() as conn, conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL[query], parameters, prepare=False)
        return await cursor.fetchall()

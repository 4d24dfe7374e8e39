"""Lists of orders: those of a school with whom each waits for, and those that are overdue."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aanspraak.domain import ids
from adapters.postgres.fetching import all_rows
from adapters.postgres.queries import load
from adapters.postgres.reads import seen_by
from adapters.postgres.views_rows import rows_of
from projections.delivery_order_status import DeliveryOrderStatus
from projections.order_trace import Waiting, waiting_on_roster

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from projections.order_trace import Moment
    from projections.visibility import Viewer

SQL: Final = load("lists")
AT_MOST: Final = 1_000
"""So many orders of a school are looked at: the newest."""


class SchoolOrder(NamedTuple):
    """An order, whom it waits for, and what the catalogue calls its product."""

    order: DeliveryOrderStatus
    waiting: tuple[Waiting, ...]
    title: str | None


class OverdueAt(NamedTuple):
    """Messages that a partner has had too long, since when the oldest; kind roster has none."""

    partner: str
    kind: str
    messages: int
    since: datetime


class Overdue(NamedTuple):
    """An order that somebody holds up; `total` is how many such orders there are."""

    delivery_order_id: UUID
    product_id: str
    title: str | None
    school: str | None
    contract_id: str | None
    shop: str
    since: datetime
    waiting: tuple[OverdueAt, ...]
    total: int


async def orders_of_school(
    conn: AsyncConnection[Any], viewer: Viewer, school_id: UUID
) -> list[SchoolOrder]:
    """The orders of a school that a viewer may see, the newest first."""
    wanted = {**seen_by(viewer), "school_id": school_id, "limit": AT_MOST}
    orders = await rows_of(DeliveryOrderStatus, conn, SQL["orders_of_school"], wanted)
    waiting = await _waiting(conn, [order.order_id for order in orders])
    products = {"products": list({order.product_id for order in orders})}
    titles = dict(await all_rows(conn, SQL["titles"], products))
    return [
        SchoolOrder(order, tuple(waiting[order.order_id]), titles.get(order.product_id))
        for order in orders
    ]


async def overdue_orders(
    conn: AsyncConnection[Any], viewer: Viewer, moment: Moment, limit: int, offset: int = 0
) -> list[Overdue]:
    """The orders that somebody has had too long, the longest first."""
    wanted = {
        **seen_by(viewer),
        "now": moment.now,
        "today": moment.today,
        "seconds": moment.patience.total_seconds(),
        "limit": limit,
        "offset": offset,
    }
    found = []
    rows = await all_rows(conn, SQL["overdue"], wanted)
    for *order, partners, kinds, messages, since, total in rows:
        waiting = tuple(map(OverdueAt, partners, kinds, messages, since))
        found.append(Overdue._make((*order, waiting, total)))
    return found


async def _waiting(
    conn: AsyncConnection[Any], orders: Sequence[UUID]
) -> Mapping[UUID, list[Waiting]]:
    ranges = [ids.order_range(order) for order in orders]
    wanted = {
        "orders": list(orders),
        "firsts": [first for first, _ in ranges],
        "lasts": [last for _, last in ranges],
    }
    found: dict[UUID, list[Waiting]] = defaultdict(list)
    on_roster = await all_rows(conn, SQL["waiting_on_roster"], wanted)
    for order, school_id, received_at, start_date in on_roster:
        found[order].append(waiting_on_roster(school_id, received_at, start_date))
    for order, *row in await all_rows(conn, SQL["waiting_of_orders"], wanted):
        found[order].append(Waiting(*row))
    return found

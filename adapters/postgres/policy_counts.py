"""The tables in which the policies count: read for a batch of facts, written when it is folded."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from aanspraak.application.delivery_progress import EntitlementProgress, OrderProgress
from aanspraak.domain import ids
from adapters.postgres.policy_incidents import Lists, read_lists
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.domain.school.state import SchoolPortals

SQL: Final = load("policy")
_ENTITLEMENT_COLUMNS: Final = [
    field.name for field in fields(EntitlementProgress) if field.name not in ("order", "links")
]
_ORDER_COLUMNS: Final = [field.name for field in fields(OrderProgress)]


@dataclass(kw_only=True, slots=True)
class Counts:
    """What is counted of the orders and entitlements that a batch of facts is about.

    `schools` is what operators decided of those that the batch is about.
    `asked` is for how many users of an order an entitlement was asked so far. `lists` are what the
    incidents are about.
    """

    orders: dict[UUID, OrderProgress] = field(default_factory=dict)
    asked: dict[UUID, int] = field(default_factory=dict)
    entitlements: dict[UUID, EntitlementProgress] = field(default_factory=dict)
    schools: dict[UUID, SchoolPortals] = field(default_factory=dict)
    lists: Lists = field(default_factory=Lists)
    touched_orders: set[UUID] = field(default_factory=set)
    touched_entitlements: set[UUID] = field(default_factory=set)

    def set_order(self, order: UUID, progress: OrderProgress) -> None:
        """The counts of an order are now these."""
        self.orders[order] = progress
        self.touched_orders.add(order)

    def set_entitlement(self, entitlement_id: UUID, progress: EntitlementProgress) -> None:
        """An entitlement is now so far."""
        self.entitlements[entitlement_id] = progress
        self.touched_entitlements.add(entitlement_id)


async def read_counts(
    conn: AsyncConnection[Any], streams: Iterable[UUID], orders: Iterable[UUID]
) -> Counts:
    """Read what is counted of these streams, and of the orders named or behind them."""
    streams = list(set(streams))
    counts = Counts(lists=await read_lists(conn, streams))
    wanted = set(orders)
    for entitlement_id, progress in await _progress(conn, "read_entitlements", {"ids": streams}):
        counts.entitlements[entitlement_id] = progress
        wanted.add(progress.order)
    for row in await _rows(conn, "read_orders", {"ids": [*wanted, *streams]}):
        order = row.pop("order_id")
        counts.asked[order] = row.pop("asked")
        named = row.pop("portals")
        portals = None if named is None else tuple(named)
        counts.orders[order] = OrderProgress(**row, portals=portals)
    return counts


async def entitlements_of(
    conn: AsyncConnection[Any], order: UUID, after: UUID | None, most: int
) -> list[tuple[UUID, EntitlementProgress]]:
    """The next entitlements of an order, by id; all that is counted must have been written."""
    first, last = ids.order_range(order)
    page = {"after": after or first, "last": last, "order_id": order, "most": most}
    return await _progress(conn, "entitlements_of_order", page)


async def write_counts(conn: AsyncConnection[Any], counts: Counts) -> None:
    """Write what was touched."""
    if counts.touched_entitlements:
        await conn.execute(SQL["write_entitlements"], _entitlement_columns(counts))
    if counts.touched_orders:
        await conn.execute(SQL["write_orders"], _order_columns(counts))


async def _progress(
    conn: AsyncConnection[Any], query: str, parameters: dict[str, object]
) -> list[tuple[UUID, EntitlementProgress]]:
    return [
        (row.pop("entitlement_id"), EntitlementProgress(order=row.pop("order_id"), **row))
        for row in await _rows(conn, query, parameters)
    ]


async def _rows(
    conn: AsyncConnection[Any], query: str, parameters: dict[str, object]
) -> list[dict[str, Any]]:
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(SQL[query], parameters, prepare=False)
        return await cursor.fetchall()


def _entitlement_columns(counts: Counts) -> dict[str, list[object]]:
    touched = sorted(counts.touched_entitlements)
    rows = [counts.entitlements[entitlement_id] for entitlement_id in touched]
    return {
        "entitlement_id": list(touched),
        "order_id": [row.order for row in rows],
        **{name: [getattr(row, name) for row in rows] for name in _ENTITLEMENT_COLUMNS},
        "links": [Jsonb(dict(row.links)) for row in rows],
    }


def _order_columns(counts: Counts) -> dict[str, list[object]]:
    touched = sorted(counts.touched_orders)
    rows = [counts.orders[order] for order in touched]
    return {
        "order_id": list(touched),
        "asked": [counts.asked.get(order, 0) for order in touched],
        **{name: [getattr(row, name) for row in rows] for name in _ORDER_COLUMNS},
        "portals": [None if row.portals is None else Jsonb(list(row.portals)) for row in rows],
    }

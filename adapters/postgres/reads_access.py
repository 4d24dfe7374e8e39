"""What is known of the question whether somebody can open a product: streams, views, the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aanspraak.domain.delivery_order.acceptance import OPEN_DELIVERY_TYPES
from aanspraak.domain.entitlement.events import InitialActivationReported
from adapters.postgres.consents import Consents
from adapters.postgres.event_log import read_many
from adapters.postgres.queries import load
from adapters.postgres.reads_pool import open_order
from adapters.postgres.reads_trace import waiting_on_entitlement
from adapters.postgres.views_rows import rows_of
from projections.access import Candidate, Known, Ordered
from projections.changes import entitlement_since, order_since
from projections.delivery_order_status import DeliveryOrderStatus
from projections.products import Product

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from aanspraak.domain.recorded import Recorded
    from adapters.postgres.vault import Vault

    Connections = AsyncConnectionPool[AsyncConnection[Any]]

AT_MOST: Final = 20
"""So many entitlements of one person, and orders of one school, are looked at: the newest."""
SQL: Final = load("access")
ANOTHER: Final = "activated-by-another-user"
"""What an activation says that somebody else did."""


class Question(NamedTuple):
    """Who, in the hub's own ids, and which product; `today` is the day in Europe/Amsterdam.

    `school_id` is None when nobody knows the school, or none was named; so is `subject_id` when
    nobody is known by what was given.
    """

    product_id: str
    today: date
    school_id: UUID | None = None
    subject_id: UUID | None = None
    by_code: bool = False


async def known_of(connections: Connections, vault: Vault, asked: Question) -> Known:
    """All that is known of the question."""
    async with connections.connection() as conn:
        product = await product_of(conn, asked.product_id)
        products = await column(conn, "products_with", {"product_id": asked.product_id})
        wanted = {**asked._asdict(), "products": products, "limit": AT_MOST}
        orders = await _orders(conn, wanted) if asked.school_id else []
        had = await column(conn, "entitlements_of_subject", wanted) if asked.subject_id else []
    candidates = await candidates_of(connections, vault, had)
    return Known(
        today=asked.today,
        school=asked.school_id is not None,
        person=asked.subject_id is not None,
        by_code=asked.by_code,
        product=product,
        candidates=tuple(candidates),
        orders=tuple(orders),
    )


async def known_of_entitlement(
    connections: Connections, vault: Vault, entitlement_id: UUID, today: date
) -> Known | None:
    """The same of one entitlement, whoever it is for; None when there is none."""
    found = await candidates_of(connections, vault, [entitlement_id])
    if not found:
        return None
    row = found[0].row
    async with connections.connection() as conn:
        product = await product_of(conn, row.product_id)
        wanted = {
            "products": [row.product_id],
            "school_id": row.school_id,
            "limit": AT_MOST,
        }
        orders = await _orders(conn, wanted) if row.school_id else []
    return Known(
        today=today,
        school=True,
        person=True,
        by_code=False,
        product=product,
        candidates=tuple(found),
        orders=tuple(orders),
    )


async def candidates_of(
    connections: Connections, vault: Vault, entitlements: Sequence[UUID]
) -> list[Candidate]:
    """These entitlements as their streams tell of them, with what else there is to be known."""
    async with connections.connection() as conn:
        told = await read_many(conn, list(entitlements))
        found = [
            candidate for facts in told.values() if (candidate := await _candidate(conn, facts))
        ]
    references = await vault.references([each.row.user_reference_id for each in found])
    consents = Consents(connections)
    return [
        each._replace(
            forgotten=each.row.user_reference_id not in references,
            unconsented=(
                await consents.ended(each.row.school_id, each.row.portals)
                if each.row.school_id and each.row.portals
                else {}
            ),
        )
        for each in found
    ]


async def _candidate(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> Candidate | None:
    row, since = entitlement_since(facts)
    if row is None:
        return None
    order_facts = (await read_many(conn, [row.order_id]))[row.order_id]
    _, changed = order_since(order_facts)
    orders = await rows_of(
        DeliveryOrderStatus, conn, load("reads")["order"], {"order_id": row.order_id}
    )
    uses = [each.event for each in facts if isinstance(each.event, InitialActivationReported)]
    another = [use.usage_date for use in uses if ANOTHER in use.anomalies]
    return Candidate(
        row=row,
        since=since,
        order=orders[0] if orders else None,
        order_since=changed,
        waiting=await waiting_on_entitlement(conn, row.order_id, row.entitlement_id),
        used_by_another=another[0] if another else None,
    )


async def _orders(conn: AsyncConnection[Any], wanted: dict[str, Any]) -> list[Ordered]:
    orders = await rows_of(DeliveryOrderStatus, conn, SQL["orders_of_school"], wanted)
    return [await _ordered(conn, order) for order in orders]


async def _ordered(conn: AsyncConnection[Any], order: DeliveryOrderStatus) -> Ordered:
    if order.delivery_type not in OPEN_DELIVERY_TYPES:
        return Ordered(order=order, open_type=False)
    found = await open_order(conn, order.order_id)
    return Ordered(order=order, open_type=True, waits_on_roster=bool(found and found.waits))


async def product_of(conn: AsyncConnection[Any], product_id: str) -> Product | None:
    """What the catalogue says of it."""
    found = await rows_of(Product, conn, load("directory")["product"], {"key": product_id})
    return found[0] if found else None


async def column(conn: AsyncConnection[Any], query: str, parameters: dict[str, Any]) -> list[Any]:
    """The first column of what a query of sql/access.sql finds."""
    rows = await (await conn.execute(SQL[query], parameters, prepare=False)).fetchall()
    return [row[0] for row in rows]

"""Lists of orders as track and trace shows them: of a school, and what is overdue."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from adapters.http.trace_answers import ROLES, SEES_ALL, named_before, shown_order
from adapters.postgres.consents import Consents
from adapters.postgres.reads_lists import Overdue, orders_of_school, overdue_orders
from adapters.postgres.vault import Vault
from adapters.wire import lists_trace_v1 as wire
from projections.order_trace import Moment
from projections.visibility import Viewer

Connections = AsyncConnectionPool[AsyncConnection[Any]]


class Page(NamedTuple):
    """Which part of a list: so many after those that are left out, perhaps in one status."""

    limit: int
    offset: int = 0
    status: str | None = None
    language: str = "en"


async def school_trace(
    pool: Connections, vault: Vault, viewer: Viewer, school_id: UUID, moment: Moment, page: Page
) -> wire.SchoolTrace:
    """The orders of a school that the viewer may see; who asks has looked at its consent."""
    async with pool.connection() as conn:
        found = await orders_of_school(conn, viewer, school_id)
    portals = list({portal for each in found for portal in each.order.portals})
    unknown = await Consents(pool).ended(school_id, portals) if portals else {}
    shown = [
        wire.SchoolOrderTrace(
            title=each.title,
            order=shown_order(viewer, each.order, each.waiting, moment, unknown, page.language),
        )
        for each in found
        if each.order.delivery_order_id is not None
    ]
    chosen = [each for each in shown if page.status in {None, each.order.status}]
    return wire.SchoolTrace(
        school_id=school_id,
        aliases=tuple(f"{kind} {value}" for kind, value in await vault.aliases(school_id)),
        statuses=dict(Counter(each.order.status for each in shown)),
        total=len(chosen),
        orders=tuple(chosen[page.offset : page.offset + page.limit]),
    )


async def overdue_trace(
    pool: Connections, viewer: Viewer, moment: Moment, page: Page
) -> wire.OverdueTrace:
    """The orders that somebody has had too long, as far as the viewer may see them."""
    async with pool.connection() as conn:
        found = await overdue_orders(conn, viewer, moment, page.limit, page.offset)
    return wire.OverdueTrace(
        total=found[0].total if found else 0,
        orders=tuple(_overdue(viewer, each) for each in found),
    )


def _overdue(viewer: Viewer, found: Overdue) -> wire.OverdueOrder:
    return wire.OverdueOrder(
        delivery_order_id=found.delivery_order_id,
        product_id=found.product_id,
        title=found.title,
        school=found.school,
        contract_id=found.contract_id,
        shop=found.shop if viewer.role in SEES_ALL else None,
        since=found.since,
        waiting_on=tuple(
            wire.OverdueAt(
                partner=name, role=ROLES[each.kind], messages=each.messages, since=each.since
            )
            for each in found.waiting
            for name in named_before(viewer, each.partner, ROLES[each.kind])
        ),
    )

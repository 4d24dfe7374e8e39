"""The page of an order: where it is, since when, who holds it up, and what can be done."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Response
from sse_starlette import EventSourceResponse

from adapters.console.facts import facts_of
from adapters.console.listing import csv_of, masked, paged
from adapters.console.live import following
from adapters.console.stands import order_found, order_stands, order_stood, then_asked
from adapters.console.visits import Viewing
from adapters.http.explain_answers import explained_order
from projections.order_trace import status_of_entitlement
from projections.visibility import OPERATOR

router = APIRouter(prefix="/orders")

PAGE: Final = 50


@router.get("/{delivery_order_id}")
async def order(visit: Viewing, delivery_order_id: UUID) -> Response:
    """Where it stands, or stood."""
    found, then = await order_found(visit, delivery_order_id), await then_asked(visit)
    if then is None:
        return visit.page("order.html", then=None, **await order_stands(visit, found))
    return visit.page("order.html", then=then, **await order_stood(visit, found, then))


@router.get("/{delivery_order_id}/live")
async def live(visit: Viewing, delivery_order_id: UUID) -> EventSourceResponse:
    """The same again whenever it changed, for as long as the session and the process last."""

    async def now() -> str:
        found = await order_found(visit, delivery_order_id)
        return visit.render("order_stands.html", then=None, **await order_stands(visit, found))

    return following(visit, now)


@router.get("/{delivery_order_id}/entitlements")
async def entitlements(visit: Viewing, delivery_order_id: UUID) -> Response:
    """Its entitlements, page by page."""
    found = await order_found(visit, delivery_order_id)
    reads = visit.services.reads
    page = await paged(
        visit,
        lambda after: reads.entitlements_of_order(OPERATOR, delivery_order_id, after),
        lambda row: row.entitlement_id,
        PAGE,
    )
    rows = [(row, status_of_entitlement(row)) for row in page.rows]
    return visit.page("order_entitlements.html", order=found, rows=rows, page=page)


@router.get("/{delivery_order_id}/entitlements.csv")
async def entitlements_csv(visit: Viewing, delivery_order_id: UUID) -> Response:
    """All of them, for a spreadsheet."""
    await order_found(visit, delivery_order_id)
    rows = visit.services.reads.entitlements_of_order(OPERATOR, delivery_order_id)
    header = ("entitlement", "person", "product", "status", "registry", "portals", "until")
    cells = (
        (
            row.entitlement_id,
            masked(row.subject_id),
            row.product_id,
            status_of_entitlement(row),
            row.registry,
            " ".join(row.portals),
            row.activation_until_date,
        )
        async for row in rows
    )
    return csv_of(f"order-{delivery_order_id}.csv", header, cells)


@router.get("/{delivery_order_id}/facts")
async def facts(visit: Viewing, delivery_order_id: UUID) -> Response:
    """What happened to the order itself, fact by fact, with who did it."""
    found = await order_found(visit, delivery_order_id)
    return visit.page("order_facts.html", order=found, facts=await facts_of(visit, found.order_id))


@router.get("/{delivery_order_id}/possible")
async def possible(visit: Viewing, delivery_order_id: UUID) -> Response:
    """What can be done with it now, and what is refused for which rule."""
    found = await order_found(visit, delivery_order_id)
    services = visit.services
    explanation = await explained_order(
        services.pool,
        services.directory.contract,
        delivery_order_id,
        services.now(),
        visit.language,
    )
    return visit.page("order_possible.html", order=found, explanation=explanation)

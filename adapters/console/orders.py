"""The page of an order: where it is, since when, who holds it up, and what can be done."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Response
from sse_starlette import EventSourceResponse

from adapters.console.facts import facts_of
from adapters.console.listing import csv_of, masked, paged
from adapters.console.live import following_what
from adapters.console.picture import drawn
from adapters.console.stands import (
    Stands,
    is_large,
    order_found,
    order_heading,
    order_stands,
    order_stood,
    order_told,
    order_trace,
    then_asked,
)
from adapters.console.visits import Viewing
from adapters.http.explain_answers import explained_order
from projections.order_trace import status_of_entitlement
from projections.visibility import OPERATOR

router = APIRouter(prefix="/orders")

PAGE: Final = 50


@router.get("/{delivery_order_id}")
async def order(visit: Viewing, delivery_order_id: UUID) -> Response:
    """Where it stands, or stood."""
    then = await then_asked(visit)
    if then is not None:
        found = await order_found(visit, delivery_order_id)
        stood = await order_stood(visit, found, then)
        return visit.page("order.html", then=then, apart=False, **stood)
    stands = await order_trace(visit, delivery_order_id)
    shown = await order_stands(visit, stands)
    return visit.page("order.html", then=None, apart=is_large(stands.order), **shown)


@router.get("/{delivery_order_id}/timeline")
async def timeline(visit: Viewing, delivery_order_id: UUID) -> Response:
    """What happened to it, summed up when it is large: the part that takes a while."""
    stands = await order_trace(visit, delivery_order_id)
    entries = (await order_told(visit, stands)).entries
    part_of_a_page = visit.request.headers.get("hx-request") is not None
    return visit.page(
        "what_happened.html" if part_of_a_page else "order_timeline.html",
        entries=entries,
        picture=drawn(entries),
        **await order_heading(visit, stands.order),
    )


@router.get("/{delivery_order_id}/live")
async def live(visit: Viewing, delivery_order_id: UUID) -> EventSourceResponse:
    """The same again whenever it changed, for as long as the session and the process last."""

    async def show(stands: Stands) -> str:
        shown = await order_stands(visit, stands)
        return visit.render("order_stands.html", apart=is_large(stands.order), **shown)

    return following_what(visit, lambda: order_trace(visit, delivery_order_id), show)


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
    heading = await order_heading(visit, found)
    return visit.page("order_entitlements.html", rows=rows, page=page, **heading)


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
    told = await facts_of(visit, found.order_id)
    return visit.page("order_facts.html", facts=told, **await order_heading(visit, found))


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
    heading = await order_heading(visit, found)
    return visit.page("order_possible.html", explanation=explanation, **heading)

"""The page of a school: what it ordered, where its links go, what it consents to, what is wrong."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Response

from adapters.console.listing import csv_of, offset_of, one_by_one
from adapters.console.open_incidents import open_incidents
from adapters.console.visits import NotThere, Viewing, Visit
from adapters.http.list_answers import Page, school_trace
from adapters.http.trace_viewers import moment_of
from adapters.postgres.school_portals import PortalDesk
from adapters.postgres.vault_schools import Alias
from adapters.wire.lists_trace_v1 import SchoolOrderTrace, SchoolTrace
from projections.visibility import OPERATOR

router = APIRouter(prefix="/schools/{school_id}")

PAGE: Final = 25
MOST: Final = 100_000
"""All orders that a school can have."""


@router.get("")
async def school(visit: Viewing, school_id: UUID) -> Response:
    """All of it on one page."""
    services = visit.services
    aliases = await aliases_of(visit, school_id)
    desk = PortalDesk(
        connections=services.pool,
        vault=services.vault,
        partner_of=services.directory.partner,
        now=services.now,
    )
    offset = offset_of(visit)
    page = Page(PAGE, offset, language=visit.language)
    return visit.page(
        "school.html",
        school_id=school_id,
        name=aliases[0][1],
        called=await services.vault.school_name(school_id),
        aliases=aliases,
        portals=await desk.stands(school_id),
        consents=await services.consents.listed(school_id=school_id),
        incidents=await open_incidents(visit, school_id=school_id),
        found=await _orders(visit, school_id, page),
        offset=offset,
        size=PAGE,
    )


@router.get("/orders.csv")
async def orders_csv(visit: Viewing, school_id: UUID) -> Response:
    """All its orders, for a spreadsheet."""
    name = (await aliases_of(visit, school_id))[0][1]
    found = await _orders(visit, school_id, Page(MOST, language=visit.language))
    header = ("order", "product", "title", "type", "status", "shop", "contract", "received")
    return csv_of(f"orders-{name}.csv", header, one_by_one(map(_cells, found.orders)))


def _cells(each: SchoolOrderTrace) -> tuple[object, ...]:
    order = each.order
    return (
        order.delivery_order_id,
        order.product_id,
        each.title,
        order.delivery_type,
        order.status,
        order.shop,
        order.contract_id,
        order.received_at,
    )


async def _orders(visit: Visit, school_id: UUID, page: Page) -> SchoolTrace:
    services = visit.services
    return await school_trace(
        services.pool, services.vault, OPERATOR, school_id, moment_of(services), page
    )


async def aliases_of(visit: Visit, school_id: UUID) -> list[Alias]:
    """At least one, the first of which is what people call it; raises NotThere."""
    aliases = await visit.services.vault.aliases(school_id)
    if not aliases:
        raise NotThere
    return aliases

"""Which orders somebody has had too long, and who."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Response

from adapters.console.listing import csv_of, offset_of, one_by_one
from adapters.console.visits import Viewing
from adapters.http.list_answers import Page, overdue_trace
from adapters.http.trace_viewers import moment_of
from adapters.wire.lists_trace_v1 import OverdueOrder
from projections.visibility import OPERATOR

router = APIRouter(prefix="/overdue")

PAGE: Final = 50
MOST: Final = 10_000
"""So many go into a file; whoever has more has another problem."""


@router.get("")
async def overdue(visit: Viewing) -> Response:
    """The longest wait first."""
    services, offset = visit.services, offset_of(visit)
    page = Page(PAGE, offset, language=visit.language)
    found = await overdue_trace(services.pool, OPERATOR, moment_of(services), page)
    return visit.page("overdue.html", found=found, offset=offset, size=PAGE)


@router.get(".csv")
async def overdue_csv(visit: Viewing) -> Response:
    """All of them, for a spreadsheet."""
    services = visit.services
    page = Page(MOST, language=visit.language)
    found = await overdue_trace(services.pool, OPERATOR, moment_of(services), page)
    header = ("order", "product", "school", "contract", "shop", "since", "waiting on")
    return csv_of("overdue.csv", header, one_by_one(map(_cells, found.orders)))


def _cells(order: OverdueOrder) -> tuple[object, ...]:
    return (
        order.delivery_order_id,
        order.product_id,
        order.school,
        order.contract_id,
        order.shop,
        order.since,
        " ".join(one.partner or one.role for one in order.waiting_on),
    )

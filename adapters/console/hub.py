"""The pages of the hub itself: its processes, notices that it gave, and orders that wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Response

from adapters.console.visits import Viewing, Visit
from adapters.postgres import notices
from adapters.postgres.health import absent, lags
from adapters.postgres.held_orders import held_orders

router = APIRouter()

WEEK: Final = timedelta(days=7)
NOTICES: Final = 50
HELD: Final = 500


@router.get("/hub")
async def hub(visit: Viewing) -> Response:
    """How far every follower is, which processes do not run, and who was told what."""
    services, now = visit.services, visit.services.now()
    over_kafka = services.settings.channel == "kafka"
    async with services.pool.connection() as conn:
        return visit.page(
            "hub.html",
            lags=await lags(conn, now),
            absent=await absent(conn, ["stream"] if over_kafka else []),
            sent=await notices.sent_since(conn, now - WEEK, NOTICES),
            most=NOTICES,
        )


@router.get("/held")
async def held(visit: Viewing) -> Response:
    """The orders that wait for their release, the longest wait first."""
    async with visit.services.pool.connection() as conn:
        orders = await held_orders(conn, limit=HELD)
    titles = await _titles(visit, {order.product_id for order in orders})
    return visit.page("held.html", orders=orders, titles=titles, most=HELD)


async def _titles(visit: Visit, products: set[str]) -> dict[str, str]:
    found = {one: await visit.services.directory.listed_product(one) for one in products}
    return {one: product.title for one, product in found.items() if product}

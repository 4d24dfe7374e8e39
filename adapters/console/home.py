"""The first page: one field for everything that support is told on the phone."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter, Response

from adapters.console.place import BASE
from adapters.console.visits import Viewing, Visit
from projections.visibility import OPERATOR

router = APIRouter()


class Hit(NamedTuple):
    """One thing that was found: what it is, its name, and its page."""

    kind: str
    title: str
    path: str


@router.get("/")
async def home(visit: Viewing) -> Response:
    """The field."""
    return visit.page("home.html", sought=None, hits=())


@router.post("/")
async def search(visit: Viewing) -> Response:
    """What was found; what was sought may be somebody's, so it is in no address."""
    sought = visit.form.get("sought", "").strip()
    hits = await _found(visit, sought) if sought else ()
    return visit.page("home.html", sought=sought, hits=hits)


async def _found(visit: Visit, sought: str) -> list[Hit]:
    try:
        given = UUID(sought)
    except ValueError:
        return []
    reads = visit.services.reads
    hits = []
    if (order := await reads.order(OPERATOR, given)) is not None:
        hits.append(Hit("order", order.product_id or str(given), f"{BASE}/orders/{given}"))
    if (row := await reads.entitlement(OPERATOR, given)) is not None:
        hits.append(Hit("entitlement", row.product_id, f"{BASE}/entitlements/{given}"))
    return hits

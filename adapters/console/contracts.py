"""The page of a contract: what was ordered under it, and how much of it is in use since when."""

from __future__ import annotations

from fastapi import APIRouter, Response

from adapters.console.visits import NotThere, Viewing
from adapters.http.contract_answers import shown_counts
from adapters.postgres import reads_contract
from adapters.postgres.reads_contract import Asked
from projections.visibility import OPERATOR

router = APIRouter(prefix="/contracts")


@router.get("/{contract_id:path}")
async def contract(visit: Viewing, contract_id: str) -> Response:
    """Its numbers, and the days on which something was used first."""
    services, asked = visit.services, Asked(contract_id=contract_id)
    orders = await reads_contract.orders_counted(services.pool, OPERATOR, asked)
    if not orders.orders:
        raise NotThere
    days = await reads_contract.days_of_use(services.pool, OPERATOR, asked)
    counts = shown_counts(orders, days, None, None)
    return visit.page("contract.html", contract_id=contract_id, counts=counts)

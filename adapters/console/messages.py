"""What partners were told about an order or an entitlement, and what they answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from aanspraak.domain import ids
from adapters.console.stands import (
    entitlement_found,
    entitlement_heading,
    order_found,
    order_heading,
)
from adapters.console.visits import NotThere, Viewing, Visit
from adapters.http.exchange_answers import exchange_trace, exchanges_trace
from adapters.http.problems import Refused
from adapters.postgres.reads_as_of import AT_LAST
from adapters.wire.exchanges_trace_v1 import Exchange
from projections.visibility import OPERATOR

router = APIRouter()


@router.get("/orders/{delivery_order_id}/messages")
async def of_order(visit: Viewing, delivery_order_id: UUID) -> Response:
    """Those about the order itself: what its shop was told."""
    found = await order_found(visit, delivery_order_id)
    stream = ids.order_stream(delivery_order_id)
    told = await exchanges_trace(OPERATOR, visit.services, stream, AT_LAST, None)
    heading = await order_heading(visit, found)
    return visit.page("order_messages.html", exchanges=told.exchanges, **heading)


@router.get("/entitlements/{entitlement_id}/messages")
async def of_entitlement(visit: Viewing, entitlement_id: UUID) -> Response:
    """Those about the entitlement, to its registry and its portals."""
    row = await entitlement_found(visit, entitlement_id)
    told = await exchanges_trace(OPERATOR, visit.services, entitlement_id, AT_LAST, None)
    heading = await entitlement_heading(visit, row)
    return visit.page("entitlement_messages.html", exchanges=told.exchanges, **heading)


@router.get("/messages/{exchange_id}")
async def message(visit: Viewing, exchange_id: int) -> Response:
    """One message word for word, without the person in it, and every answer to it.

    What a partner wrote may name a pupil: that is for who may see persons.
    """
    may = visit.may("support")
    try:
        told = await exchange_trace(OPERATOR, visit.services, exchange_id, AT_LAST, in_words=may)
    except Refused:
        raise NotThere from None
    body = msgspec.json.format(msgspec.json.encode(told.message)).decode()
    about = await _about(visit, told.exchange)
    return visit.page("message.html", told=told, exchange=told.exchange, body=body, **about)


async def _about(visit: Visit, exchange: Exchange) -> dict[str, Any]:
    """What people call the product and the school that it is about; nothing for consents, codes."""
    if exchange.about == "entitlement":
        row = await visit.services.reads.entitlement(OPERATOR, exchange.id)
        if row is not None:
            return {"product_id": row.product_id, **await entitlement_heading(visit, row)}
    elif exchange.delivery_order_id is not None:
        order = await visit.services.reads.order(OPERATOR, exchange.delivery_order_id)
        if order is not None:
            return {"product_id": order.product_id, **await order_heading(visit, order)}
    return {"product_id": None, "title": "", "school": ""}

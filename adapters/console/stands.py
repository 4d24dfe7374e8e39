"""Where an order or an entitlement stands, now or as of some moment, as pages show it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from aanspraak.domain.calendar_days import AMSTERDAM
from aanspraak.domain.errors import UnknownDeliveryOrder, UnknownEntitlement
from adapters.console.picture import drawn
from adapters.console.visits import NotThere, Visit
from adapters.http.trace_answers import shown_entitlement_timeline, shown_order_timeline
from adapters.http.trace_as_of import (
    entitlement_timeline_then,
    order_and_timeline_then,
    then_of,
)
from adapters.http.trace_v1 import moment_of, traced
from adapters.postgres.reads_as_of import AsOf
from adapters.postgres.timelines import entitlement_timeline, order_timeline
from adapters.wire.problems import SchemaIncorrect
from projections.delivery_order_status import DeliveryOrderStatus
from projections.entitlement_details import EntitlementDetails
from projections.order_trace import counted
from projections.visibility import OPERATOR


async def order_found(visit: Visit, delivery_order_id: UUID) -> DeliveryOrderStatus:
    """An order as it is; raises NotThere."""
    found = await visit.services.reads.order(OPERATOR, delivery_order_id)
    if found is None or found.delivery_order_id is None:
        raise NotThere
    return found


async def entitlement_found(visit: Visit, entitlement_id: UUID) -> EntitlementDetails:
    """An entitlement as it is; raises NotThere."""
    row = await visit.services.reads.entitlement(OPERATOR, entitlement_id)
    if row is None:
        raise NotThere
    return row


async def order_stands(visit: Visit, order: DeliveryOrderStatus) -> dict[str, Any]:
    """An order as it is."""
    services = visit.services
    trace = await traced(OPERATOR, services, order, visit.language)
    async with services.pool.connection() as conn:
        entries = await order_timeline(conn, order.order_id, counted(order))
    told = shown_order_timeline(OPERATOR, trace, entries, visit.language)
    return await _order(visit, order, trace, told)


async def order_stood(visit: Visit, order: DeliveryOrderStatus, then: AsOf) -> dict[str, Any]:
    """An order as it was; raises NotThere when it was not there yet."""
    if order.delivery_order_id is None:
        raise NotThere
    try:
        trace, told = await order_and_timeline_then(
            OPERATOR, visit.services, order.delivery_order_id, then, visit.language
        )
    except UnknownDeliveryOrder:
        raise NotThere from None
    return await _order(visit, order, trace, told)


async def entitlement_stands(
    visit: Visit, row: EntitlementDetails, then: AsOf | None
) -> dict[str, Any]:
    """An entitlement as it is, or as it was; raises NotThere when it was not there yet."""
    services = visit.services
    if then is not None:
        try:
            told = await entitlement_timeline_then(
                OPERATOR, services, row.entitlement_id, then, visit.language
            )
        except UnknownEntitlement:
            raise NotThere from None
    else:
        async with services.pool.connection() as conn:
            entries = await entitlement_timeline(conn, row.entitlement_id)
        moment = moment_of(services)
        told = shown_entitlement_timeline(OPERATOR, row, entries, moment, visit.language)
    return {
        "row": row,
        "trace": told,
        "entries": told.entries,
        "picture": drawn(told.entries),
        "title": await title_of(visit, row.product_id),
    }


async def title_of(visit: Visit, product_id: str | None) -> str:
    """What people call a product; nothing when the catalogue does not have it."""
    product = await visit.services.directory.listed_product(product_id) if product_id else None
    return product.title if product else ""


async def then_asked(visit: Visit) -> AsOf | None:
    """The moment that the address asks for; None: now.

    A moment without a zone is one of Amsterdam. Raises NotThere for one that cannot be.
    """
    given = visit.request.query_params.get("asOf", "").strip()
    if not given:
        return None
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        pass  # a position in the log
    else:
        given = (at if at.tzinfo else at.replace(tzinfo=AMSTERDAM)).isoformat()
    try:
        return await then_of(visit.services, given)
    except SchemaIncorrect:
        raise NotThere from None


async def _order(visit: Visit, order: DeliveryOrderStatus, trace: Any, told: Any) -> dict[str, Any]:  # noqa: ANN401 - answers of the API
    return {
        "order": order,
        "trace": trace,
        "entries": told.entries,
        "picture": drawn(told.entries),
        "title": await title_of(visit, order.product_id),
        "school": await _school(visit, order.school_id),
    }


async def _school(visit: Visit, school_id: UUID | None) -> str:
    """What people call a school: its main identifier, or any other."""
    aliases = await visit.services.vault.aliases(school_id) if school_id else []
    return aliases[0][1] if aliases else ""

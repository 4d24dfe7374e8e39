"""Where an order or an entitlement stands, now or as of some moment, as pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from aanspraak.domain.calendar_days import AMSTERDAM
from aanspraak.domain.errors import UnknownDeliveryOrder
from adapters.console.open_incidents import open_incidents
from adapters.console.picture import drawn
from adapters.console.visits import NotThen, NotThere, Visit
from adapters.http.trace_answers import shown_entitlement_timeline, shown_order_timeline
from adapters.http.trace_as_of import (
    entitlement_timeline_then,
    order_and_timeline_then,
    then_of,
)
from adapters.http.trace_v1 import traced
from adapters.http.trace_viewers import moment_of
from adapters.postgres.reads_as_of import AsOf, entitlement_as_of
from adapters.postgres.timelines import entitlement_timeline, order_timeline
from adapters.wire.incidents_v1 import IncidentTrace
from adapters.wire.problems import SchemaIncorrect
from adapters.wire.trace_v1 import EntitlementTimeline, OrderTimeline, OrderTrace, TimelineEntry
from projections.delivery_order_status import DeliveryOrderStatus
from projections.entitlement_details import EntitlementDetails
from projections.order_trace import counted
from projections.timeline import LARGE
from projections.visibility import OPERATOR


class Stands(NamedTuple):
    """An order with its trace, and what is wrong with it now: two that are equal look the same."""

    order: DeliveryOrderStatus
    trace: OrderTrace
    incidents: tuple[IncidentTrace, ...] = ()


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


async def order_trace(visit: Visit, delivery_order_id: UUID) -> Stands:
    """An order as it is, and whom it waits for; of a large one it costs no more."""
    order = await order_found(visit, delivery_order_id)
    trace = await traced(OPERATOR, visit.services, order, visit.language)
    return Stands(order, trace, await open_incidents(visit, order_id=order.order_id))


async def order_stands(visit: Visit, stands: Stands) -> dict[str, Any]:
    """An order as it is; what happened to a large one is left for when it is asked."""
    told = () if is_large(stands.order) else (await order_told(visit, stands)).entries
    return await _order(visit, stands, told)


async def order_told(visit: Visit, stands: Stands) -> OrderTimeline:
    """What happened to an order; of a large one all its facts are read for that."""
    order = stands.order
    async with visit.services.pool.connection() as conn:
        entries = await order_timeline(conn, order.order_id)
    return shown_order_timeline(OPERATOR, stands.trace, entries, visit.language)


def is_large(order: DeliveryOrderStatus) -> bool:
    """Whether what happened to it is summed up."""
    return counted(order) > LARGE


async def order_stood(visit: Visit, order: DeliveryOrderStatus, then: AsOf) -> dict[str, Any]:
    """An order as it was; raises NotThen when it was not there yet."""
    if order.delivery_order_id is None:
        raise NotThere
    try:
        trace, told = await order_and_timeline_then(
            OPERATOR, visit.services, order.delivery_order_id, then, visit.language
        )
    except UnknownDeliveryOrder:
        raise NotThen(then.at) from None
    return await _order(visit, Stands(order, trace), told.entries)


async def entitlement_stands(
    visit: Visit, row: EntitlementDetails, then: AsOf | None
) -> dict[str, Any]:
    """An entitlement as it is, or as it was; raises NotThen when it was not there yet."""
    services = visit.services
    if then is not None:
        row, told = await _entitlement_stood(visit, row.entitlement_id, then)
    else:
        async with services.pool.connection() as conn:
            entries = await entitlement_timeline(conn, row.entitlement_id)
        moment = moment_of(services)
        told = shown_entitlement_timeline(OPERATOR, row, entries, moment, visit.language)
    return {
        "trace": told,
        "entries": told.entries,
        "picture": drawn(told.entries),
        **await entitlement_heading(visit, row),
    }


async def _entitlement_stood(
    visit: Visit, entitlement_id: UUID, then: AsOf
) -> tuple[EntitlementDetails, EntitlementTimeline]:
    services = visit.services
    async with services.pool.connection() as conn:
        row = await entitlement_as_of(conn, OPERATOR, entitlement_id, then)
    if row is None:
        raise NotThen(then.at)
    told = await entitlement_timeline_then(OPERATOR, services, entitlement_id, then, visit.language)
    return row, told


async def order_heading(visit: Visit, order: DeliveryOrderStatus) -> dict[str, Any]:
    """What every page of an order is headed with: what people call its product and its school."""
    title = await title_of(visit, order.product_id)
    return {
        "order": order,
        "title": title,
        "school": await visit.services.vault.school_name(order.school_id),
    }


async def entitlement_heading(visit: Visit, row: EntitlementDetails) -> dict[str, Any]:
    """The same of an entitlement."""
    title = await title_of(visit, row.product_id)
    return {
        "row": row,
        "title": title,
        "school": await visit.services.vault.school_name(row.school_id),
    }


async def title_of(visit: Visit, product_id: str | None) -> str:
    """What people call a product; nothing when the catalogue does not have it."""
    product = await visit.services.directory.listed_product(product_id) if product_id else None
    return product.title if product else ""


async def then_asked(visit: Visit) -> AsOf | None:
    """The moment that the address asks for; None: now.

    A moment without a zone is one of Amsterdam. Raises NotThen for one that cannot be.
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
        raise NotThen(None) from None


async def _order(visit: Visit, stands: Stands, entries: Sequence[TimelineEntry]) -> dict[str, Any]:
    order = stands.order
    return {
        "trace": stands.trace,
        "incidents": stands.incidents,
        "entries": entries,
        "picture": drawn(entries),
        **await order_heading(visit, order),
    }

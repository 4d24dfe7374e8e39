"""Track and trace, our own API: where each delivery stands, and who holds it up."""

from __future__ import annotations

from fastapi import APIRouter, Response
from msgspec.structs import replace

from adapters.http.arrays import JSON, in_one
from adapters.http.openapi import many, one, problems
from adapters.http.parameters import id_of
from adapters.http.partner_answers import partners_shown
from adapters.http.services import Services
from adapters.http.trace_answers import (
    shown_entitlement_timeline,
    shown_openly,
    shown_order,
    shown_order_timeline,
)
from adapters.http.trace_as_of import (
    AsOfGiven,
    entitlement_timeline_then,
    order_then,
    order_timeline_then,
    then_of,
)
from adapters.http.trace_viewers import (
    OPENED,
    Admitted,
    EntitlementId,
    Language,
    OrderId,
    Parts,
    entitlement_of,
    moment_of,
    order_of,
    own,
)
from adapters.postgres import reads_trace
from adapters.postgres.reads_pool import open_order
from adapters.postgres.timelines import entitlement_timeline, order_timeline
from adapters.wire import trace_v1 as wire
from adapters.wire.outgoing import encode
from projections.delivery_order_status import DeliveryOrderStatus
from projections.visibility import Viewer

router = APIRouter(prefix=wire.BASE_PATH, tags=["Track and trace"])


@router.get(
    "/orders/{deliveryOrderId}",  # noqa: FAST003 - the alias of OrderId
    operation_id="trace-order",
    summary="Where does an order stand?",
    responses={200: one(wire.OrderTrace), **problems(400, 403, 404, 503)},
    openapi_extra=OPENED,
)
async def trace_order(
    viewer: Admitted,
    services: Parts,
    given: OrderId,
    language: Language = "en",
    as_of: AsOfGiven = None,
) -> Response:
    """Where an order stands, and whom it waits for since when; or stood, as of some moment."""
    order = await order_of(viewer, services, given)
    if as_of is not None:
        then = await then_of(services, as_of)
        stood = await order_then(viewer, services, id_of(given), then, language)
        return Response(encode(stood), media_type=JSON)
    return Response(encode(await traced(viewer, services, order, language)), media_type=JSON)


@router.get(
    "/orders/{deliveryOrderId}/timeline",  # noqa: FAST003 - the alias of OrderId
    operation_id="trace-order-timeline",
    summary="What happened to an order?",
    responses={200: one(wire.OrderTimeline), **problems(400, 403, 404, 503)},
    openapi_extra=OPENED,
)
async def trace_order_timeline(
    viewer: Admitted,
    services: Parts,
    given: OrderId,
    language: Language = "en",
    as_of: AsOfGiven = None,
) -> Response:
    """What happened to an order; a large one is summed up per step and partner."""
    order = await order_of(viewer, services, given)
    if as_of is not None:
        then = await then_of(services, as_of)
        told = await order_timeline_then(viewer, services, id_of(given), then, language)
        return Response(encode(told), media_type=JSON)
    trace = await traced(viewer, services, order, language)
    async with services.pool.connection() as conn:
        entries = await order_timeline(conn, order.order_id)
    answer = shown_order_timeline(viewer, trace, entries, language)
    return Response(encode(answer), media_type=JSON)


@router.get(
    "/entitlements/{entitlementId}/timeline",  # noqa: FAST003 - the alias of EntitlementId
    operation_id="trace-entitlement-timeline",
    summary="What happened to an entitlement?",
    responses={200: one(wire.EntitlementTimeline), **problems(400, 403, 404, 503)},
    openapi_extra=OPENED,
)
async def trace_entitlement_timeline(
    viewer: Admitted,
    services: Parts,
    given: EntitlementId,
    language: Language = "en",
    as_of: AsOfGiven = None,
) -> Response:
    """What happened to an entitlement, attempts included."""
    row = await entitlement_of(viewer, services, given)
    if as_of is not None:
        then = await then_of(services, as_of)
        told = await entitlement_timeline_then(viewer, services, id_of(given), then, language)
        return Response(encode(told), media_type=JSON)
    async with services.pool.connection() as conn:
        entries = await entitlement_timeline(conn, row.entitlement_id)
    answer = shown_entitlement_timeline(viewer, row, entries, moment_of(services), language)
    return Response(encode(answer), media_type=JSON)


@router.get(
    "/partners",
    operation_id="trace-partners",
    summary="How does it go with the partners?",
    responses={200: many(wire.PartnerTrace), **problems(403, 503)},
    openapi_extra=OPENED,
)
async def trace_partners(viewer: Admitted, services: Parts) -> Response:
    """What is open and what fails, per partner; a partner sees itself."""
    moment = moment_of(services)
    return in_one(await partners_shown(services.pool, services.vault, moment, own(viewer)))


async def traced(
    viewer: Viewer, services: Services, order: DeliveryOrderStatus, language: str
) -> wire.OrderTrace:
    """Where an order stands, and whom it waits for."""
    async with services.pool.connection() as conn:
        waiting = await reads_trace.waiting_on(conn, order.order_id)
        found = await open_order(conn, order.order_id)
        doubles = await reads_trace.doubles(conn, order.order_id, own(viewer))
    unknown = {}
    if order.school_id is not None and order.portals:
        unknown = await services.consents.ended(order.school_id, order.portals)
    trace = shown_order(viewer, order, waiting, moment_of(services), unknown, language)
    return replace(shown_openly(trace, order, found), doubles=doubles or None)

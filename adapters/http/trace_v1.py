"""Track and trace, our own API: where each delivery stands, and who holds it up."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from msgspec.structs import replace

from aanspraak.domain.errors import UnknownDeliveryOrder, UnknownEntitlement
from adapters.http.accounting import PARTNER
from adapters.http.arrays import JSON, in_one
from adapters.http.consented import require_consent
from adapters.http.openapi import many, one, opened_by, problems
from adapters.http.parameters import id_of
from adapters.http.partner_answers import partners_shown
from adapters.http.problems import scope_required
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
from adapters.postgres import reads_trace
from adapters.postgres.reads_pool import open_order
from adapters.postgres.timelines import entitlement_timeline, order_timeline
from adapters.security.tokens import bearer
from adapters.wire import ops_v1
from adapters.wire import trace_v1 as wire
from adapters.wire.outgoing import encode
from projections.delivery_order_status import DeliveryOrderStatus
from projections.order_trace import Moment, counted, moment_at
from projections.visibility import OPERATOR, OPERATOR_ROLE, Viewer

OPERATE: Final = ops_v1.SCOPE
"""With this scope a client that is no partner sees all partners' part."""

router = APIRouter(prefix=wire.BASE_PATH, tags=["Track and trace"])


async def admit(request: Request) -> Viewer:
    """Whoever may trace: the operator, or a partner for what is its own.

    Raises TokenRefused (401) or Refused (403, code 21).
    """
    services: Services = request.app.state.services
    caller = services.tokens.verify(bearer(request.headers.get("authorization")))
    if wire.SCOPE not in caller.scopes:
        raise scope_required((wire.SCOPE,), f"Scope required: {wire.SCOPE}.")
    partner = await services.directory.partner_of_client(caller.client_id)
    if partner is None and OPERATE in caller.scopes:
        return OPERATOR
    if partner is None:
        raise scope_required((wire.SCOPE,), "The client of this token is no partner of the hub.")
    request.scope[PARTNER] = partner.partner
    return partner


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


Admitted = Annotated[Viewer, Depends(admit)]
Parts = Annotated[Services, Depends(_services)]
OrderId = Annotated[str, Path(alias="deliveryOrderId")]
EntitlementId = Annotated[str, Path(alias="entitlementId")]
Language = Annotated[Literal["en", "nl"], Query(description="The language of the texts.")]
OPENED: Final = opened_by((wire.SCOPE,))


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
    order = await _order(viewer, services, given)
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
    order = await _order(viewer, services, given)
    if as_of is not None:
        then = await then_of(services, as_of)
        told = await order_timeline_then(viewer, services, id_of(given), then, language)
        return Response(encode(told), media_type=JSON)
    trace = await traced(viewer, services, order, language)
    async with services.pool.connection() as conn:
        entries = await order_timeline(conn, order.order_id, counted(order))
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
    row = await services.reads.entitlement(viewer, id_of(given))
    if row is None:
        raise UnknownEntitlement
    await require_consent(services, viewer, row.school_id)
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


async def _order(viewer: Viewer, services: Services, given: str) -> DeliveryOrderStatus:
    order = await services.reads.order(viewer, id_of(given))
    if order is None:
        raise UnknownDeliveryOrder
    await require_consent(services, viewer, order.school_id)
    return order


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


def moment_of(services: Services) -> Moment:
    """When it is asked."""
    return moment_at(services.now(), services.settings.overdue_seconds)


def own(viewer: Viewer) -> str | None:
    """The partner that sees only what is its own; None for the operator."""
    return None if viewer.role == OPERATOR_ROLE else viewer.partner

"""What can be done with an order or an entitlement now, for the operator."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from adapters.http.arrays import JSON
from adapters.http.explain_answers import explained_entitlement, explained_order
from adapters.http.openapi import one, problems
from adapters.http.parameters import id_of
from adapters.http.problems import scope_required
from adapters.http.trace_viewers import (
    OPENED,
    OPERATE,
    Admitted,
    EntitlementId,
    Language,
    OrderId,
    Parts,
)
from adapters.wire import explain_v1 as wire
from adapters.wire import trace_v1
from adapters.wire.outgoing import encode
from projections.visibility import OPERATOR_ROLE, Viewer

router = APIRouter(prefix=trace_v1.BASE_PATH, tags=["Track and trace"])


async def admit_operator_alone(viewer: Admitted) -> Viewer:
    """The operator; raises Refused (403, code 21) for a partner."""
    if viewer.role != OPERATOR_ROLE:
        raise scope_required((OPERATE,), f"Scope required: {OPERATE}.")
    return viewer


OfOperator = Annotated[Viewer, Depends(admit_operator_alone)]


@router.get(
    "/orders/{deliveryOrderId}/explanation",  # noqa: FAST003 - the alias of OrderId
    operation_id="explain-order",
    summary="What can be done with an order now, and what is refused?",
    responses={200: one(wire.Explanation), **problems(400, 403, 404, 503)},
    openapi_extra=OPENED,
)
async def explain_order(
    _viewer: OfOperator, services: Parts, given: OrderId, language: Language = "en"
) -> Response:
    """Every command on the order as it is, out of its own rules."""
    order, now = id_of(given), services.now()
    terms_of = services.directory.contract
    answer = await explained_order(services.pool, terms_of, order, now, language)
    return Response(encode(answer), media_type=JSON)


@router.get(
    "/entitlements/{entitlementId}/explanation",  # noqa: FAST003 - the alias of EntitlementId
    operation_id="explain-entitlement",
    summary="What can be done with an entitlement now, and what is refused?",
    responses={200: one(wire.Explanation), **problems(400, 403, 404, 503)},
    openapi_extra=OPENED,
)
async def explain_entitlement(
    _viewer: OfOperator, services: Parts, given: EntitlementId, language: Language = "en"
) -> Response:
    """Every command on the entitlement as it is, out of its own rules."""
    answer = await explained_entitlement(services.pool, id_of(given), services.now(), language)
    return Response(encode(answer), media_type=JSON)

"""Entitlement API 1.1.0 as the Aanspraakmanager provides it: confirmations in, entitlements out."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response

from adapters.http.arrays import JSON, in_one
from adapters.http.auth import Admission, Call
from adapters.http.confirmation_intake import take_confirmation
from adapters.http.entitlement_reads import (
    contract_orders,
    one_entitlement,
    order_entitlements,
    person_entitlements,
    person_products,
    school_entitlements,
)
from adapters.http.openapi import many, one, opened_by, problems, taking
from adapters.http.parameters import Id, Part, PlainId, SchoolFilter, Status
from adapters.wire.entitlement_v1 import (
    BASE_PATH,
    DeliveryOrderEntitlements,
    Entitlement,
    EntitlementConfirmation,
    EntitlementProduct,
)
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse
from adapters.wire.references import SchoolUser

_SELLER, _LICENSOR, _PORTAL, _DASHBOARD = (
    f"eduv.entitlement.{reader}" for reader in ("seller", "licensor", "portal", "dashboard")
)
CONFIRMING: Final = Admission(_LICENSOR, _PORTAL)
EVERYBODY: Final = Admission(_SELLER, _LICENSOR, _PORTAL, _DASHBOARD)
SCHOOLS: Final = Admission(_DASHBOARD, _PORTAL)
CONTRACTS: Final = Admission(_SELLER, _LICENSOR)

router = APIRouter(prefix=BASE_PATH, tags=["Entitlement API"])
by_id = APIRouter(prefix=BASE_PATH, tags=["Entitlement API"])
"""Behind every fixed path of the API, for none of those is somebody's id."""


@router.post(
    "/entitlements/school/user/products",
    operation_id="get-entitlementproducts-for-user-at-school",
    summary="Get Entitlementproducts for User at School",
    responses={200: many(EntitlementProduct), **problems(400, 403, 404, 413, 415, 503)},
    openapi_extra=taking(SchoolUser) | opened_by(SCHOOLS.scopes),
)
async def get_entitlementproducts_for_user_at_school(
    call: Annotated[Call, Depends(SCHOOLS)], status: Status = None
) -> Response:
    """What somebody at a school can use today; what is over is left out."""
    user = parse(SchoolUser, await call.body())
    return in_one(await person_products(call, user, status))


@router.put(
    "/entitlements/confirmations",
    status_code=202,
    operation_id="confirm-entitlement",
    summary="Confirm Entitlement to Aanspraakmanager",
    responses=problems(400, 403, 413, 415, 503),
    openapi_extra=taking(EntitlementConfirmation) | opened_by(CONFIRMING.scopes),
)
async def confirm_entitlement(call: Annotated[Call, Depends(CONFIRMING)]) -> Response:
    """Take what a registry or portal made of a request; sent again it counts once."""
    await take_confirmation(call, parse(EntitlementConfirmation, await call.body()))
    return Response(status_code=202)


@router.get(
    "/entitlements/deliveryorder/{id}",
    operation_id="get-entitlements-by-delivery-order",
    summary="Get Entitlements by DeliveryOrder",
    responses={200: many(Entitlement), **problems(400, 403, 404, 503)},
    openapi_extra=opened_by(EVERYBODY.scopes),
)
async def get_entitlements_by_delivery_order(
    call: Annotated[Call, Depends(EVERYBODY)], given: Id, part: Annotated[Part, Query()]
) -> Response:
    """The entitlements of an order that the caller may see."""
    return await order_entitlements(call, given, part)


@router.get(
    "/entitlements/school",
    operation_id="get-entitlements-for-school",
    summary="Get Entitlements for School",
    responses={200: many(Entitlement), **problems(400, 403, 404, 503)},
    openapi_extra=opened_by(SCHOOLS.scopes),
)
async def get_entitlements_for_school(
    call: Annotated[Call, Depends(SCHOOLS)], asked: Annotated[SchoolFilter, Query()]
) -> Response:
    """The entitlements of a school that the caller may see."""
    return await school_entitlements(
        call, asked.school(), asked.delivery_order_id, asked.entitlement_status, asked
    )


@router.post(
    "/entitlements/school/user",
    operation_id="get-entitlements-for-user-at-school",
    summary="Get Entitlements for User at School",
    responses={200: many(Entitlement), **problems(400, 403, 404, 413, 415, 503)},
    openapi_extra=taking(SchoolUser) | opened_by(SCHOOLS.scopes),
)
async def get_entitlements_for_user_at_school(
    call: Annotated[Call, Depends(SCHOOLS)], status: Status = None
) -> Response:
    """The entitlements of somebody at a school; nobody we know has none."""
    user = parse(SchoolUser, await call.body())
    return in_one(await person_entitlements(call, user, status))


@router.get(
    "/entitlements/contracts/{id:path}",
    operation_id="get-entitlements-by-contract",
    summary="Get Entitlements by Contract",
    responses={200: many(DeliveryOrderEntitlements), **problems(400, 403, 404, 503)},
    openapi_extra=opened_by(CONTRACTS.scopes),
)
async def get_entitlements_by_contract(
    call: Annotated[Call, Depends(CONTRACTS)], given: PlainId, part: Annotated[Part, Query()]
) -> Response:
    """The orders under a contract that the caller may see, with their entitlements."""
    return await contract_orders(call, given, part)


@by_id.get(
    "/entitlements/{id}",
    operation_id="get-entitlement",
    summary="Get Entitlement",
    responses={200: one(Entitlement), **problems(403, 404, 503)},
    openapi_extra=opened_by(EVERYBODY.scopes),
)
async def get_entitlement(call: Annotated[Call, Depends(EVERYBODY)], given: Id) -> Response:
    """One entitlement, if the caller may see it."""
    return Response(encode(await one_entitlement(call, given)), media_type=JSON)

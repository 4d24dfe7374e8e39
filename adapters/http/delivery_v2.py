"""Delivery API 2.0.0 as the Aanspraakmanager provides it: delivery orders of shops come in."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from adapters.http.auth import Admission, Call
from adapters.http.openapi import opened_by, problems, taking
from adapters.http.order_intake import take_order
from adapters.wire.delivery_v2 import BASE_PATH, DeliveryOrderRequest
from adapters.wire.parsing import parse

SHOPS: Final = Admission("eduv.delivery.entitlor")

router = APIRouter(prefix=BASE_PATH, tags=["Delivery API"])


@router.put(
    "/deliveryorders",
    status_code=202,
    operation_id="accept-delivery-order",
    summary="Accept DeliveryOrder from Bestelomgeving leermiddelen",
    responses=problems(400, 403, 413, 415, 503),
    openapi_extra=taking(DeliveryOrderRequest) | opened_by(SHOPS.scopes),
)
async def accept_delivery_order(call: Annotated[Call, Depends(SHOPS)]) -> Response:
    """Take an order, or a change of one; what becomes of it is told by a confirmation.

    A repeated reference id is not processed again: the last confirmation is sent again.
    """
    await take_order(call, parse(DeliveryOrderRequest, await call.body()))
    return Response(status_code=202)

"""The operator's calls about orders that wait: which they are, and releasing one."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from aanspraak.domain import ids
from aanspraak.domain.delivery_order.commands import ReleaseDeliveryOrder
from adapters.http.arrays import JSON, in_one
from adapters.http.openapi import many, one, problems, taking
from adapters.http.operators import OPENED, Operating
from adapters.http.parameters import LARGEST_PART, Plain, id_of
from adapters.postgres.held_orders import Held, held_orders
from adapters.wire import ops_orders_v1 as wire
from adapters.wire import ops_v1
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse

router = APIRouter(prefix=ops_v1.BASE_PATH, tags=["Operations"])

OrderId = Annotated[str, Path(alias="deliveryOrderId")]


@router.get(
    "/orders/held",
    operation_id="list-held-orders",
    summary="Which orders wait for their release?",
    responses={200: many(wire.HeldOrder), **problems(400, 403, 503)},
    openapi_extra=OPENED,
)
async def list_held_orders(
    call: Operating,
    contract_id: Annotated[Plain | None, Query(alias="contractId")] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PART)] = LARGEST_PART,
) -> Response:
    """The longest wait first."""
    async with call.services.pool.connection() as conn:
        held = await held_orders(conn, contract_id, limit)
    return in_one([_shown(each) for each in held])


@router.post(
    "/orders/{deliveryOrderId}/release",  # noqa: FAST003 - the alias of OrderId
    operation_id="release-order",
    summary="Release an order that waits",
    responses={200: one(wire.Released), **problems(400, 403, 404, 413, 415, 503)},
    openapi_extra=taking(wire.Release) | OPENED,
)
async def release_order(call: Operating, given: OrderId) -> Response:
    """It goes out now; released before, nothing happens. One that never waited is refused."""
    body = parse(wire.Release, await call.body())
    delivery_order_id = id_of(given)
    signed = await call.sign(body)
    command = ReleaseDeliveryOrder(reason_id=signed.reason_id)
    result = await call.submit(signed, ids.order_stream(delivery_order_id), command)
    if result.refusal is not None:
        raise result.refusal
    outcome = "released" if result.events else "unchanged"
    answer = wire.Released(delivery_order_id=delivery_order_id, outcome=outcome)
    return Response(encode(answer), media_type=JSON)


def _shown(held: Held) -> wire.HeldOrder:
    fields = {**held._asdict(), "received_at": held.received_at.astimezone(UTC)}
    return wire.HeldOrder(**fields)

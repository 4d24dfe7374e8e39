"""The operator's calls about leavers who are held back: which there are, and that they may go."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from aanspraak.domain import ids
from aanspraak.domain.errors import UnknownDeliveryOrder
from aanspraak.domain.resolution.commands import ReleaseLeavers
from adapters.http.arrays import JSON, in_one
from adapters.http.openapi import many, one, problems, taking
from adapters.http.operators import OPENED, Operating
from adapters.http.parameters import id_of
from adapters.postgres.reads_pool import held_back
from adapters.wire import ops_leavers_v1 as wire
from adapters.wire import ops_v1
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse
from projections.visibility import OPERATOR

router = APIRouter(prefix=ops_v1.BASE_PATH, tags=["Operations"])

OrderId = Annotated[str, Path(alias="deliveryOrderId")]


@router.get(
    "/leavers",
    operation_id="list-leavers-held-back",
    summary="Orders of which too many would leave at once",
    responses={200: many(wire.HeldBack), **problems(403, 503)},
    openapi_extra=OPENED,
)
async def list_leavers(call: Operating) -> Response:
    """The longest waiting first; nobody of them has lost anything yet."""
    async with call.services.pool.connection() as conn:
        rows = await held_back(conn)
    return in_one([wire.HeldBack(**row._asdict()) for row in rows])


@router.post(
    "/leavers/{deliveryOrderId}/release",  # noqa: FAST003 - the alias of OrderId
    operation_id="release-leavers",
    summary="Let the leavers of an order go",
    responses={200: one(wire.LeaversReleased), **problems(400, 403, 404, 409, 413, 415, 503)},
    openapi_extra=taking(wire.ReleaseHeldBack) | OPENED,
)
async def release_leavers(call: Operating, given: OrderId) -> Response:
    """The roster is right: the order is resolved again, this once without the brake."""
    body = parse(wire.ReleaseHeldBack, await call.body())
    order = await call.services.reads.order(OPERATOR, id_of(given))
    if order is None or order.delivery_order_id is None:
        raise UnknownDeliveryOrder
    signed = await call.sign(body)
    command = ReleaseLeavers(order=order.order_id, reason_id=signed.reason_id)
    result = await call.submit(signed, ids.resolution_stream(order.order_id), command)
    if result.refusal is not None:
        raise result.refusal
    answer = wire.LeaversReleased(delivery_order_id=order.delivery_order_id)
    return Response(encode(answer), media_type=JSON)

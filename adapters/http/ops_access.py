"""The operator's question whether a pupil can open a product; persons stand in no address."""

from __future__ import annotations

from fastapi import APIRouter, Response

from adapters.http.access_answers import answer_access
from adapters.http.arrays import JSON
from adapters.http.openapi import one, problems, taking
from adapters.http.operators import OPENED, Operating
from adapters.wire import access_v1 as wire
from adapters.wire import ops_v1
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse

router = APIRouter(prefix=ops_v1.BASE_PATH, tags=["Operations"])


@router.post(
    "/access",
    operation_id="ask-access",
    summary="Can this pupil open this product?",
    responses={200: one(wire.AccessAnswer), **problems(400, 403, 404, 413, 415, 503)},
    openapi_extra=taking(wire.AccessQuestion) | OPENED,
)
async def ask_access(call: Operating) -> Response:
    """The chain from order to use, and the first thing that is wrong, in words for support."""
    asked = parse(wire.AccessQuestion, await call.body())
    services = call.services
    answer = await answer_access(services.pool, services.vault, asked, services.now())
    return Response(encode(answer), media_type=JSON)

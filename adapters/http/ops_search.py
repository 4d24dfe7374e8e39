"""The operator's search; what is sought may be somebody's identifier, so it is in no address."""

from __future__ import annotations

from fastapi import APIRouter, Response

from adapters.http.arrays import JSON
from adapters.http.openapi import one, problems, taking
from adapters.http.operators import OPENED, Operating
from adapters.http.search_answers import answer_search
from adapters.wire import ops_v1
from adapters.wire import search_v1 as wire
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse

router = APIRouter(prefix=ops_v1.BASE_PATH, tags=["Operations"])


@router.post(
    "/search",
    operation_id="search",
    summary="Find what support is told on the phone",
    responses={200: one(wire.SearchAnswer), **problems(400, 403, 413, 415, 503)},
    openapi_extra=taking(wire.SearchQuestion) | OPENED,
)
async def search(call: Operating) -> Response:
    """Orders, entitlements, persons, schools, products, contracts, partners and incidents."""
    asked = parse(wire.SearchQuestion, await call.body())
    answer = await answer_search(call.services.pool, call.services.vault, asked)
    return Response(encode(answer), media_type=JSON)

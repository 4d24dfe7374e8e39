"""The operator's question who can open a product: a pupil, or all of a school or a class.

Persons stand in no address.
"""

from __future__ import annotations

from fastapi import APIRouter, Response

from adapters.http.access_answers import answer_access
from adapters.http.access_of_school_answers import answer_access_of_school
from adapters.http.arrays import JSON
from adapters.http.openapi import one, problems, taking
from adapters.http.operators import OPENED, Operating
from adapters.wire import access_of_school_v1 as of_school
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


@router.post(
    "/access/of-school",
    operation_id="ask-access-of-school",
    summary="Who of this school, or of this class, can open this product?",
    responses={200: one(of_school.SchoolAccessAnswer), **problems(400, 403, 413, 415, 503)},
    openapi_extra=taking(of_school.SchoolAccessQuestion) | OPENED,
)
async def ask_access_of_school(call: Operating) -> Response:
    """How many can, and the others by the first thing that is wrong: since when, and who acts."""
    asked = parse(of_school.SchoolAccessQuestion, await call.body())
    services = call.services
    answer = await answer_access_of_school(services.pool, services.vault, asked, services.now())
    return Response(encode(answer), media_type=JSON)

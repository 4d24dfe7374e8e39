"""Usage API 1.0.0 as the Aanspraakmanager provides it: registries report first use."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from adapters.http.activation_intake import take_activation
from adapters.http.auth import Admission, Call
from adapters.http.openapi import opened_by, problems, taking
from adapters.wire.parsing import parse
from adapters.wire.usage_v1 import BASE_PATH, InitialActivation

REGISTRIES: Final = Admission("eduv.usage.entitlor")

router = APIRouter(prefix=BASE_PATH, tags=["Usage API"])


@router.put(
    "/usage/activation",
    status_code=202,
    operation_id="accept-initial-activation",
    summary="Accept InitialActivation from Licentieregistratie",
    responses=problems(400, 403, 404, 413, 415, 503),
    openapi_extra=taking(InitialActivation) | opened_by(REGISTRIES.scopes),
)
async def accept_initial_activation(call: Annotated[Call, Depends(REGISTRIES)]) -> Response:
    """Take an activation: the registry is right about what happened, so it is never refused.

    Of an entitlement that is unknown it is kept as well, and the answer is 404 with code 4040.
    """
    await take_activation(call, parse(InitialActivation, await call.body()))
    return Response(status_code=202)

"""ActivationCode API 0.9.1: registries answer here whose publishers let the hub request codes."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Response
from starlette.exceptions import HTTPException

from adapters.http.auth import Admission, Call
from adapters.http.code_intake import take_codes, take_revocation
from adapters.http.openapi import opened_by, problems, taking
from adapters.wire.activationcode_v0 import (
    BASE_PATH,
    ActivationCodeConfirmation,
    ActivationCodeRevokeConfirmation,
)
from adapters.wire.parsing import parse

REGISTRIES: Final = Admission("eduv.activationcode")

NOT_PROVIDED: Final[dict[int | str, dict[str, Any]]] = {
    405: {"description": "This registry's publisher does not let the hub request codes"}
}

router = APIRouter(prefix=BASE_PATH, tags=["ActivationCode API"])


async def admit_offering(call: Annotated[Call, Depends(REGISTRIES)]) -> Call:
    """A registry whose publisher agreed; to any other the hub does not provide these endpoints."""
    if not call.partner.activation_codes_url:
        raise HTTPException(405, headers={"Allow": ""})
    return call


Offering = Annotated[Call, Depends(admit_offering)]


@router.put(
    "/activationcodes/confirmations",
    status_code=202,
    operation_id="confirm-activation-code-request",
    summary="Confirm activation code request",
    responses={**problems(400, 403, 413, 415, 503), **NOT_PROVIDED},
    openapi_extra=taking(ActivationCodeConfirmation) | opened_by(REGISTRIES.scopes),
)
async def confirm_activation_code_request(call: Offering) -> Response:
    """Take the codes into stock; sent again they count once."""
    await take_codes(call, parse(ActivationCodeConfirmation, await call.body()))
    return Response(status_code=202)


@router.put(
    "/activationcodes/revoke/confirmations",
    status_code=202,
    operation_id="confirm-activation-code-revoke-request",
    summary="Confirm activation code revoke request",
    responses={**problems(400, 403, 413, 415, 503), **NOT_PROVIDED},
    openapi_extra=taking(ActivationCodeRevokeConfirmation) | opened_by(REGISTRIES.scopes),
)
async def confirm_activation_code_revoke_request(call: Offering) -> Response:
    """Take what became of a code that was to be revoked; sent again it counts once."""
    await take_revocation(call, parse(ActivationCodeRevokeConfirmation, await call.body()))
    return Response(status_code=202)

"""The operator's calls about partners: which of them read their messages from Kafka."""

from __future__ import annotations

import json

from fastapi import APIRouter, Response

from aanspraak.domain import ids
from aanspraak.domain.partner.commands import SetPartnerKey
from adapters.http.arrays import JSON
from adapters.http.openapi import one, problems, taking
from adapters.http.operators import OPENED, Operating, OperatorCall
from adapters.http.parameters import PartnerId
from adapters.security.key_sets import UnusableKeys, public_jwk, read_public_jwk
from adapters.wire import ops_partners_v1 as wire
from adapters.wire import ops_v1
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse
from adapters.wire.problems import FieldProblem, SchemaIncorrect

router = APIRouter(prefix=ops_v1.BASE_PATH + "/partners/{partner}/key", tags=["Operations"])


@router.put(
    "",
    operation_id="set-partner-key",
    summary="Have a partner read its messages from Kafka",
    responses={200: one(wire.KeyInForce), **problems(400, 403, 413, 415, 503)},
    openapi_extra=taking(wire.SetKey) | OPENED,
)
async def set_partner_key(call: Operating, partner: PartnerId) -> Response:
    """What is sent from now on lies in its topic, sealed to this key; also when it had another."""
    body = parse(wire.SetKey, await call.body())
    try:
        key = read_public_jwk(json.dumps(body.public_key))
    except UnusableKeys as error:
        raise SchemaIncorrect((FieldProblem("publicKey", str(error)),)) from None
    await _set(call, body, partner, public_jwk(key))
    answer = wire.KeyInForce(partner=partner, reads_kafka=True, key_id=key.kid)
    return Response(encode(answer), media_type=JSON)


@router.post(
    "/remove",
    operation_id="remove-partner-key",
    summary="Have a partner called over HTTP again",
    responses={200: one(wire.KeyInForce), **problems(400, 403, 413, 415, 503)},
    openapi_extra=taking(wire.RemoveKey) | OPENED,
)
async def remove_partner_key(call: Operating, partner: PartnerId) -> Response:
    """What is in its topic stays there."""
    body = parse(wire.RemoveKey, await call.body())
    await _set(call, body, partner, "")
    answer = wire.KeyInForce(partner=partner, reads_kafka=False)
    return Response(encode(answer), media_type=JSON)


async def _set(call: OperatorCall, act: ops_v1.Act, partner: str, public_key: str) -> None:
    signed = await call.sign(act)
    command = SetPartnerKey(partner=partner, public_key=public_key, reason_id=signed.reason_id)
    result = await call.submit(signed, ids.partner_stream(partner), command)
    if result.refusal is not None:
        raise result.refusal

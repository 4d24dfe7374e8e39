"""The operator's call that sends messages again: a dry run, or a job."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from adapters.http.arrays import JSON
from adapters.http.openapi import one, problems, taking
from adapters.http.operators import OPENED, Operating, OperatorCall
from adapters.http.ops_incidents import person_of
from adapters.http.person_answers import subject_of
from adapters.http.services import Services
from adapters.postgres.failed_messages import Meant
from adapters.postgres.send_again import alone, ask_send_again, plan_send_again
from adapters.wire import ops_send_again_v1 as wire
from adapters.wire import ops_v1
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse
from adapters.wire.problems import FieldProblem, SchemaIncorrect

router = APIRouter(prefix=ops_v1.BASE_PATH, tags=["Operations"])


@router.post(
    "/send-again",
    operation_id="send-again",
    summary="Send messages to partners again",
    responses={200: one(wire.MessagesMeant), **problems(400, 403, 404, 409, 413, 415, 503)},
    openapi_extra=taking(wire.SendMessagesAgain) | OPENED,
)
async def send_again(call: Operating) -> Response:
    """Count what is meant, or have a job send it; 409 when there is nothing to send."""
    body = parse(wire.SendMessagesAgain, await call.body())
    await _require_partner(call, body.partner)
    allowed = alone(call.services.settings)
    if body.dry_run:
        async with call.services.pool.connection() as conn:
            answer = await plan_send_again(conn, _meant(body), allowed)
        return Response(encode(answer), media_type=JSON)
    by = call.operator(await call.sign(body, await person_meant(call.services, _meant(body))))
    async with call.services.pool.connection() as conn:
        answer = await ask_send_again(
            conn, by, _meant(body), per_second=body.per_second, allowed=allowed
        )
    return Response(encode(answer), media_type=JSON)


async def person_meant(services: Services, meant: Meant) -> UUID | None:
    """The person whose entitlement it is about, if it is about one alone."""
    if meant.incident_id is not None:
        return await person_of(services, meant.incident_id)
    return await subject_of(services.reads, meant.entitlement_id)


async def _require_partner(call: OperatorCall, partner: str | None) -> None:
    if partner is not None and await call.services.directory.partner(partner) is None:
        raise SchemaIncorrect((FieldProblem("partner", "is no partner of the hub"),))


def _meant(body: wire.SendMessagesAgain) -> Meant:
    return Meant(
        partner=body.partner,
        entitlement_id=body.entitlement_id,
        delivery_order_id=body.delivery_order_id,
        incident_id=body.incident_id,
        since=body.since,
        until=body.until,
        everything=body.everything,
    )

"""The operator's call that publishes a part of the log once more: counted, or by a job."""

from __future__ import annotations

from fastapi import APIRouter, Response

from aanspraak.domain.status_codes import OTHER
from adapters.http.arrays import JSON
from adapters.http.openapi import one, problems, taking
from adapters.http.operators import OPENED, Operating
from adapters.http.problems import Refused
from adapters.postgres.replay_jobs import NoKafka, Range, ask_replay, plan_replay
from adapters.wire import ops_v1
from adapters.wire import replays_v1 as wire
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse

router = APIRouter(prefix=ops_v1.BASE_PATH + "/replays", tags=["Operations"])


@router.post(
    "",
    operation_id="replay-facts",
    summary="Publish a part of the log once more, to a topic that no partner reads",
    responses={200: one(wire.FactsMeant), **problems(400, 403, 409, 413, 415, 503)},
    openapi_extra=taking(wire.ReplayFacts) | OPENED,
)
async def replay_facts(call: Operating) -> Response:
    """Count them, or have a job publish them; 409 without Kafka, or when there are none."""
    body = parse(wire.ReplayFacts, await call.body())
    wanted = Range(first=body.first, since=body.since, last=body.last, until=body.until)
    if body.dry_run:
        async with call.services.pool.connection() as conn:
            return Response(encode(await plan_replay(conn, wanted)), media_type=JSON)
    by = call.operator(await call.sign(body))
    silence = call.services.settings.worker_silence_seconds
    try:
        async with call.services.pool.connection() as conn:
            answer = await ask_replay(conn, by, wanted, body.topic, silence)
    except NoKafka as error:
        raise Refused(409, OTHER, str(error)) from error
    return Response(encode(answer), media_type=JSON)

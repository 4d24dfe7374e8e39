"""The operator's calls about the flow to a partner: pause it, and resume it."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Response

from aanspraak.domain.status_codes import OTHER
from adapters.http.arrays import JSON
from adapters.http.openapi import one, problems, taking
from adapters.http.operators import OPENED, Operating
from adapters.http.parameters import PartnerId
from adapters.http.partner_answers import partner_detail
from adapters.http.problems import Refused
from adapters.http.trace_viewers import moment_of
from adapters.postgres import flows, pauses
from adapters.postgres.flows import FlowRow
from adapters.wire import ops_flows_v1 as wire
from adapters.wire import ops_v1, trace_v1
from adapters.wire.outgoing import encode, utc
from adapters.wire.parsing import parse
from adapters.wire.problems import FieldProblem, SchemaIncorrect

router = APIRouter(prefix=ops_v1.BASE_PATH + "/partners/{partner}", tags=["Operations"])


@router.get(
    "/flow",
    operation_id="show-partner-flow",
    summary="How does it go with this partner, and what is open longest?",
    responses={200: one(trace_v1.PartnerDetail), **problems(403, 404, 503)},
    openapi_extra=OPENED,
)
async def show_partner_flow(call: Operating, partner: PartnerId) -> Response:
    """Its flow and its ladder, how attempts failed in the last hour, and the oldest messages."""
    services = call.services
    ladder = services.settings.retry_ladder_seconds
    moment = moment_of(services)
    found = await partner_detail(services.pool, services.vault, moment, partner, ladder)
    if found is None:
        raise Refused(404, OTHER, "There is no partner of this name.")
    return Response(encode(found), media_type=JSON)


@router.post(
    "/pause",
    operation_id="pause-partner",
    summary="Send nothing to a partner for a while",
    responses={200: one(wire.FlowState), **problems(400, 403, 413, 415, 503)},
    openapi_extra=taking(wire.Pause) | OPENED,
)
async def pause_partner(call: Operating, partner: PartnerId) -> Response:
    """Its messages wait; with `until` the hub resumes it then by itself. The last end counts."""
    body = parse(wire.Pause, await call.body())
    now = call.services.now()
    if body.until is not None and body.until <= now:
        raise SchemaIncorrect((FieldProblem("until", "is over"),))
    by = call.operator(await call.sign(body))
    async with call.services.pool.connection() as conn:
        row = await pauses.pause(conn, by, partner, now, body.until)
    return _answer(row, now)


@router.post(
    "/resume",
    operation_id="resume-partner",
    summary="Send to a partner again",
    responses={200: one(wire.FlowState), **problems(400, 403, 413, 415, 503)},
    openapi_extra=taking(wire.Resume) | OPENED,
)
async def resume_partner(call: Operating, partner: PartnerId) -> Response:
    """Whether it was paused or counted as unreachable; that it is back its gateway finds out."""
    by = call.operator(await call.sign(parse(wire.Resume, await call.body())))
    async with call.services.pool.connection() as conn:
        await pauses.resume(conn, by, partner)
        row = await flows.read_flow(conn, partner)
    return _answer(row, call.services.now())


def _answer(row: FlowRow, now: datetime) -> Response:
    paused = row.is_paused(now)
    state = wire.FlowState(
        partner=row.partner,
        state="paused" if paused else "unreachable" if row.unreachable_since else "open",
        paused_at=utc(row.paused_at) if paused else None,
        paused_until=utc(row.paused_until) if paused else None,
        unreachable_since=utc(row.unreachable_since),
    )
    return Response(encode(state), media_type=JSON)

"""What an operator does about an incident: have it sent again, or say that it was looked at."""

from __future__ import annotations

import asyncio
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Response

from aanspraak.domain.entitlement.commands import SendAgain
from aanspraak.domain.incident.commands import CloseIncident, RecordSentAgain
from aanspraak.domain.incident.events import IncidentExtended, IncidentOpened, IncidentReopened
from adapters.http.arrays import JSON
from adapters.http.openapi import one, problems, taking
from adapters.http.operators import OPENED, Operating, OperatorCall, Signed
from adapters.http.parameters import Id, id_of
from adapters.http.person_answers import subject_of
from adapters.http.services import Services
from adapters.postgres import reads_incidents
from adapters.postgres.group_commit import Result
from adapters.wire import incidents_v1
from adapters.wire import ops_v1 as wire
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse

PART: Final = 200
"""Entitlements at a time: their commands are decided together."""

router = APIRouter(prefix=wire.BASE_PATH, tags=["Operations"])


@router.post(
    "/incidents/{id}/close",  # noqa: FAST003 - the alias of Id
    status_code=204,
    operation_id="close-incident",
    summary="Close an incident",
    responses=problems(400, 403, 404, 413, 415, 503),
    openapi_extra=taking(wire.Act) | OPENED,
)
async def close_incident(call: Operating, given: Id) -> Response:
    """Close an incident with a reason; it opens again when its cause comes back."""
    act, incident = parse(wire.Act, await call.body()), id_of(given)
    await closed(call, await call.sign(act, await person_of(call.services, incident)), incident)
    return Response(status_code=204)


@router.post(
    "/incidents/{id}/send-again",  # noqa: FAST003 - the alias of Id
    operation_id="send-incident-again",
    summary="Send again what an incident is about",
    responses={200: one(incidents_v1.SentAgain), **problems(400, 403, 404, 413, 415, 503)},
    openapi_extra=taking(wire.Act) | OPENED,
)
async def send_incident_again(call: Operating, given: Id) -> Response:
    """Tell the partner again what it refused or lost, each as it is now, in a new message."""
    act, incident = parse(wire.Act, await call.body()), id_of(given)
    signed = await call.sign(act, await person_of(call.services, incident))
    return Response(encode(await sent_again(call, signed, incident)), media_type=JSON)


async def person_of(services: Services, incident: UUID) -> UUID | None:
    """The person whose entitlement it is about, if it is about one alone."""
    async with services.pool.connection() as conn:
        facts = await reads_incidents.history(conn, incident)
    about = {
        fact.event.entitlement_id or fact.event.order
        for fact in facts
        if isinstance(fact.event, IncidentOpened | IncidentReopened | IncidentExtended)
    }
    return await subject_of(services.reads, about.pop()) if len(about) == 1 else None


async def closed(call: OperatorCall, signed: Signed, incident: UUID) -> None:
    """Have an operator close an incident; raises the refusal of its rules."""
    command = CloseIncident(reason_id=signed.reason_id)
    _unless_refused(await call.submit(signed, incident, command))


async def sent_again(call: OperatorCall, signed: Signed, incident: UUID) -> incidents_v1.SentAgain:
    """Have what it is about sent again, in parts; raises the refusal of its rules."""
    record = RecordSentAgain(reason_id=signed.reason_id)
    _unless_refused(await call.submit(signed, incident, record))
    party = await _party(call, incident)
    sent = nothing = 0
    after: UUID | None = None
    while part := await _next(call, incident, after):
        results = await _send(call, signed, party, part)
        made = sum(bool(result.events) for result in results)
        sent, nothing, after = sent + made, nothing + len(results) - made, part[-1]
    return incidents_v1.SentAgain(sent=sent, nothing=nothing)


async def _send(call: OperatorCall, signed: Signed, party: str, part: list[UUID]) -> list[Result]:
    command = SendAgain(partner=party, now=call.services.now())
    return await asyncio.gather(*(call.submit(signed, one, command) for one in part))


async def _party(call: OperatorCall, incident: UUID) -> str:
    """Whose it is, from the log itself: the view may not have it yet."""
    async with call.services.pool.connection() as conn:
        return await reads_incidents.party_of(conn, incident)


async def _next(call: OperatorCall, incident: UUID, after: UUID | None) -> list[UUID]:
    async with call.services.pool.connection() as conn:
        return await reads_incidents.unmended(conn, incident, after, PART)


def _unless_refused(result: Result) -> None:
    if result.refusal is not None:
        raise result.refusal

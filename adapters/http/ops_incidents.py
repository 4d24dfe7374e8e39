"""What an operator does about an incident: say that it was looked at."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from aanspraak.domain.incident.commands import CloseIncident
from aanspraak.domain.incident.events import IncidentExtended, IncidentOpened, IncidentReopened
from adapters.http.openapi import problems, taking
from adapters.http.operators import OPENED, Operating, OperatorCall, Signed
from adapters.http.parameters import Id, id_of
from adapters.http.person_answers import subject_of
from adapters.http.services import Services
from adapters.postgres import reads_incidents
from adapters.wire import ops_v1 as wire
from adapters.wire.parsing import parse

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
    result = await call.submit(signed, incident, command)
    if result.refusal is not None:
        raise result.refusal

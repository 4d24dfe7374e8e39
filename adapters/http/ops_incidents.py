"""POST /ops/v1/incidents/{id}/close: an operator has looked, and says why that is enough."""

from __future__ import annotations

from fastapi import APIRouter, Response

from aanspraak.domain.incident.commands import CloseIncident
from adapters.http.openapi import problems, taking
from adapters.http.operators import OPENED, Operating
from adapters.http.parameters import Id, id_of
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
    act = parse(wire.Act, await call.body())
    signed = await call.sign(act)
    command = CloseIncident(reason_id=signed.reason_id)
    result = await call.submit(signed, id_of(given), command)
    if result.refusal is not None:
        raise result.refusal
    return Response(status_code=204)

"""The operator's calls about the portals of a school: which they are, and changing them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Response

from aanspraak.domain import ids
from aanspraak.domain.school.commands import AddPortal, RemovePortal, ReplacePortal, SchoolCommand
from adapters.http.arrays import JSON
from adapters.http.openapi import one, problems, taking
from adapters.http.operators import OPENED, Operating, OperatorCall
from adapters.http.parameters import Plain
from adapters.postgres.school_portals import PortalDesk
from adapters.wire import ops_schools_v1 as wire
from adapters.wire import ops_v1
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse
from adapters.wire.problems import FieldProblem, SchemaIncorrect
from adapters.wire.roster_file import school_alias

router = APIRouter(prefix=ops_v1.BASE_PATH + "/schools/{school}/portals", tags=["Operations"])

School = Annotated[
    Plain, Path(description="An OnderwijsaanbiederId (104A158), or another id as OIE_CODE:09QQ.")
]
NOBODY: Final = UUID(int=0)
"""The reason of what is only planned."""


@router.get(
    "",
    operation_id="list-portals-of-school",
    summary="Where do the links of a school go?",
    responses={200: one(wire.PortalsOfSchool), **problems(400, 403, 404, 503)},
    openapi_extra=OPENED,
)
async def list_portals(call: Operating, school: School) -> Response:
    """Of what can still be used, and what operators decided of it."""
    desk = _desk(call)
    found = await desk.stands(await _school_id(desk, school))
    moved = (
        wire.PortalMoved(portal=portal, new_portal=new)
        for portal, new in found.decided.instead.items()
    )
    answer = wire.PortalsOfSchool(
        entitlements=found.entitlements,
        portals=tuple(wire.PortalOfSchool(**each._asdict()) for each in found.portals),
        added=found.decided.added,
        moved=tuple(moved),
    )
    return Response(encode(answer), media_type=JSON)


@router.post(
    "/add",
    operation_id="add-portal-of-school",
    summary="Have everything of a school go to a portal too",
    responses={200: one(wire.PortalsTouched), **problems(400, 403, 404, 413, 415, 503)},
    openapi_extra=taking(wire.ChangePortal) | OPENED,
)
async def add_portal(call: Operating, school: School) -> Response:
    """Every link that may be is asked for there, behind everything that somebody waits for."""
    body = parse(wire.ChangePortal, await call.body())

    def command(school_id: UUID, reason_id: UUID) -> SchoolCommand:
        return AddPortal(school_id=school_id, portal=body.portal, reason_id=reason_id)

    return await _change(call, school, body, command, gains=("portal", body.portal))


@router.post(
    "/remove",
    operation_id="remove-portal-of-school",
    summary="Have nothing of a school go to a portal any more",
    responses={200: one(wire.PortalsTouched), **problems(400, 403, 404, 413, 415, 503)},
    openapi_extra=taking(wire.ChangePortal) | OPENED,
)
async def remove_portal(call: Operating, school: School) -> Response:
    """Every link that stands there is taken away."""
    body = parse(wire.ChangePortal, await call.body())

    def command(school_id: UUID, reason_id: UUID) -> SchoolCommand:
        return RemovePortal(school_id=school_id, portal=body.portal, reason_id=reason_id)

    return await _change(call, school, body, command, gains=None)


@router.post(
    "/replace",
    operation_id="replace-portal-of-school",
    summary="Have what goes to a portal go to another instead",
    responses={200: one(wire.PortalsTouched), **problems(400, 403, 404, 409, 413, 415, 503)},
    openapi_extra=taking(wire.ReplacePortal) | OPENED,
)
async def replace_portal(call: Operating, school: School) -> Response:
    """Links are asked for at the new one, and taken away at the old one."""
    body = parse(wire.ReplacePortal, await call.body())

    def command(school_id: UUID, reason_id: UUID) -> SchoolCommand:
        return ReplacePortal(
            school_id=school_id,
            portal=body.portal,
            new_portal=body.new_portal,
            reason_id=reason_id,
        )

    return await _change(call, school, body, command, gains=("newPortal", body.new_portal))


async def _change(
    call: OperatorCall,
    school: str,
    body: wire.ChangePortal,
    command: Callable[[UUID, UUID], SchoolCommand],
    *,
    gains: tuple[str, str] | None,
) -> Response:
    desk = _desk(call)
    school_id = await _school_id(desk, school)
    await desk.require_portal(body.portal, "portal")
    if gains is not None:
        field, portal = gains
        await desk.require_portal(portal, field)
    planned = await desk.plan(command(school_id, NOBODY))
    outcome = "planned" if body.dry_run else await _decide(call, school_id, body, command)
    answer = wire.PortalsTouched(
        outcome=outcome,
        **planned._asdict(),
        consented=await desk.consented(school_id, gains[1]) if gains else None,
    )
    return Response(encode(answer), media_type=JSON)


async def _decide(
    call: OperatorCall,
    school_id: UUID,
    body: wire.ChangePortal,
    command: Callable[[UUID, UUID], SchoolCommand],
) -> str:
    signed = await call.sign(body)
    decision = command(school_id, signed.reason_id)
    result = await call.submit(signed, ids.school_stream(school_id), decision)
    if result.refusal is not None:
        raise result.refusal
    return "changed" if result.events else "unchanged"


def _desk(call: OperatorCall) -> PortalDesk:
    services = call.services
    return PortalDesk(
        connections=services.pool,
        vault=services.vault,
        partner_of=services.directory.partner,
        now=services.now,
    )


async def _school_id(desk: PortalDesk, school: str) -> UUID:
    try:
        aliases = school_alias(school)
    except ValueError as error:
        raise SchemaIncorrect((FieldProblem("school", str(error)),)) from error
    return await desk.school_id(aliases)

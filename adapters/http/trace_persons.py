"""Track and trace of a person at a school; who that is stands in the body, never in an address."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from adapters.http.arrays import JSON
from adapters.http.body import read_json
from adapters.http.consented import require_consent
from adapters.http.openapi import one, problems, taking
from adapters.http.problems import Refused
from adapters.http.services import Services
from adapters.http.trace_answers import shown_entitlement
from adapters.http.trace_as_of import AsOfGiven, moment_then, shown_place, then_of
from adapters.http.trace_viewers import OPENED, Admitted, Parts
from adapters.postgres.reads_as_of import AsOf, person_as_of
from adapters.security.persons import user_reference
from adapters.wire import trace_v1 as wire
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse
from adapters.wire.references import SchoolUser
from projections.visibility import Viewer

router = APIRouter(prefix=wire.BASE_PATH, tags=["Track and trace"])

SCHOOL_UNKNOWN = Refused(404, 23, "This school is not known.")


@router.post(
    "/persons/entitlements",
    operation_id="trace-person",
    summary="What does somebody at a school have?",
    responses={200: one(wire.PersonTrace), **problems(400, 403, 404, 413, 415, 503)},
    openapi_extra=taking(SchoolUser) | OPENED,
)
async def trace_person(
    request: Request, viewer: Admitted, services: Parts, as_of: AsOfGiven = None
) -> Response:
    """What a person has, or had as of some moment, as far as the caller may see it.

    Nobody we know has nothing; somebody who was forgotten is nobody we know.
    """
    limit = services.settings.body_limit_bytes
    asked = parse(SchoolUser, await read_json(request, limit))
    then = await then_of(services, as_of)
    return Response(encode(await person_then(viewer, services, asked, then)), media_type=JSON)


async def person_then(
    viewer: Viewer, services: Services, asked: SchoolUser, then: AsOf
) -> wire.PersonTrace:
    """What a person had; raises Refused: 404 for a school nobody knows, 403 without its consent."""
    school = await services.vault.find_school(*asked.school.aliases())
    if school is None:
        raise SCHOOL_UNKNOWN
    await require_consent(services, viewer, school.school_id)
    pairs = [(one.user_id_type, one.user_id) for one in asked.user.user_ids]
    master = asked.user.user_master_identifier
    user = user_reference(master, pairs, scope=str(school.school_id))
    subject_id = await services.vault.find(user)
    rows = []
    if subject_id is not None:
        async with services.pool.connection() as conn:
            rows = await person_as_of(conn, viewer, school.school_id, subject_id, then)
    moment = moment_then(services, then)
    return wire.PersonTrace(
        as_of=shown_place(then),
        entitlements=tuple(shown_entitlement(viewer, row, moment) for row in rows),
    )

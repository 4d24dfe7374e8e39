"""The operator's calls about rebuilding views: which there are, asking for it, what was found."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from aanspraak.domain.errors import SchoolUnknown
from aanspraak.domain.status_codes import OTHER
from adapters.http.arrays import JSON, in_one
from adapters.http.openapi import many, one, problems, taking
from adapters.http.operators import OPENED, Operating, OperatorCall
from adapters.http.parameters import Id, id_of
from adapters.http.problems import Refused
from adapters.http.services import Services
from adapters.postgres.job_answers import job_answer
from adapters.postgres.job_progress import job_progress
from adapters.postgres.rebuild import NotRebuildable
from adapters.postgres.rebuild_jobs import Meant, NobodyAble, ask_rebuild, difference_of, views
from adapters.wire import jobs_v1, ops_v1
from adapters.wire import rebuilds_v1 as wire
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse
from adapters.wire.problems import FieldProblem, SchemaIncorrect
from adapters.wire.roster_file import school_alias

router = APIRouter(prefix=ops_v1.BASE_PATH, tags=["Operations"])


@router.get(
    "/views",
    operation_id="list-views",
    summary="Which views can be rebuilt, and which not, and why?",
    responses={200: many(wire.View), **problems(403, 503)},
    openapi_extra=OPENED,
)
async def list_views(call: Operating) -> Response:
    """Views with what their last comparison came to, and the followers that cannot be rebuilt."""
    async with call.services.pool.connection() as conn:
        return in_one(await views(conn))


@router.post(
    "/rebuilds",
    operation_id="rebuild-view",
    summary="Have a view rebuilt, or say what would change",
    responses={200: one(jobs_v1.Job), **problems(400, 403, 404, 409, 413, 415, 503)},
    openapi_extra=taking(wire.RebuildView) | OPENED,
)
async def rebuild_view(call: Operating) -> Response:
    """A job does it; what it found is at `/ops/v1/jobs/{jobId}/difference`."""
    body = parse(wire.RebuildView, await call.body())
    meant = Meant(
        view=body.view,
        delivery_order_id=body.delivery_order_id,
        entitlement_id=body.entitlement_id,
        school_id=await school_named(call.services, body.school) if body.school else None,
    )
    signed = await call.sign(body)
    try:
        async with call.services.pool.connection() as conn:
            job_id = await ask_rebuild(
                conn,
                call.operator(signed),
                meant,
                dry_run=body.dry_run,
                silence_seconds=call.services.settings.worker_silence_seconds,
            )
    except NotRebuildable as error:
        raise SchemaIncorrect((FieldProblem("view", str(error)),)) from error
    except NobodyAble as error:
        raise Refused(409, OTHER, str(error)) from error
    return await _answer(call, job_id)


@router.get(
    "/jobs/{id}/difference",  # noqa: FAST003 - the alias of Id
    operation_id="show-difference",
    summary="What would change, or did, when a view was rebuilt?",
    responses={200: one(wire.FoundDifference), **problems(403, 404, 503)},
    openapi_extra=OPENED,
)
async def show_difference(call: Operating, given: Id) -> Response:
    """What a job that compares or rebuilds has found; 404 before it did."""
    async with call.services.pool.connection() as conn:
        found = await difference_of(conn, id_of(given))
    if found is None:
        raise Refused(404, OTHER, "The job has found nothing, or not yet.")
    return Response(encode(found), media_type=JSON)


@router.get(
    "/jobs/{id}/progress",  # noqa: FAST003 - the alias of Id
    operation_id="show-progress",
    summary="What did a job do when, and how long will it take?",
    responses={200: one(wire.JobProgress), **problems(403, 404, 503)},
    openapi_extra=OPENED,
)
async def show_progress(call: Operating, given: Id) -> Response:
    """Line by line, and how fast what it does now goes."""
    async with call.services.pool.connection() as conn:
        job = await job_answer(conn, call.services.vault, id_of(given))
        answer = await job_progress(conn, job)
    return Response(encode(answer), media_type=JSON)


async def school_named(services: Services, school: str) -> UUID:
    """The school that somebody typed: 104A158, or TYPE:value.

    Raises SchemaIncorrect or SchoolUnknown.
    """
    try:
        aliases = school_alias(school)
    except ValueError as error:
        raise SchemaIncorrect((FieldProblem("school", str(error)),)) from error
    found = await services.vault.find_school(*aliases)
    if found is None:
        raise SchoolUnknown
    return found.school_id


async def _answer(call: OperatorCall, job_id: UUID) -> Response:
    async with call.services.pool.connection() as conn:
        found = await job_answer(conn, call.services.vault, job_id)
    return Response(encode(found), media_type=JSON)

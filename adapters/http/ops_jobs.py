"""The operator's calls about jobs: which there are and how far they are, to confirm, to cancel."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from adapters.http.arrays import JSON, in_one, next_part, part_of
from adapters.http.openapi import many, one, problems, taking
from adapters.http.operators import OPENED, Operating, OperatorCall
from adapters.http.parameters import LARGEST_PART, Id, id_of
from adapters.postgres import job_orders
from adapters.postgres.job_answers import job_answer, job_answers
from adapters.postgres.jobs import AskedJobs
from adapters.wire import jobs_v1 as wire
from adapters.wire import ops_v1
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse

USUAL_PART = 50

router = APIRouter(prefix=ops_v1.BASE_PATH + "/jobs", tags=["Operations"])


class JobFilter(BaseModel):
    """Which jobs, and which part of them."""

    model_config = ConfigDict(frozen=True)

    state: Literal["live", "over"] | None = Field(None, description="Not over yet, or over; both.")
    kind: wire.Kind | None = Field(None, description="Of this kind.")
    limit: int = Field(USUAL_PART, ge=1, le=LARGEST_PART, description="At most so many.")
    after: UUID | None = Field(None, description="Older than this one; see the header Link.")


@router.get(
    "",
    operation_id="list-jobs",
    summary="What is being done, and how far is it?",
    responses={200: many(wire.Job), **problems(400, 403, 503)},
    openapi_extra=OPENED,
)
async def list_jobs(
    request: Request, call: Operating, wanted: Annotated[JobFilter, Query()]
) -> Response:
    """Jobs, the newest first."""
    asked = AskedJobs(
        kind=wanted.kind,
        live=None if wanted.state is None else wanted.state == "live",
        after=wanted.after,
        limit=wanted.limit + 1,
    )
    async with call.services.pool.connection() as conn:
        found = await job_answers(conn, call.services.vault, asked)
    shown, last = part_of(found, wanted.limit)
    answer = in_one(shown)
    if last is not None:
        answer.headers["Link"] = next_part(request, last.job_id)
    return answer


@router.get(
    "/{id}",  # noqa: FAST003 - the alias of Id
    operation_id="show-job",
    summary="How far is a job?",
    responses={200: one(wire.Job), **problems(403, 404, 503)},
    openapi_extra=OPENED,
)
async def show_job(call: Operating, given: Id) -> Response:
    """A job as it stands."""
    return await _answer(call, id_of(given))


@router.post(
    "/{id}/confirm",  # noqa: FAST003 - the alias of Id
    operation_id="confirm-job",
    summary="Agree to a job as the second operator",
    responses={200: one(wire.Job), **problems(400, 403, 404, 409, 413, 415, 503)},
    openapi_extra=taking(wire.ConfirmJob) | OPENED,
)
async def confirm_job(call: Operating, given: Id) -> Response:
    """Then it begins; whoever asked for it cannot confirm it (409)."""
    signed = await call.sign(parse(wire.ConfirmJob, await call.body()))
    async with call.services.pool.connection() as conn:
        await job_orders.confirm(conn, call.operator(signed), id_of(given))
    return await _answer(call, id_of(given))


@router.post(
    "/{id}/cancel",  # noqa: FAST003 - the alias of Id
    operation_id="cancel-job",
    summary="Have a job stopped",
    responses={200: one(wire.Job), **problems(400, 403, 404, 413, 415, 503)},
    openapi_extra=taking(wire.CancelJob) | OPENED,
)
async def cancel_job(call: Operating, given: Id) -> Response:
    """It stops between two things; what was done stays done. One that is over stays as it is."""
    signed = await call.sign(parse(wire.CancelJob, await call.body()))
    async with call.services.pool.connection() as conn:
        await job_orders.cancel(conn, call.operator(signed), id_of(given))
    return await _answer(call, id_of(given))


async def _answer(call: OperatorCall, job_id: UUID) -> Response:
    async with call.services.pool.connection() as conn:
        found = await job_answer(conn, call.services.vault, job_id)
    return Response(encode(found), media_type=JSON)

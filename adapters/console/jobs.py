"""The pages of jobs: what is done with many things, how far that is, and having it stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Response
from sse_starlette import EventSourceResponse

from adapters.console.acting import ReasonMissing, actor_of, call_of, sign
from adapters.console.listing import Page, paged
from adapters.console.live import following
from adapters.console.place import BASE
from adapters.console.roles import Role
from adapters.console.visits import NotThere, Operating, RoleRequired, Viewing, Visit, go_to
from adapters.postgres import job_orders
from adapters.postgres.job_answers import job_answer, job_answers
from adapters.postgres.job_progress import job_progress
from adapters.postgres.jobs import AskedJobs, jobs
from adapters.postgres.rebuild_jobs import difference_of
from adapters.wire.jobs_v1 import Job

router = APIRouter(prefix="/jobs")

PAGE: Final = 25
STATES: Final = {"live": True, "over": False}


@router.get("")
async def job_list(visit: Viewing) -> Response:
    """What is being done, and what was."""
    return visit.page("jobs.html", state=_state(visit), page=await _page(visit))


@router.get("/live")
async def live_list(visit: Viewing) -> EventSourceResponse:
    """The same again whenever it changed."""

    async def now() -> str:
        return visit.render("jobs_now.html", page=await _page(visit))

    return following(visit, now)


@router.get("/{job_id}")
async def one_job(visit: Viewing, job_id: UUID) -> Response:
    """How far it is, what it did when, and what can be done about it."""
    return visit.page("job.html", **await _stands(visit, job_id), reason_missing=False)


@router.get("/{job_id}/live")
async def live_job(visit: Viewing, job_id: UUID) -> EventSourceResponse:
    """The same again whenever it changed."""

    async def now() -> str:
        return visit.render("job_now.html", **await _stands(visit, job_id), reason_missing=False)

    return following(visit, now)


@router.post("/{job_id}/confirm")
async def confirm(visit: Operating, job_id: UUID) -> Response:
    """Agree to it as the second operator."""
    return await _act(visit, job_id, confirming=True)


@router.post("/{job_id}/cancel")
async def cancel(visit: Operating, job_id: UUID) -> Response:
    """Have it stopped; those of others only as an administrator."""
    found = await _stands(visit, job_id)
    if not found["own"] and visit.role < Role.ADMIN:
        raise RoleRequired(Role.ADMIN)
    return await _act(visit, job_id, confirming=False)


def job_path(job_id: UUID) -> str:
    """Where the page of a job is."""
    return f"{BASE}/jobs/{job_id}"


async def _act(visit: Visit, job_id: UUID, *, confirming: bool) -> Response:
    try:
        signed = await sign(visit)
    except ReasonMissing:
        stands = await _stands(visit, job_id)
        return visit.page("job.html", 422, **stands, reason_missing=True)
    acting = job_orders.confirm if confirming else job_orders.cancel
    async with visit.services.pool.connection() as conn:
        await acting(conn, call_of(visit).operator(signed), job_id)
    return go_to(job_path(job_id))


async def _stands(visit: Visit, job_id: UUID) -> dict[str, Any]:
    async with visit.services.pool.connection() as conn:
        rows = await jobs(conn, AskedJobs(job_id=job_id, limit=1))
        if not rows:
            raise NotThere
        job = await job_answer(conn, visit.services.vault, job_id)
        return {
            "job": job,
            "own": rows[0].actor == actor_of(visit),
            "progress": await job_progress(conn, job),
            "difference": await difference_of(conn, job_id),
        }


async def _page(visit: Visit) -> Page[Job]:
    state = _state(visit)

    async def after(job_id: UUID | None) -> AsyncIterator[Job]:
        asked = AskedJobs(live=STATES.get(state), after=job_id, limit=PAGE + 1)
        async with visit.services.pool.connection() as conn:
            found = await job_answers(conn, visit.services.vault, asked)
        for job in found:
            yield job

    return await paged(visit, after, lambda job: job.job_id, PAGE)


def _state(visit: Visit) -> str:
    given = visit.request.query_params.get("state", "")
    return given if given in STATES else ""

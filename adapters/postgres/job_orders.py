"""What operators ask of jobs: the fact, the row and the place in the queue are one transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.job.commands import AskJob, CancelJob, ConfirmJob, EndJob
from aanspraak.domain.job.decide import is_much
from aanspraak.domain.job.events import NIGHT
from adapters.postgres import jobs
from adapters.postgres.group_commit import commit_group
from adapters.postgres.job_queue import enqueue
from adapters.postgres.jobs import QUEUED, SQL, WAITING
from adapters.postgres.on_behalf import decide

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from psycopg import AsyncConnection

    from adapters.postgres.jobs import Turn
    from adapters.postgres.on_behalf import Operator


HUB = "hub"
"""The actor of what begins by itself."""


async def ask(
    conn: AsyncConnection[Any],
    by: Operator,
    job_id: UUID,
    command: AskJob,
    about: Mapping[str, object],
) -> str:
    """Ask for a job, of which the things are listed already; its status: waiting or queued.

    Within the caller's transaction, so that what is listed is what was counted. Raises NothingToDo.
    """
    row = {
        "job_id": job_id,
        "kind": command.kind,
        "about": about,
        "status": WAITING if is_much(command) else QUEUED,
        "total": command.amount,
        "per_second": command.per_second,
        "actor": by.actor,
        "reason_id": by.reason_id,
    }
    await jobs.add(conn, row)
    if row["status"] == QUEUED:
        await enqueue(conn, job_id)
    signed = replace(command, operator=by.actor, through=by.through, reason_id=by.reason_id)
    await decide(conn, by, job_id, signed)
    return str(row["status"])


async def begin_night(conn: AsyncConnection[Any], night: date) -> None:
    """Have the work of a night begun, which nobody asked for; asked again, nothing happens."""
    job_id = ids.night_job(night)
    row = {
        "job_id": job_id,
        "kind": NIGHT,
        "about": {"night": night.isoformat()},
        "status": QUEUED,
        "total": None,
        "per_second": 0,
        "actor": HUB,
        "reason_id": None,
    }
    async with conn.transaction():
        if not await jobs.add(conn, row):
            return
        await enqueue(conn, job_id)
        submission = Submission(
            stream_id=job_id,
            command=AskJob(kind=NIGHT, amount=None, confirm_above=0),
            actor=HUB,
            correlation_id=f"job/{job_id}",
            causation_id=f"job/{job_id}",
        )
        await commit_group(conn, [submission])


async def confirm(conn: AsyncConnection[Any], by: Operator, job_id: UUID) -> bool:
    """Agree to a job that waits for a second operator; whether it did.

    Raises UnknownJob, SecondOperatorNeeded, SecondOperatorUnproven or JobIsOver.
    """
    command = ConfirmJob(
        operator=by.actor, through=by.through, believed=by.believed, reason_id=by.reason_id
    )
    async with conn.transaction():
        cursor = await conn.execute(SQL["confirm"], {"job_id": job_id, "actor": by.actor})
        if cursor.rowcount:
            await enqueue(conn, job_id)
        return await decide(conn, by, job_id, command)


async def cancel(conn: AsyncConnection[Any], by: Operator, job_id: UUID) -> bool:
    """Have it stopped between two things; whether it was still to be stopped.

    Raises UnknownJob.
    """
    command = CancelJob(operator=by.actor, reason_id=by.reason_id)
    async with conn.transaction():
        await jobs.cancel(conn, job_id, by.actor)
        return await decide(conn, by, job_id, command)


async def end(
    conn: AsyncConnection[Any], turn: Turn, status: str, error: str | None = None
) -> None:
    """It is over, which is a fact. Raises Overtaken."""
    async with conn.transaction():
        ended = await jobs.end(conn, turn, status, error)
        command = EndJob(outcome=status, **ended._asdict())
        await commit_group(conn, [of_worker(turn, turn.job_id, command)])


def of_worker(turn: Turn, stream_id: UUID, command: object) -> Submission:
    """What a worker asks on behalf of a job."""
    return Submission(
        stream_id=stream_id,
        command=command,
        actor=turn.actor,
        correlation_id=f"job/{turn.job_id}",
        causation_id=f"job/{turn.job_id}/{stream_id}",
    )

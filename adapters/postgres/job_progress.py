"""How a job goes: what it did when, how fast that is, and how long it still takes at that pace."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from adapters.postgres.job_story import Line, story
from adapters.postgres.jobs import RUNNING
from adapters.wire.rebuilds_v1 import JobLine, JobProgress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import AsyncConnection

    from adapters.wire.jobs_v1 import Job


async def job_progress(conn: AsyncConnection[Any], job: Job) -> JobProgress:
    """How this job, as it was just read, goes."""
    lines = await story(conn, job.job_id)
    rate = _per_second(job, lines)
    left = None if not rate or job.total is None else max(job.total - job.done, 0) / rate
    return JobProgress(
        lines=tuple(_shown(line) for line in lines), per_second=rate, seconds_left=left
    )


def _per_second(job: Job, lines: Sequence[Line]) -> float | None:
    """Since it does what it does now; None while that cannot be said."""
    if job.status != RUNNING or not lines:
        return None
    since = lines[-1]
    seconds = (job.changed_at - since.at).total_seconds()
    done = job.done - since.done
    return done / seconds if seconds > 0 and done > 0 else None


def _shown(line: Line) -> JobLine:
    return JobLine(
        at=line.at.astimezone(UTC),
        status=line.status,
        doing=line.doing or None,
        turn=line.turn,
        done=line.done,
    )

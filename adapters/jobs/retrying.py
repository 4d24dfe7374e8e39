"""The job that has facts handled again by their followers, a few at a time, and sees what comes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from adapters.postgres import dead_letters as letters
from adapters.postgres import jobs
from adapters.postgres.dead_letters import NotDecidable
from adapters.postgres.jobs import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.jobs.job import Job
    from adapters.postgres.jobs import Item

AT_ONCE: Final = 20
OFTEN: Final = 5
"""So many short looks at what came of it, before it is asked whether the job is to stop."""
LOOK_SECONDS: Final = 0.1
RETRYING: Final = "retrying"
WAITS: Final = "waiting-for-follower"
_AGAIN: Final = "again"


async def retry_letters(job: Job) -> None:
    """Go through the list from where the mark is.

    A worker that is killed in between finds some of a part handled already: those are counted all
    the same, and nothing is handled twice, for that is the follower's.
    """
    while part := await jobs.items(job.conn, job.turn.job_id, int(job.mark or 0), AT_ONCE):
        await _ask(job, part)
        statuses = await _settled(job, part)
        handled = statuses.count("handled")
        failed = statuses.count("waiting")
        async with job.conn.transaction():
            await job.move_on(
                Step(
                    mark=str(part[-1].nr),
                    doing=RETRYING,
                    done=len(part),
                    succeeded=handled,
                    failed=failed,
                    nothing=len(part) - handled - failed,
                )
            )
        job.heed()


async def _ask(job: Job, part: Sequence[Item]) -> None:
    """What cannot be decided about any more is left as it is."""
    for one in part:
        try:
            await letters.retry(
                job.conn, one.name, one.position or 0, job.turn.actor, job.turn.reason_id
            )
        except NotDecidable:
            continue


async def _settled(job: Job, part: Sequence[Item]) -> list[str]:
    """How they stand when none is to be handled any more; a follower may be away for long."""
    which = [(one.name, one.position or 0) for one in part]
    looks = 0
    while _AGAIN in (statuses := await letters.statuses(job.conn, which)):
        await asyncio.sleep(LOOK_SECONDS)
        looks += 1
        if looks % OFTEN == 0:
            async with job.conn.transaction():
                await job.move_on(Step(mark=job.mark, doing=WAITS))
            job.heed()
    return statuses

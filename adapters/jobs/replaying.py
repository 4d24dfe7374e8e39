"""The job that publishes a part of the log once more, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from adapters.postgres.jobs import Step
from adapters.wire.jobs_v1 import JobAbout

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from adapters.jobs.job import Job

AT_ONCE: Final = 5_000
PUBLISHING: Final = "publishing"


class Publishes(Protocol):
    """Publishes facts to the topic of a replay, and says how many those were."""

    async def __call__(self, conn: AsyncConnection[Any], topic: str, first: int, last: int) -> int:
        """From one position to another, both included."""
        ...


@dataclass(frozen=True, kw_only=True)
class Replaying:
    """Goes on from the mark; a page during which a worker is killed is published twice."""

    publish: Publishes

    async def __call__(self, job: Job) -> None:
        """Publish from the first position to the last."""
        about = msgspec.convert(job.turn.about, JobAbout)
        at, last = int(job.mark or (about.first or 1) - 1), about.last or 0
        while at < last:
            job.heed()
            until = min(at + AT_ONCE, last)
            count = await self.publish(job.conn, about.topic or "", at + 1, until)
            step = Step(mark=str(until), doing=PUBLISHING, done=count, succeeded=count)
            await job.move_on(step)
            at = until

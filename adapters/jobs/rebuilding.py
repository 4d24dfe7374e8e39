"""The jobs that compare and rebuild a view: the verb `rebuild`, where everybody sees it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from adapters.postgres.connection import connect
from adapters.postgres.job_story import keep_found, owns_views
from adapters.postgres.jobs import Step
from adapters.postgres.rebuild import Far, Options, RebuildUnderWay, projection_named, rebuild
from adapters.postgres.rebuild_jobs import as_found
from adapters.postgres.rebuild_only import (
    repair,
    streams_of_entitlement,
    streams_of_order,
    streams_of_school,
)
from adapters.postgres.rebuild_parts import FACTS_AT_ONCE
from adapters.stopping import CannotGoOn
from adapters.wire.jobs_v1 import JobAbout

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from adapters.jobs.job import Job
    from adapters.postgres.rebuild_difference import Difference
    from adapters.postgres.rebuild_only import Streams
    from projections.registry import Projection

LOOK_SECONDS: Final = 0.5
WAIT_SECONDS: Final = 1.0
REPAIRING: Final = "repairing"
REPORTING: Final = "reporting"
ANOTHER: Final = "waiting for another"


class OwnerNeeded(CannotGoOn):
    """This worker may not rebuild: it has no connection as the owner of the views."""


@dataclass(frozen=True, kw_only=True)
class Rebuilding:
    """Builds a view anew over the owner's `url`; a dry run ends before anything changes.

    Killed or cancelled it has changed nothing, and what was built is gone on with.
    """

    url: str
    dry_run: bool
    facts_at_once: int = FACTS_AT_ONCE

    async def __call__(self, job: Job) -> None:
        """Do it, and keep the difference with the job."""
        about = msgspec.convert(job.turn.about, JobAbout)
        projection = projection_named(about.view or "")
        async with await connect(self.url, "job") as conn:
            if not await owns_views(conn):
                raise OwnerNeeded(OwnerNeeded.__doc__)
            part = await _part(conn, projection, about)
        if part is None:
            difference = await self._whole(job, projection)
        else:
            difference = await self._part(job, projection, part)
        await _keep(job, difference)

    @property
    def _options(self) -> Options:
        return Options(dry_run=self.dry_run, facts_at_once=self.facts_at_once)

    async def _part(self, job: Job, projection: Projection, part: list[Streams]) -> Difference:
        await job.move_on(Step(mark=job.mark, doing=REPAIRING))
        return await repair(self.url, projection, part, dry_run=self.dry_run)

    async def _whole(self, job: Job, projection: Projection) -> Difference:
        """Somebody else may be rebuilding the view: then this waits until they are ready."""
        watch = _Watch(job)
        while True:
            try:
                return await self._watched(watch, job, projection)
            except RebuildUnderWay:
                await job.move_on(Step(mark=job.mark, doing=ANOTHER))
                await job.rest(WAIT_SECONDS)

    async def _watched(self, watch: _Watch, job: Job, projection: Projection) -> Difference:
        task = asyncio.create_task(rebuild(self.url, projection, watch.hear, self._options))
        try:
            while not task.done():
                await asyncio.wait((task,), timeout=LOOK_SECONDS)
                await watch.tell()
                if not task.done():
                    await job.look()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return task.result().difference


class _Watch:
    """What a rebuild says of how far it is, written down with its job now and then."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._told = (job.turn.done, "")
        self._far: Far | None = None

    def hear(self, far: Far) -> None:
        self._far = far

    async def tell(self) -> None:
        far = self._far
        if far is None or self._told == (far.done, far.phase):
            return
        done = far.done - self._told[0]
        step = Step(mark=self._job.mark, doing=far.phase, done=done, total=far.total)
        await self._job.move_on(step)
        self._told = (far.done, far.phase)


async def _part(
    conn: AsyncConnection[Any], projection: Projection, about: JobAbout
) -> list[Streams] | None:
    """The streams that are meant; None: all."""
    if about.delivery_order_id is not None:
        return [streams_of_order(about.delivery_order_id)]
    if about.entitlement_id is not None:
        return [streams_of_entitlement(projection, about.entitlement_id)]
    if about.school_id is not None:
        return await streams_of_school(conn, about.school_id)
    return None


async def _keep(job: Job, difference: Difference) -> None:
    rows = difference.appear + difference.vanish + difference.change
    async with job.conn.transaction():
        await keep_found(job.conn, job.turn.job_id, as_found(difference))
        await job.move_on(Step(mark=job.mark, doing=REPORTING, succeeded=rows))

"""What is done every night, as a job: it begins by itself, once, and goes on in another worker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from aanspraak.domain.calendar_days import AMSTERDAM
from adapters.postgres import job_orders
from adapters.postgres.connection import connect
from adapters.postgres.jobs import Step
from adapters.postgres.reconciliations import orders_compared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.jobs.job import Job

CATCH_UP: Final = timedelta(hours=6)
"""So long after its hour a night that was missed, or cut short, is still carried out."""
LOOK_SECONDS: Final = 1.0

Stage = tuple[str, Callable[[date], Awaitable[object]]]
"""A word for it, and what it does in the night that began on a day; done twice, it is done once."""


class NightIsOver(Exception):
    """By day partners are left alone."""


@dataclass(kw_only=True)
class Nights:
    """The hour `at` (Europe/Amsterdam) at which a night begins, and what is done in it, in order.

    Where a stage was is its own to remember; a stage that was done does nothing.
    """

    url: str
    at: time
    now: Callable[[], datetime]
    stages: Sequence[Stage]
    _begun: date | None = field(default=None, init=False)

    async def begin(self) -> None:
        """Put tonight's job into the queue, when it is time and nobody did."""
        night = night_of(self.now(), self.at)
        if night is None or night == self._begun:
            return
        async with await connect(self.url, "work") as conn:
            await job_orders.begin_night(conn, night)
        self._begun = night

    async def __call__(self, job: Job) -> None:
        """Carry out a night; raises NightIsOver when there is no time left for it."""
        night = date.fromisoformat(job.turn.about["night"])
        seen = job.turn.done
        for name, stage in self.stages:
            if night_of(self.now(), self.at) != night:
                raise NightIsOver
            seen = await _carry_out(job, name, asyncio.ensure_future(stage(night)), night, seen)


async def _carry_out(
    job: Job, name: str, stage: asyncio.Future[object], night: date, seen: int
) -> int:
    """Wait for a stage, and tell meanwhile how many orders were compared: so many by its end."""
    try:
        while True:
            await asyncio.wait((stage,), timeout=LOOK_SECONDS)
            compared = await orders_compared(job.conn, night)
            async with job.conn.transaction():
                new = compared - seen
                await job.move_on(Step(mark=name, doing=name, done=new, succeeded=new))
            seen = compared
            if stage.done():
                await stage
                return seen
            job.heed()
    finally:
        stage.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await stage


def night_of(now: datetime, at: time) -> date | None:
    """The night that is on: it began at the latest `at`, and may be caught up with; or none."""
    local = now.astimezone(AMSTERDAM)
    day = local.date() if local.time() >= at else local.date() - timedelta(days=1)
    began = datetime.combine(day, at, tzinfo=AMSTERDAM)
    return day if now - began.astimezone(now.tzinfo) < CATCH_UP else None

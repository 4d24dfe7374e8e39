"""Jobs on a real database, and a worker that carries them out in this process."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from aanspraak.domain.job.commands import AskJob
from aanspraak.domain.job.events import SEND_AGAIN
from adapters.jobs.carrying import Carrier
from adapters.jobs.job import Job
from adapters.jobs.worker import Worker
from adapters.postgres import job_orders
from adapters.postgres.connection import connect
from adapters.postgres.event_log import read_many
from adapters.postgres.jobs import AskedJobs, JobRow, Step, jobs
from adapters.postgres.on_behalf import Operator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from psycopg import AsyncConnection

SILENCE = 1.5
PATIENCE = 60.0
ONE = Operator(
    actor="operator:one",
    reason_id=UUID(int=1),
    correlation_id="story-one",
    through="console",
    believed=True,
)
TWO = replace(ONE, actor="operator:two", reason_id=UUID(int=2), correlation_id="story-two")


@dataclass(kw_only=True)
class Counting:
    """A kind of job that counts to its total; at `stands_at` it waits until it may go on."""

    stands_at: int = -1
    stands: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    done: list[int] = field(default_factory=list)

    async def __call__(self, job: Job) -> None:
        """Count on from the mark."""
        for number in range(int(job.mark or 0) + 1, (job.turn.total or 0) + 1):
            if number == self.stands_at:
                self.stands.set()
                await self.go_on.wait()
            async with job.conn.transaction():
                await job.move_on(Step(mark=str(number), doing="counting", done=1, succeeded=1))
            self.done.append(number)
            job.heed()


def counting_to(total: int, confirm_above: int = 1_000, kind: str = SEND_AGAIN) -> AskJob:
    """What an operator asks."""
    return AskJob(kind=kind, amount=total, confirm_above=confirm_above, partner="portal-a")


async def ask(conn: AsyncConnection[Any], command: AskJob, by: Operator = ONE) -> UUID:
    """Have it asked; the job's id."""
    job_id = uuid4()
    async with conn.transaction():
        await job_orders.ask(conn, by, job_id, command, {"partner": command.partner})
    return job_id


@asynccontextmanager
async def working(
    url: str,
    carries: Any,  # noqa: ANN401 - a kind
    *able: str,
) -> AsyncIterator[asyncio.Task[None]]:
    """A worker for as long as the block lasts, told to stop at its end; it is `able` to do more."""
    stop = asyncio.Event()

    async def tick() -> tuple[str, ...]:
        return able

    worker = Worker(
        url=url,
        carry_out=Carrier(url=url, kinds=dict.fromkeys((SEND_AGAIN, *able), carries)).carry_out,
        tick=tick,
        concurrency=2,
        silence_seconds=SILENCE,
    )
    task = asyncio.create_task(worker.run(stop))
    try:
        yield task
    finally:
        stop.set()
        await asyncio.gather(task, return_exceptions=True)


async def job_row(url: str, job_id: UUID) -> JobRow:
    """The job as it stands."""
    async with await connect(url, "test") as conn:
        (row,) = await jobs(conn, AskedJobs(job_id=job_id))
    return row


async def until_job(url: str, job_id: UUID, so: Callable[[JobRow], bool]) -> JobRow:
    """The job as soon as it is so."""
    async with asyncio.timeout(PATIENCE):
        while not so(row := await job_row(url, job_id)):  # noqa: ASYNC110 - it tells when asked
            await asyncio.sleep(0.05)
    return row


def is_over(row: JobRow) -> bool:
    """Whether nothing more comes of it."""
    return row.ended_at is not None


async def facts_of(url: str, job_id: UUID) -> list[str]:
    """The names of its facts."""
    async with await connect(url, "test") as conn:
        recorded = (await read_many(conn, [job_id]))[job_id]
    return [type(one.event).__name__ for one in recorded]

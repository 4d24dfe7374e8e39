"""The worker: takes jobs out of procrastinate's queue; what a dead one had goes to another."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import psycopg
import structlog
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from typing_extensions import override

from adapters.jobs.carrying import TryAgain
from adapters.postgres import jobs
from adapters.postgres.connection import connect, session
from adapters.postgres.job_queue import OF_SOME, QUEUE, TASK, enqueue

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Sequence

    from procrastinate.jobs import Job as QueuedJob

POLL_SECONDS: Final = 5.0
LONGEST_PAUSE_SECONDS: Final = 30
RESTART_SECONDS: Final = 1.0
AWAY: Final = (psycopg.Error, ConnectorException)

log = structlog.get_logger(__name__)


class _Again(BaseRetryStrategy):
    """At once when the worker stops, soon when the database is away; nothing else is raised."""

    @override
    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision:
        if isinstance(exception, TryAgain):
            return RetryDecision(retry_in={"seconds": min(2**job.attempts, LONGEST_PAUSE_SECONDS)})
        return RetryDecision(retry_in={"seconds": 0})


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Carries out so many jobs at once; any number of workers share the queue.

    A worker that was silent for `silence_seconds` counts as gone. `tick` is called about three
    times in that time, by every worker: what has to begin by itself begins there. It gives the
    kinds of jobs that this worker can do and not every worker can: those of others it leaves.
    """

    url: str
    carry_out: Callable[[UUID], Awaitable[None]]
    tick: Callable[[], Awaitable[Collection[str]]]
    concurrency: int
    silence_seconds: float

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop: jobs under way then are another worker's, from where they are.

        When the database goes away, begin anew as soon as it is back.
        """
        # It tells of every job it looks at; what matters of that we tell ourselves.
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
        log.info("process.started", process="work")
        while not stop.is_set():
            try:
                await self._connected(stop)
            except AWAY as error:
                log.warning("connection.lost", follower="work", reason=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), RESTART_SECONDS)
        log.info("process.stopped", process="work")

    async def _connected(self, stop: asyncio.Event) -> None:
        app = self._app()
        async with app.open_async():
            queues = queues_of(await self.tick())
            working = asyncio.create_task(self._work(app, queues))
            tending = asyncio.create_task(self._tend(app, queues))
            stopping = asyncio.create_task(stop.wait())
            tasks = (working, tending, stopping)
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end

    async def _work(self, app: App, queues: Sequence[str]) -> None:
        await app.run_worker_async(
            queues=queues,
            concurrency=self.concurrency,
            install_signal_handlers=False,
            fetch_job_polling_interval=min(POLL_SECONDS, self._often),
            update_heartbeat_interval=self._often,
            stalled_worker_timeout=self.silence_seconds,
            shutdown_graceful_timeout=0,
            delete_jobs="always",
        )

    async def _tend(self, app: App, queues: Sequence[str]) -> None:
        """Put back into the queue what a dead worker had, and what fell out of it.

        It ends, and all begins anew, when this worker has become able to do more.
        """
        async with await connect(self.url, "work") as conn:
            await jobs.be_a_worker(conn)
            while True:
                for job in await app.job_manager.get_stalled_jobs(
                    seconds_since_heartbeat=self.silence_seconds
                ):
                    with suppress(ConnectorException):  # another worker was first, or it has ended
                        await app.job_manager.retry_job(job)
                for job_id in await jobs.lost(conn):
                    async with conn.transaction():
                        await enqueue(conn, job_id)
                await asyncio.sleep(self._often)
                if not set(queues_of(await self.tick())) <= set(queues):
                    return

    @property
    def _often(self) -> float:
        return self.silence_seconds / 3

    def _app(self) -> App:
        app = App(connector=PsycopgConnector(**_connections(self.url, self.concurrency)))

        @app.task(name=TASK, queue=QUEUE, retry=_Again())
        async def carry_out(job: str) -> None:
            await self.carry_out(UUID(job))

        return app


def queues_of(kinds: Collection[str]) -> list[str]:
    """What a worker looks at that can do jobs of these kinds, and what every worker can."""
    return [QUEUE, *sorted({OF_SOME[kind] for kind in kinds if kind in OF_SOME})]


def _connections(url: str, concurrency: int) -> dict[str, Any]:
    """As all of ours, where the library finds its names; it sets autocommit where it needs it."""
    ours = session(url, "work")
    del ours["autocommit"]
    ours["options"] += " -c search_path=jobs"
    return {"conninfo": url, "kwargs": ours, "min_size": 1, "max_size": concurrency + 2}

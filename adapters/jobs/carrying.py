"""Carrying out one job: taken up, done, and its end on record."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg
import structlog

from aanspraak.domain.job.events import CANCELLED, DONE, FAILED
from adapters.jobs.job import Cancelled, Job
from adapters.postgres import job_orders, jobs
from adapters.postgres.connection import connect
from adapters.postgres.failure import what_went_wrong
from adapters.postgres.jobs import Overtaken

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from psycopg import AsyncConnection

    from adapters.jobs.job import Carries

OVERTAKEN_SECONDS: Final = 1.0

log = structlog.get_logger(__name__)


class TryAgain(Exception):
    """Nothing is wrong with the job: it is taken up again later. The text is the error's class."""


@dataclass(frozen=True, kw_only=True)
class Carrier:
    """Carries out jobs of these kinds, each on a connection of its own."""

    url: str
    kinds: Mapping[str, Carries]

    async def carry_out(self, job_id: UUID) -> None:
        """Do it to its end, or from where another worker was when it was killed.

        Raises TryAgain when the database is away.
        """
        try:
            async with await connect(self.url, "job") as conn:
                await self._on(conn, job_id)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise TryAgain(type(error).__name__) from None

    async def _on(self, conn: AsyncConnection[Any], job_id: UUID) -> None:
        turn = await jobs.take_up(conn, job_id)
        if turn is None:
            return
        log.info("job.started", job=str(job_id), kind=turn.kind, turn=turn.turn)
        try:
            status, error = await self._outcome(conn, turn)
            await job_orders.end(conn, turn, status, error)
        except Overtaken:
            # The queue would take our end for that of the job, which another worker has.
            await _until_over(conn, job_id)
            return
        log.info("job.ended", job=str(job_id), kind=turn.kind, outcome=status)

    async def _outcome(self, conn: AsyncConnection[Any], turn: jobs.Turn) -> tuple[str, str | None]:
        """What became of it, and the class of the error that ended it."""
        job = Job(conn=conn, turn=turn, mark=turn.mark, cancelled=turn.cancelled)
        try:
            job.heed()
            await self.kinds[turn.kind](job)
        except Cancelled:
            return CANCELLED, None
        except (psycopg.OperationalError, psycopg.InterfaceError, Overtaken):
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one job, the others go on
            fault = what_went_wrong(error)
            log.error("job.failed", job=str(turn.job_id), kind=turn.kind, **fault)  # noqa: TRY400 - a text may hold a person
            return FAILED, type(error).__name__
        return DONE, None


async def _until_over(conn: AsyncConnection[Any], job_id: UUID) -> None:
    while not await jobs.is_over(conn, job_id):  # noqa: ASYNC110 - nobody tells that it is
        await asyncio.sleep(OVERTAKEN_SECONDS)

"""The process that carries out jobs, with what each kind of job needs."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from aanspraak.domain.job.events import (
    COMPARE_VIEW,
    REBUILD_VIEW,
    RETRY_DEAD_LETTERS,
    SEND_AGAIN,
)
from adapters.bootstrap import database_url, pool, utc_now
from adapters.jobs.abilities import Abilities
from adapters.jobs.carrying import Carrier
from adapters.jobs.rebuilding import Rebuilding
from adapters.jobs.retrying import retry_letters
from adapters.jobs.sending_again import SendingAgain
from adapters.jobs.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.config import Settings
    from adapters.jobs.job import Carries


async def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; what is under way then goes on in another worker."""
    url = database_url(settings)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with pool(url, "work"):
        owner_url = settings.rebuild_database_url or url
        carrier = Carrier(url=url, kinds=kinds_of_jobs(owner_url))
        worker = Worker(
            url=url,
            carry_out=carrier.carry_out,
            tick=Abilities(url=url, owner_url=owner_url).say,
            concurrency=settings.worker_concurrency,
            silence_seconds=settings.worker_silence_seconds,
        )
        await worker.run(stop)


def kinds_of_jobs(owner_url: str) -> Mapping[str, Carries]:
    """What each kind of job does; what changes tables does so as their owner."""
    return {
        SEND_AGAIN: SendingAgain(now=utc_now),
        RETRY_DEAD_LETTERS: retry_letters,
        COMPARE_VIEW: Rebuilding(url=owner_url, dry_run=True),
        REBUILD_VIEW: Rebuilding(url=owner_url, dry_run=False),
    }

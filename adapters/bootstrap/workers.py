"""The process that carries out jobs, with what each kind of job needs."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from aanspraak.domain.job.events import (
    COMPARE_VIEW,
    NIGHT,
    REBUILD_VIEW,
    RETRY_DEAD_LETTERS,
    SEND_AGAIN,
)
from adapters.bootstrap import database_url, pool, utc_now, vault
from adapters.bootstrap.nightly import stages
from adapters.bootstrap.partners import partner_session
from adapters.bootstrap.replays import replays
from adapters.eduv.usage_parts import reconciler
from adapters.jobs.abilities import Abilities
from adapters.jobs.carrying import Carrier
from adapters.jobs.nights import Nights
from adapters.jobs.rebuilding import Rebuilding
from adapters.jobs.retrying import retry_letters
from adapters.jobs.sending_again import SendingAgain
from adapters.jobs.worker import Worker
from adapters.postgres.send_again import alone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.config import Settings
    from adapters.jobs.job import Carries
    from adapters.postgres.send_again import Alone


async def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; what is under way then goes on in another worker."""
    url = database_url(settings)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with pool(url, "work") as connections, partner_session() as session:
        persons = vault(connections, settings)
        comparing = reconciler(url, connections, session, settings, persons)
        nights = Nights(
            url=url, at=settings.reconcile_at, now=utc_now, stages=stages(url, comparing)
        )
        await worker(url, settings, nights).run(stop)


def worker(url: str, settings: Settings, nights: Nights) -> Worker:
    """A worker for all kinds of jobs."""
    owner_url = settings.rebuild_database_url or url
    replaying = replays(settings)
    kinds = {**kinds_of_jobs(owner_url, alone(settings)), **replaying, NIGHT: nights}
    abilities = Abilities(url=url, owner_url=owner_url, others=tuple(replaying))

    async def tick() -> list[str]:
        await nights.begin()
        return await abilities.say()

    return Worker(
        url=url,
        carry_out=Carrier(url=url, kinds=kinds).carry_out,
        tick=tick,
        concurrency=settings.worker_concurrency,
        silence_seconds=settings.worker_silence_seconds,
    )


def kinds_of_jobs(owner_url: str, allowed: Alone) -> Mapping[str, Carries]:
    """What operators have done by jobs; what changes tables does so as their owner.

    `allowed` is what may be sent again without a second operator.
    """
    return {
        SEND_AGAIN: SendingAgain(now=utc_now, allowed=allowed),
        RETRY_DEAD_LETTERS: retry_letters,
        COMPARE_VIEW: Rebuilding(url=owner_url, dry_run=True),
        REBUILD_VIEW: Rebuilding(url=owner_url, dry_run=False),
    }

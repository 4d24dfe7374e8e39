"""A worker beside the console, in this process, and what holds its jobs while a test looks."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aanspraak.domain.job.events import COMPARE_VIEW, REBUILD_VIEW
from adapters.bootstrap.workers import kinds_of_jobs
from adapters.jobs.abilities import Abilities
from adapters.jobs.carrying import Carrier
from adapters.jobs.rebuilding import Rebuilding
from adapters.jobs.worker import Worker
from adapters.postgres.connection import connect
from adapters.postgres.event_log import last_position
from adapters.postgres.rebuild_run import MOST_PARTS, PAGES_A_PART
from adapters.postgres.send_again import alone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from tests.adapters.http_case import Hub

SILENCE_SECONDS = 3.0


@asynccontextmanager
async def worker_of(hub: Hub) -> AsyncIterator[None]:
    """A worker that may do everything, for as long as the block lasts."""
    stop = asyncio.Event()
    abilities = Abilities(url=hub.url, owner_url=hub.url)
    # Small pages, so that a rebuild of a small log has parts that can be held.
    kinds = dict(kinds_of_jobs(hub.url, alone(hub.services.settings)))
    for kind, dry_run in ((COMPARE_VIEW, True), (REBUILD_VIEW, False)):
        kinds[kind] = Rebuilding(url=hub.url, dry_run=dry_run, facts_at_once=1)
    worker = Worker(
        url=hub.url,
        carry_out=Carrier(url=hub.url, kinds=kinds).carry_out,
        tick=abilities.say,
        concurrency=2,
        silence_seconds=SILENCE_SECONDS,
    )
    await abilities.say()
    task = asyncio.create_task(worker.run(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def part_held(hub: Hub, view: str, stream_id: UUID) -> AsyncIterator[None]:
    """The part of a rebuild with this stream is somebody else's until the block is left."""
    async with await connect(hub.url, "test") as conn:
        parts = max(1, min(MOST_PARTS, await last_position(conn) // PAGES_A_PART))
        part = (stream_id.int >> 80) * parts // 2**48 + 1
        name = f"rebuild/{view}/{part}"
        await conn.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (name,))
        yield

"""How far the publisher falls behind while the broker is away, and how soon it has caught up."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table

from adapters.kafka.channel import KafkaLanes
from adapters.kafka.embedded import Broker, kill, start
from adapters.postgres.connection import connect
from adapters.postgres.event_log import last_position
from adapters.postgres.follower import Follower
from adapters.postgres.publisher import NAME, SCHEMA, Publisher, sent_until
from bench.entitling import entitle
from bench.surroundings import OUT

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from adapters.kafka.cluster import Cluster

ORDERED: Final = 200
"""Entitlements a second, each a message: two facts."""
QUIET_SECONDS: Final = 10.0
AWAY_SECONDS: Final = 60.0
SAMPLE_SECONDS: Final = 5.0
FACTS_EACH: Final = 2
LONGEST_SECONDS: Final = 300.0


class _Outage:
    """A publisher, entitlements that go on coming, and a broker that goes and comes back."""

    def __init__(self, url: str, cluster: Cluster, broker: Broker) -> None:
        self._url = url
        self._lanes = KafkaLanes(cluster)
        self._broker = broker
        self._began = time.monotonic()
        self._there = True
        self.table = Table("second", "broker", "messages waiting", box=None)

    async def run(self) -> None:
        """Until nothing waits any more."""
        publisher = Publisher(lambda: datetime.now(UTC), self._lanes.on)
        follower = Follower(url=self._url, name=NAME, schema=SCHEMA, handle=publisher.handle)
        working = [asyncio.create_task(one) for one in (follower.run(), self._order())]
        try:
            async with await connect(self._url, "bench") as conn:
                harm = asyncio.create_task(self._harm())
                await self._sample(conn, harm)
        finally:
            for one in working:
                one.cancel()
                with suppress(asyncio.CancelledError):
                    await one
            self._lanes.close()

    async def _order(self) -> None:
        async with await connect(self._url, "bench") as conn:
            while True:
                began = time.monotonic()
                await entitle(conn, ORDERED)
                await asyncio.sleep(max(0.0, 1 - (time.monotonic() - began)))

    async def _harm(self) -> None:
        await asyncio.sleep(QUIET_SECONDS)
        await asyncio.to_thread(kill, self._broker)
        self._there = False
        await asyncio.sleep(AWAY_SECONDS)
        await asyncio.to_thread(start, self._broker)
        self._there = True

    async def _sample(self, conn: AsyncConnection[Any], harm: asyncio.Task[None]) -> None:
        while time.monotonic() - self._began < LONGEST_SECONDS:
            await asyncio.sleep(SAMPLE_SECONDS)
            waiting = (await last_position(conn) - await sent_until(conn)) // FACTS_EACH
            second = f"{time.monotonic() - self._began:.0f}"
            self.table.add_row(second, "there" if self._there else "away", f"{waiting:,}")
            if harm.done() and waiting <= ORDERED:
                return


async def tell_the_lag(url: str, cluster: Cluster, broker: Broker) -> None:
    """Print what waits, every few seconds."""
    outage = _Outage(url, cluster, broker)
    await outage.run()
    outage.table.title = (
        f"{ORDERED} entitlements a second, and the broker away for {AWAY_SECONDS:.0f} seconds"
    )
    OUT.print(outage.table)

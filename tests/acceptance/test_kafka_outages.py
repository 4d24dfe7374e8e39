"""Whatever becomes of the broker and of who sends to it, every entitlement is delivered once.

Registry and portal send each confirmation twice, and out of order, all the time.
"""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import aiohttp
import psycopg
import pytest

from adapters.kafka.cluster import Cluster
from adapters.kafka.embedded import Broker, halt, kill, start, wipe
from adapters.sandbox.deployment import over_kafka
from adapters.sandbox.orders import student_order
from tests.acceptance.conftest import BOOK, until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from adapters.sandbox.chain import Chain
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(1500)]

TWICE = {"times": 2, "outOfOrderSeconds": 1}
PARTNERS = {"uitgever": TWICE, "portaal": TWICE}
MANY = int(os.environ.get("AANSPRAAK_TEST_OUTAGE_ENTITLEMENTS", "10000"))
"""Entitlements of which each is a message to the registry and one to the portal."""
ORDERS = 5
EARLY = MANY // ORDERS // 4
"""Links of the first order, after which the others come and the broker is killed at once."""
SOME = 500
AWAY_SECONDS = 30.0
"""How long the broker is down while orders come in; in life it may be hours."""
MOMENT = 5.0
LAG = 'aanspraak_follower_lag_events{follower="publisher"} '
CUT_THE_PUBLISHER = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'aanspraak follower publisher' AND datname = current_database()
  AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)
"""


@dataclass
class Hub:
    """A chain over a broker of its own, and what was ordered of it."""

    chain: Chain
    broker: Broker
    prefix: str
    database_url: str
    ordered: dict[str, int] = field(default_factory=dict)

    async def order(self, pupils: int) -> str:
        """Order for pupils who have nothing yet; the deliveryOrderId."""
        first = sum(self.ordered.values())
        order = student_order("104A158", BOOK, range(first, first + pupils), portals=("portaal",))
        await self.chain.sandbox("winkel", "POST", "order", order.request())
        self.ordered[str(order.delivery_order_id)] = pupils
        return str(order.delivery_order_id)

    async def placed(self, order: str, count: int) -> int:
        """Wait until so many links of an order are placed; how many are."""

        async def ask() -> int:
            trace = await self.chain.trace(order)
            return int(trace["counts"]["linkPlaced"]) if trace else 0

        return int(await until(ask, lambda number: number >= count, 300, f"links of {order}"))

    async def delivered_once(self) -> None:
        """Wait until all that was ordered is delivered; nothing of it had an effect twice."""
        for order, pupils in self.ordered.items():
            await self.placed(order, pupils)
        await until(self._confirmed, lambda told: len(self.ordered) <= told.get("processed", 0))
        assert await self._confirmed() == {"processed": len(self.ordered)}
        for partner in PARTNERS:
            effects = await self.chain.sandbox(partner, "GET", "effects")
            assert effects["effects"] == sum(self.ordered.values()), (partner, effects)
        assert self.rows("SELECT follower, topic, reason FROM channel.dead_letter") == []

    async def lag(self) -> float:
        """By how many facts the publisher is behind."""
        async with aiohttp.request("GET", f"{self.chain.deployment.hub_url}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        return float(next(line for line in lines if line.startswith(LAG)).removeprefix(LAG))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database says."""
        with psycopg.connect(self.database_url, autocommit=True) as conn:
            return conn.execute(query.encode()).fetchall()

    async def _confirmed(self) -> Any:  # noqa: ANN401 - JSON
        return (await self.chain.sandbox("winkel", "GET", "effects"))["confirmed"]


@pytest.fixture
def broker(kafka_programs: Path, tmp_path: Path) -> Iterator[Broker]:
    one = Broker(folder=tmp_path / "kafka", programs=kafka_programs)
    start(one)
    yield one
    halt(one)


@pytest.fixture
def prefix() -> str:
    return f"story-{uuid4().hex[:12]}"


@pytest.fixture
def channel(broker: Broker, prefix: str) -> Mapping[str, str]:
    return over_kafka(broker.bootstrap_servers, prefix)


async def test_whatever_becomes_of_the_broker_every_entitlement_is_delivered_once(
    start_chain: StartChain, broker: Broker, prefix: str, database_url: str
) -> None:
    async with start_chain(behaviour=PARTNERS, apart=True) as chain:
        hub = Hub(chain, broker, prefix, database_url)
        chain.processes.start("publisher-too", "follow", "publisher")
        chain.processes.start("gateway-too", "follow", "gateway")
        await _killed_in_the_middle(hub)
        await _away_while_orders_come_in(hub)
        await _a_publisher_comes_back_from_the_dead(hub)
        await _wiped(hub)
        poison = ("gave_up", "ValidationError")
        assert hub.rows("SELECT reason, error FROM channel.parked") == [poison, poison]


async def _killed_in_the_middle(hub: Hub) -> None:
    """And it comes back with a record in every lane that nobody can read."""
    await hub.placed(await hub.order(MANY // ORDERS), EARLY)
    orders = [await hub.order(MANY // ORDERS) for _ in range(1, ORDERS)]
    await asyncio.to_thread(kill, hub.broker)
    assert await hub.placed(orders[-1], 0) < MANY // ORDERS
    await asyncio.to_thread(start, hub.broker)
    await asyncio.to_thread(_poison, hub)
    await hub.delivered_once()


async def _away_while_orders_come_in(hub: Hub) -> None:
    await asyncio.to_thread(kill, hub.broker)
    await hub.order(SOME // 10)
    behind = await until(hub.lag, lambda lag: lag > 0)
    for _ in range(1, int(AWAY_SECONDS / MOMENT)):
        await asyncio.sleep(MOMENT)
        await hub.order(SOME // 10)
    await until(hub.lag, lambda lag: lag > behind)
    await asyncio.to_thread(start, hub.broker)
    await hub.delivered_once()
    await until(hub.lag, lambda lag: lag == 0)


async def _a_publisher_comes_back_from_the_dead(hub: Hub) -> None:
    """It was stopped, the database gave it up, another sends; then it goes on where it was."""
    processes = hub.chain.processes
    processes.signal("publisher-too", signal.SIGKILL)
    order = await hub.order(2 * SOME)
    await hub.placed(order, 1)
    processes.start("publisher-too", "follow", "publisher")
    processes.signal("publisher", signal.SIGSTOP)
    assert len(hub.rows(CUT_THE_PUBLISHER)) == 1
    await hub.placed(order, 2 * SOME)
    processes.signal("publisher", signal.SIGCONT)
    await hub.order(SOME)
    await hub.delivered_once()


async def _wiped(hub: Hub) -> None:
    order = await hub.order(4 * SOME)
    await hub.placed(order, SOME // 10)
    await asyncio.to_thread(kill, hub.broker)
    wipe(hub.broker)
    await asyncio.to_thread(start, hub.broker)
    said = await hub.chain.verb("channel", "republish", "--since", "2020-01-01T00:00")
    assert "went again" in said, said
    await hub.delivered_once()


def _poison(hub: Hub) -> None:
    cluster = Cluster(bootstrap_servers=hub.broker.bootstrap_servers, prefix=hub.prefix)
    producer = cluster.producer(None)
    for lane in range(3):
        key, number = (str(uuid4()).encode(), b"1") if lane else (b"?", b"?")
        told = [("ce_number", number)]
        topic = f"{hub.prefix}.requests.uitgever"
        producer.send(topic, b"{}", key, told, partition=lane).get(30)
    producer.close()

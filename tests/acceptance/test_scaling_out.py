"""Of everything two run, on either channel: what one did the other does when it is killed."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any, Final

import pytest

from adapters.kafka import topics
from adapters.sandbox.deployment import free_port
from adapters.sandbox.orders import student_order
from tests.acceptance.conftest import BOOK, until
from tests.acceptance.kafka_partners import sealed_order, settings_of, write, written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from adapters.kafka.cluster import Cluster
    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(400)]

PUPILS: Final = 10
ORDERS: Final = 2
"""On Kafka each is in a partition of its own, so that either `consume` has one to take."""
TWOFOLD: Final = ("policies", "projections", "publisher", "gateway")
SECONDS: Final = 90.0
"""Within which an order is delivered by what is left, also on a full machine."""


@pytest.fixture(params=["database", "kafka"])
def kafka(request: pytest.FixtureRequest) -> Cluster | None:
    """Give the cluster to which the shop writes its orders, and over which messages go."""
    if request.param == "database":
        return None
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster


@pytest.fixture
def channel(kafka: Cluster | None, tmp_path: Path) -> Mapping[str, str]:
    return {} if kafka is None else settings_of(kafka, tmp_path, "winkel")


async def test_whichever_of_two_is_killed_the_other_does_its_work(
    start_chain: StartChain, kafka: Cluster | None
) -> None:
    port = free_port()
    twofold = (*TWOFOLD, "consume") if kafka else TWOFOLD
    async with start_chain(apart=True, spares=[f"http://127.0.0.1:{port}"]) as chain:
        _start_too(chain, twofold, port)
        if kafka:
            _start_consuming(chain, "consume")
        await _delivered(chain, kafka, 1)
        for name in ("serve", *twofold):
            chain.processes.signal(name, signal.SIGKILL)
        await _delivered(chain, kafka, 2)
        chain.start_hub("serve", *TWOFOLD)
        if kafka:
            _start_consuming(chain, "consume")
        await chain.ready()
        for name in ("serve", *twofold):
            chain.processes.signal(f"{name}-too", signal.SIGKILL)
        await _delivered(chain, kafka, 3)
        for partner in ("uitgever", "portaal"):
            effects = await chain.sandbox(partner, "GET", "effects")
            assert effects["effects"] == 3 * ORDERS * PUPILS


def _start_too(chain: Chain, names: Sequence[str], port: int) -> None:
    url = chain.deployment.runtime_url
    chain.processes.start("serve-too", "serve", DATABASE_URL=url, AANSPRAAK_PORT=str(port))
    for name in names:
        if name == "consume":
            _start_consuming(chain, "consume-too")
        else:
            chain.processes.start(f"{name}-too", "follow", name, DATABASE_URL=url)


def _start_consuming(chain: Chain, name: str) -> None:
    chain.processes.start(name, "consume", DATABASE_URL=chain.deployment.runtime_url)


async def _delivered(chain: Chain, kafka: Cluster | None, nth: int) -> None:
    first = nth * ORDERS * PUPILS
    orders = [
        student_order("104A158", BOOK, range(one, one + PUPILS), portals=("portaal",))
        for one in range(first, first + ORDERS * PUPILS, PUPILS)
    ]
    for partition, order in enumerate(orders):
        if kafka is None:
            await chain.sandbox("winkel", "POST", "order", order.request())
        else:
            await _write(kafka, order, partition)
    for order in orders:

        async def ask(order: Order = order) -> Any:  # noqa: ANN401 - JSON
            return (await chain.trace(order.delivery_order_id) or {}).get("status")

        await until(ask, lambda status: status == "link-placed", SECONDS, f"orders {nth}")


async def _write(cluster: Cluster, order: Order, partition: int) -> None:
    key, said = str(order.delivery_order_id), sealed_order(order)
    record = written(cluster, topics.ORDERS, "winkel", key, said, partition)
    await write(cluster, topics.ORDERS, "winkel", [record])

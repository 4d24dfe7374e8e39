"""Messages to partners go over Kafka, and a shop writes to it: processes come and go."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from adapters.kafka import topics
from adapters.kafka.cluster import Cluster
from adapters.kafka.records import Record
from adapters.kafka.sender import Sender
from adapters.sandbox.deployment import over_kafka
from adapters.sandbox.orders import student_order
from adapters.security.issuing import new_key, write_private_key
from adapters.security.sealed import seal
from tests.acceptance.conftest import BOOK, until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

OURS = new_key()


@pytest.fixture
def cluster(kafka_server: str) -> Cluster:
    prefix = f"story-{uuid4().hex[:12]}"
    return Cluster(bootstrap_servers=kafka_server, prefix=prefix, partitions=2)


@pytest.fixture
def channel(cluster: Cluster, tmp_path: Path) -> Mapping[str, str]:
    write_private_key(tmp_path / "kafka.json", OURS)
    return {
        **over_kafka(cluster.bootstrap_servers, cluster.prefix),
        "kafka_key": str(tmp_path / "kafka.json"),
        "kafka_partners": '["winkel"]',
    }


async def test_what_a_shop_writes_is_delivered_whichever_process_is_killed(
    start_chain: StartChain, cluster: Cluster
) -> None:
    async with start_chain(apart=True) as chain:
        for name in ("consume", "consume-too"):
            chain.processes.start(name, "consume")
        chain.processes.start("publisher-too", "follow", "publisher")
        chain.processes.start("gateway-too", "follow", "gateway")
        await _ordered_and_delivered(chain, cluster, 1)
        for name in ("consume", "publisher", "gateway"):
            chain.processes.signal(name, signal.SIGKILL)
        await _ordered_and_delivered(chain, cluster, 2)
        await chain.sandbox("uitgever", "POST", "activate", {"share": 1})


async def _ordered_and_delivered(chain: Chain, cluster: Cluster, school_year: int) -> None:
    order = student_order("104A158", BOOK, range(20), portals=("portaal",))
    await _write(cluster, order)

    async def ask() -> Any:  # noqa: ANN401 - JSON
        return await chain.trace(order.delivery_order_id)

    about = f"order {school_year}"
    await until(ask, lambda trace: bool(trace and trace["status"] == "link-placed"), about=about)


async def _write(cluster: Cluster, order: Order) -> None:
    """The shop writes the order to its own topic, its pupils sealed to the hub."""
    said: Any = order.request()
    specification = said["deliveryOrder"]["deliverySpecification"]
    specification["students"] = seal(specification["students"], OURS)
    topic = topics.inbound(cluster, topics.ORDERS, "winkel")
    key = str(order.delivery_order_id)
    sender = Sender(cluster, None)
    value = json.dumps(said).encode()
    await sender.send([Record(topic=topic.name, key=key, value=value, headers=())], [topic])
    sender.close()

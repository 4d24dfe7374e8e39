"""A shop writes to Kafka, a portal reads and writes it: and no topic names a pupil."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from kafka import TopicPartition

from adapters.kafka import topics
from adapters.kafka.cluster import Cluster
from adapters.sandbox.orders import student_order
from adapters.security.issuing import new_key
from adapters.security.sealed import is_sealed, unseal
from tests.acceptance.conftest import BOOK, until
from tests.acceptance.kafka_partners import (
    confirmed,
    give_keys,
    reading,
    sealed_order,
    settings_of,
    write,
    written,
)
from tests.acceptance.telling import becomes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

PORTALS = new_key()
TOPICS = {
    *("orders.winkel", "confirmations.portaal", "messages.portaal", "events.v1"),
    *("requests.winkel", "requests.uitgever", "requests.portaal"),
}


@pytest.fixture
def channel(cluster: Cluster, tmp_path: Path) -> Mapping[str, str]:
    return settings_of(cluster, tmp_path, "winkel", "portaal")


async def test_an_order_is_delivered_over_kafka_and_nobody_is_named_in_it(
    start_chain: StartChain, cluster: Cluster
) -> None:
    order = student_order("104A158", BOOK, range(20), portals=("portaal",))
    said: Any = order.request()
    specification = said["deliveryOrder"]["deliverySpecification"]
    pupils = {one["userMasterIdentifier"] for one in specification["students"]}
    seen: set[str] = set()

    async def place(portal: str, records: list[Any]) -> None:
        for record in records:
            asked = json.loads(record.value)
            seen.add(_pupil(asked))
            answer = confirmed(portal, asked)
            await _write(cluster, topics.CONFIRMATIONS, portal, record.key.decode(), answer)

    async with start_chain() as chain:
        chain.processes.start("consume", "consume")
        chain.processes.start("stream", "follow", "stream")
        await give_keys(chain, PORTALS, "portaal")
        async with reading(cluster, ["portaal"], place):
            about = str(order.delivery_order_id)
            await _write(cluster, topics.ORDERS, "winkel", about, sealed_order(order))
            await becomes(chain, order, "link-placed")
        assert seen == pupils
        await chain.sandbox("uitgever", "POST", "activate", {"share": 1})
        await becomes(chain, order, "in-use")
        effects = await chain.sandbox("portaal", "GET", "effects")
        assert effects["links"] == 0
        everything = await _everything(cluster)
    assert str(order.delivery_order_id).encode() in everything
    for pupil in pupils:
        assert pupil.encode() not in everything
        assert pupil.rpartition("/")[2].encode() not in everything


def _pupil(asked: Any) -> str:  # noqa: ANN401 - JSON
    """About whom a portal is asked, which only it can read."""
    student = asked["entitlement"]["entitlementSpecification"]["student"]
    assert is_sealed(student["userMasterIdentifier"])
    return str(unseal(student["userMasterIdentifier"], PORTALS))


async def _write(cluster: Cluster, kind: str, partner: str, key: str, said: object) -> None:
    await write(cluster, kind, partner, [written(cluster, kind, partner, key, said)])


async def _everything(cluster: Cluster) -> bytes:
    """All that lies in any topic of ours: keys, values and headers."""
    consumer = cluster.consumer(None)
    names = [name for name in consumer.topics() if name.startswith(f"{cluster.prefix}.")]
    assert {name.removeprefix(f"{cluster.prefix}.") for name in names} >= TOPICS
    places = [
        TopicPartition(name, nth) for name in names for nth in consumer.partitions_for_topic(name)
    ]
    consumer.assign(places)
    ends = await asyncio.to_thread(consumer.end_offsets, places)
    found = bytearray()

    async def read() -> bool:
        for records in (await asyncio.to_thread(consumer.poll, 200)).values():
            for record in records:
                found.extend(record.key or b"")
                found.extend(record.value or b"")
                for name, value in record.headers:
                    found.extend(name.encode() + value)
        return all(consumer.position(place) >= ends[place] for place in places)

    await until(read, bool, about="reading all topics")
    consumer.close()
    return bytes(found)

"""A shop writes to Kafka, a portal reads and writes it: and no topic names a pupil."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from kafka import TopicPartition

from adapters.kafka import topics
from adapters.kafka.cluster import Cluster
from adapters.kafka.records import Record
from adapters.kafka.sender import Sender
from adapters.sandbox.deployment import over_kafka
from adapters.sandbox.orders import student_order
from adapters.security.issuing import new_key, write_private_key
from adapters.security.sealed import is_sealed, seal, unseal
from tests.acceptance.conftest import BOOK, until
from tests.acceptance.telling import becomes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from kafka import KafkaConsumer

    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

OURS = new_key()
PORTALS = new_key()
TOPICS = {
    *("orders.winkel", "confirmations.portaal", "messages.portaal", "events.v1"),
    *("requests.winkel", "requests.uitgever", "requests.portaal"),
}


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
        "kafka_partners": '["winkel", "portaal"]',
    }


async def test_an_order_is_delivered_over_kafka_and_nobody_is_named_in_it(
    start_chain: StartChain, cluster: Cluster
) -> None:
    order = student_order("104A158", BOOK, range(20), portals=("portaal",))
    said: Any = order.request()
    specification = said["deliveryOrder"]["deliverySpecification"]
    pupils = {one["userMasterIdentifier"] for one in specification["students"]}
    specification["students"] = seal(specification["students"], OURS)
    async with start_chain() as chain:
        chain.processes.start("consume", "consume")
        chain.processes.start("stream", "follow", "stream")
        key = {"publicKey": PORTALS.as_dict(private=False)}
        await chain.operate("PUT", "/partners/portaal/key", key)
        async with _portal(cluster) as seen:
            await _write(cluster, topics.ORDERS, "winkel", str(order.delivery_order_id), said)
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


@asynccontextmanager
async def _portal(cluster: Cluster) -> AsyncIterator[set[str]]:
    """A portal that places every link it reads of; whom it was asked about."""
    topic = topics.messages(cluster, "portaal")
    await asyncio.to_thread(topics.make, cluster, [topic])
    consumer = cluster.consumer(None)
    consumer.assign([TopicPartition(topic.name, nth) for nth in range(topic.partitions)])
    seen: set[str] = set()
    placing = asyncio.create_task(_place(cluster, consumer, seen))
    try:
        yield seen
    finally:
        placing.cancel()
        with suppress(asyncio.CancelledError):
            await placing
        consumer.close()


async def _place(cluster: Cluster, consumer: KafkaConsumer, seen: set[str]) -> None:
    while True:
        for records in (await asyncio.to_thread(consumer.poll, 100)).values():
            for record in records:
                asked = json.loads(record.value)
                student = asked["entitlement"]["entitlementSpecification"]["student"]
                assert is_sealed(student["userMasterIdentifier"])
                seen.add(unseal(student["userMasterIdentifier"], PORTALS))
                answer = _confirmed(asked)
                await _write(cluster, topics.CONFIRMATIONS, "portaal", record.key.decode(), answer)


def _confirmed(asked: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """An EntitlementConfirmation: the link is placed."""
    entitlement = asked["entitlement"]
    return {
        "entitlementReferenceId": asked["entitlementReferenceId"],
        "entitlementReceiveId": str(uuid4()),
        "entitlementId": entitlement["entitlementId"],
        "productId": entitlement["productId"],
        "processedTimestamp": "2026-08-24T12:00:00Z",
        "newUrlStatus": {"portal": "portaal", "urlStatus": "processed"},
        "success": True,
        "status": 0,
    }


async def _write(cluster: Cluster, kind: str, partner: str, key: str, said: object) -> None:
    topic = topics.inbound(cluster, kind, partner)
    record = Record(topic=topic.name, key=key, value=json.dumps(said).encode(), headers=())
    sender = Sender(cluster, None)
    await sender.send([record], [topic])
    sender.close()


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

"""Partners of a story that write to Kafka and read it: what says who somebody is, is sealed."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from kafka import TopicPartition

from adapters.kafka import topics
from adapters.kafka.records import Record
from adapters.kafka.sender import Sender
from adapters.sandbox.chain import TOGETHER
from adapters.sandbox.deployment import over_kafka
from adapters.security.issuing import new_key, write_private_key
from adapters.security.sealed import seal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from kafka import KafkaConsumer

    from adapters.kafka.cluster import Cluster
    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from adapters.security.key_sets import AsymmetricKey

    Answer = Callable[[str, list[Any]], Awaitable[object]]

OURS = new_key()
"""The key of the hub, to which partners seal."""


def settings_of(cluster: Cluster, folder: Path, *partners: str) -> dict[str, str]:
    """The settings of a hub to which these partners write."""
    write_private_key(folder / "kafka.json", OURS)
    return {
        **over_kafka(cluster.bootstrap_servers, cluster.prefix),
        "kafka_key": str(folder / "kafka.json"),
        "kafka_partners": json.dumps(partners),
    }


def sealed_order(order: Order) -> Any:  # noqa: ANN401 - JSON
    """The request of a shop, its pupils sealed to the hub."""
    said: Any = order.request()
    specification = said["deliveryOrder"]["deliverySpecification"]
    specification["students"] = seal(specification["students"], OURS)
    return said


def written(
    cluster: Cluster, kind: str, partner: str, key: str, said: object, partition: int | None = None
) -> Record:
    """A record as this partner writes it."""
    value = said if isinstance(said, bytes) else json.dumps(said).encode()
    topic = topics.inbound(cluster, kind, partner).name
    return Record(topic=topic, key=key, value=value, headers=(), partition=partition)


async def write(cluster: Cluster, kind: str, partner: str, records: Sequence[Record]) -> None:
    """Write records to one of a partner's topics."""
    sender = Sender(cluster, None)
    await sender.send(records, [topics.inbound(cluster, kind, partner)])
    sender.close()


def confirmed(partner: str, asked: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """An EntitlementConfirmation: a portal has placed the link, a registry the entitlement."""
    entitlement = asked["entitlement"]
    became = (
        {"newUrlStatus": {"portal": partner, "urlStatus": "processed"}}
        if "urlStatuses" in entitlement
        else {"newEntitlementStatus": "entitled"}
    )
    return {
        "entitlementReferenceId": asked["entitlementReferenceId"],
        "entitlementReceiveId": str(uuid4()),
        "entitlementId": entitlement["entitlementId"],
        "productId": entitlement["productId"],
        "processedTimestamp": "2026-08-24T12:00:00Z",
        "success": True,
        "status": 0,
        **became,
    }


async def give_keys(chain: Chain, key: AsymmetricKey, *partners: str) -> None:
    """Have partners read Kafka from now on: the gateway that is started then knows it."""
    for partner in partners:
        said = {"publicKey": key.as_dict(private=False)}
        await chain.operate("PUT", f"/partners/{partner}/key", said)
    await chain.ready()
    chain.processes.signal(TOGETHER, signal.SIGKILL)
    chain.start_hub(TOGETHER)
    await chain.ready()


@asynccontextmanager
async def reading(cluster: Cluster, partners: Sequence[str], answer: Answer) -> AsyncIterator[None]:
    """Have partners read their messages: `answer` gets the partner, and some records at a time."""
    read = {topics.messages(cluster, one).name: one for one in partners}
    await asyncio.to_thread(
        topics.make, cluster, [topics.messages(cluster, one) for one in partners]
    )
    consumer = cluster.consumer(None)
    consumer.assign([TopicPartition(name, nth) for name in read for nth in range(2)])
    working = asyncio.create_task(_answer(consumer, read, answer))
    try:
        yield
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        consumer.close()


async def _answer(consumer: KafkaConsumer, read: dict[str, str], answer: Answer) -> None:
    while True:
        for place, records in (await asyncio.to_thread(consumer.poll, 100)).items():
            await answer(read[place.topic], records)

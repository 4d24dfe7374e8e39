"""Messages to partners over Kafka, against a loop of kafka-python alone on the same broker."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from kafka import TopicPartition

from adapters.kafka import topics
from adapters.kafka.channel import KafkaLanes
from adapters.kafka.cluster import Cluster
from adapters.kafka.embedded import Broker, halt, start
from adapters.postgres.connection import connect
from adapters.postgres.event_log import read_after
from adapters.postgres.follower import Follower
from adapters.postgres.publisher import NAME, SCHEMA, Publisher, messages_of
from bench.entitling import GROUP, PARTNER, entitle
from bench.following import follow
from bench.kafka_outage import tell_the_lag
from bench.surroundings import Rate, Timed, new_database, server, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import AsyncConnection

    from aanspraak.application.messages import Message

MESSAGES: Final = 20_000
BATCH: Final = 250
"""As many as a gateway asks for at a time."""
LANE: Final = "prompt"


def run() -> None:
    """Measure and tell."""
    with server() as running, broker() as kafka:
        url = new_database(running, "kafka")
        asyncio.run(_side_by_side(url, _cluster(kafka)))
        asyncio.run(tell_the_lag(new_database(running, "outage"), _cluster(kafka), kafka))


@contextmanager
def broker() -> Iterator[Broker]:
    """A broker of our own, the one that development and tests have."""
    folder = Path(tempfile.mkdtemp(prefix="aanspraak-bench-kafka-"))
    one = Broker(folder=folder)
    try:
        start(one)
        yield one
    finally:
        halt(one)
        shutil.rmtree(folder)


def _cluster(kafka: Broker) -> Cluster:
    return Cluster(bootstrap_servers=kafka.bootstrap_servers, prefix=f"bench-{uuid4().hex[:8]}")


async def _side_by_side(url: str, cluster: Cluster) -> None:
    async with await connect(url, "bench") as conn:
        await entitle(conn, MESSAGES)
        messages = await _messages(conn)
        lanes = KafkaLanes(cluster)
        published = await _published(url, KafkaLanes(cluster))
        sent = await _sent(lanes, conn, messages)
        produced, size = await asyncio.to_thread(_produced, cluster)
        received = await _received(lanes, conn)
        consumed = await asyncio.to_thread(_consumed, cluster)
        lanes.close()
    tell(
        f"{MESSAGES:,} messages of {size} bytes into Kafka",
        "messages",
        Rate.of("the publisher: the log read, messages made and sent", MESSAGES, published),
        Rate.of("the channel alone, 1,000 a transaction", MESSAGES, sent),
        Rate.of("kafka-python alone, the same records", MESSAGES, produced),
    )
    tell(
        "The same messages out of Kafka",
        "messages",
        Rate.of("the channel: 250 received, read, acknowledged", MESSAGES, received),
        Rate.of("kafka-python alone, polled and thrown away", MESSAGES, consumed),
    )


async def _messages(conn: AsyncConnection[Any]) -> list[Message]:
    found: list[Message] = []
    position = 0
    while page := await read_after(conn, position):
        found += await messages_of(conn, page)
        position = page[-1].position
    if len(found) != MESSAGES:
        raise RuntimeError(len(found))
    return found


async def _published(url: str, lanes: KafkaLanes) -> Timed:
    """The producer is there before, as it is in a process that goes on."""
    publisher = Publisher(lambda: datetime.now(UTC), lanes.on)
    await lanes.sender.send([], [topics.requests(lanes.cluster, PARTNER)])
    follower = Follower(url=url, name=NAME, schema=SCHEMA, handle=publisher.handle)
    _, timed = await follow(follower)
    lanes.close()
    return timed


async def _sent(lanes: KafkaLanes, conn: AsyncConnection[Any], messages: list[Message]) -> Timed:
    await lanes.sender.send([], [topics.requests(lanes.cluster, PARTNER)])
    with Timed() as timed:
        for first in range(0, MESSAGES, GROUP):
            await lanes.on(conn).send(messages[first : first + GROUP])
    return timed


def _produced(cluster: Cluster) -> tuple[Timed, int]:
    """What lies in the topic, into another: as quickly as the client alone can."""
    place = TopicPartition(topics.requests(cluster, PARTNER).name, 0)
    another = topics.requests(cluster, "bare")
    topics.make(cluster, [another])
    consumer, producer = cluster.consumer(None), cluster.producer(None)
    consumer.assign([place])
    records: list[Any] = []
    while len(records) < MESSAGES:
        for some in consumer.poll(200).values():
            records += some
    producer.partitions_for(another.name)
    with Timed() as timed:
        for one in records[:MESSAGES]:
            producer.send(another.name, one.value, one.key, list(one.headers), partition=0)
        producer.flush()
    consumer.close()
    producer.close()
    return timed, sum(len(one.value) for one in records) // len(records)


async def _received(lanes: KafkaLanes, conn: AsyncConnection[Any]) -> Timed:
    channel = lanes.on(conn)
    after = await channel.acknowledged(PARTNER, LANE)
    with Timed() as timed:
        count = 0
        while count < MESSAGES:
            received = await channel.receive(PARTNER, LANE, after, BATCH)
            after = received[-1].offset
            count += len(received)
            await channel.acknowledge(PARTNER, LANE, after)
    return timed


def _consumed(cluster: Cluster) -> Timed:
    consumer = cluster.consumer(None)
    consumer.assign([TopicPartition(topics.requests(cluster, "bare").name, 0)])
    with Timed() as timed:
        count = 0
        while count < MESSAGES:
            count += sum(len(some) for some in consumer.poll(200).values())
    consumer.close()
    return timed

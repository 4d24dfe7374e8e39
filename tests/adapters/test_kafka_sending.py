"""What is sent to Kafka is there whole, once per sender, and tells its story without a person."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from kafka.errors import MessageSizeTooLargeError
from psycopg import AsyncConnection

from aanspraak.application.ports import Channel, ChannelAway, LanesLost, Received
from adapters.kafka import topics
from adapters.kafka.channel import KafkaLanes
from adapters.kafka.cluster import Cluster
from adapters.kafka.embedded import Broker, halt, kill, start
from adapters.kafka.records import traceparent
from adapters.kafka.sender import IN_FLIGHT_RECORDS
from adapters.postgres.connection import connect
from tests.broker import new_cluster
from tests.contracts.messaging import message
from tests.contracts.waiting import until

STORY = "6a1de4a1-7ad0-4f9c-b6d7-0f6a8f3b2a11"


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await connect(database_url, "test") as connection:
        yield connection


@pytest.fixture
def cluster(kafka_server: str) -> Cluster:
    return new_cluster(kafka_server)


@pytest.fixture
def lanes(cluster: Cluster) -> Iterator[KafkaLanes]:
    one = KafkaLanes(cluster)
    yield one
    one.close()


async def test_a_record_is_a_cloudevent_whose_id_is_its_position_in_the_log(
    lanes: KafkaLanes, conn: AsyncConnection[Any]
) -> None:
    sent = replace(message(7, position=42), correlation_id=STORY, causation_id="request/1")
    await lanes.on(conn).send([sent])
    (record,) = await lanes.reader.receive("portal-a", "prompt", 0, 10)
    said = {name: value.decode() for name, value in record.headers}
    assert record.key.decode() == str(sent.key)
    assert said == {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": "42",
        "ce_source": "/aanspraakmanager",
        "ce_type": "aanspraak.entitlement-request.v1",
        "ce_subject": str(sent.key),
        "ce_time": "2026-08-01T09:00:00Z",
        "ce_correlationid": STORY,
        "ce_causationid": "request/1",
        "ce_number": "1",
        "ce_lane": "prompt",
        "traceparent": traceparent(STORY, "42"),
    }


def test_one_story_is_one_trace_and_each_event_a_span_of_it() -> None:
    version, trace, span, flags = traceparent(STORY, "42").split("-")
    assert (version, trace, flags) == ("00", STORY.replace("-", ""), "00")
    assert traceparent(STORY, "43").split("-")[1] == trace
    assert traceparent(STORY, "43").split("-")[2] != span
    assert len(traceparent("a story of another form", "1")) == len("00-") + 32 + 1 + 16 + 3


async def test_of_two_that_send_the_later_one_fences_the_other(
    lanes: KafkaLanes, cluster: Cluster, conn: AsyncConnection[Any]
) -> None:
    await lanes.on(conn).send([message(1)])
    later = KafkaLanes(cluster)
    await later.on(conn).send([message(2)])
    with pytest.raises(ChannelAway, match=r"Fenced|Epoch"):
        await lanes.on(conn).send([message(3)])
    found = await later.on(conn).receive("portal-a", "prompt", 0, 10)
    later.close()
    assert [one.message.key.int for one in found] == [1, 2]


async def test_more_than_may_be_in_flight_is_one_transaction_all_the_same(
    lanes: KafkaLanes, conn: AsyncConnection[Any]
) -> None:
    sent = [message(key) for key in range(IN_FLIGHT_RECORDS + 500)]
    await lanes.on(conn).send(sent)
    found = await lanes.on(conn).receive("portal-a", "prompt", 0, 10_000)
    assert [one.message.key for one in found] == [one.key for one in sent]
    assert found[-1].offset == len(sent)


async def test_a_message_that_is_too_large_is_refused_by_itself(
    lanes: KafkaLanes, conn: AsyncConnection[Any]
) -> None:
    noise = "".join(secrets.token_hex(512) for _ in range(2_000))
    with pytest.raises(MessageSizeTooLargeError):
        await lanes.on(conn).send([message(1), replace(message(2), body={"noise": noise})])
    await lanes.on(conn).send([message(3)])
    (found,) = await lanes.on(conn).receive("portal-a", "prompt", 0, 10)
    assert found.message.key.int == 3


async def test_a_topic_is_made_as_the_configuration_has_it(
    lanes: KafkaLanes, cluster: Cluster, conn: AsyncConnection[Any]
) -> None:
    await lanes.on(conn).send([message()])
    events = topics.events(cluster)
    topics.make(cluster, [events])
    topics.make(cluster, [events])
    requests = topics.requests(cluster, "portal-a").name
    with cluster.admin() as admin:
        found = {one["name"]: one for one in admin.describe_topics([requests, events.name])}
    assert len(found[requests]["partitions"]) == 3
    assert len(found[events.name]["partitions"]) == 2
    assert dict(events.settings)["cleanup.policy"] == "delete"


def test_any_name_of_a_partner_has_a_topic_of_its_own(cluster: Cluster) -> None:
    names = ["portal-a", "portal a", "portal.a", "Pörtal/a", "x" * 400, "x" * 401]
    made = {topics.requests(cluster, name).name for name in names}
    assert len(made) == len(names)
    assert all(len(name) < 249 for name in made)


async def test_who_reads_a_topic_that_was_lost_is_told_and_begins_at_its_new_beginning(
    lanes: KafkaLanes, cluster: Cluster, conn: AsyncConnection[Any]
) -> None:
    channel = lanes.on(conn)
    await channel.send([message(key) for key in range(1, 30)])
    at = (await channel.receive("portal-a", "prompt", 0, 100))[-1].offset
    with cluster.admin() as admin:
        admin.delete_topics([topics.requests(cluster, "portal-a").name])
    lanes.sender.close()
    await channel.send([message(key) for key in range(50, 99)])
    with pytest.raises(LanesLost):
        await channel.receive("portal-a", "prompt", at, 100)
    with pytest.raises(LanesLost):
        await channel.acknowledge("portal-a", "prompt", at)
    begin = await channel.acknowledged("portal-a", "prompt")
    found = await channel.receive("portal-a", "prompt", begin, 100)
    assert [one.message.key.int for one in found] == list(range(50, 99))


async def test_a_gateway_that_gets_a_partner_back_begins_where_the_other_was(
    lanes: KafkaLanes, cluster: Cluster, conn: AsyncConnection[Any]
) -> None:
    other = KafkaLanes(cluster)
    await lanes.on(conn).acknowledge("portal-a", "prompt", 5)
    await other.on(conn).acknowledge("portal-a", "prompt", 9)
    assert await lanes.on(conn).acknowledged("portal-a", "prompt") == 9
    await lanes.on(conn).acknowledge("portal-a", "prompt", 7)
    assert await other.on(conn).acknowledged("portal-a", "prompt") == 9
    other.close()


async def test_what_cannot_be_read_waits_for_an_operator_and_the_lane_goes_on(
    lanes: KafkaLanes, cluster: Cluster, conn: AsyncConnection[Any]
) -> None:
    await lanes.on(conn).send([message(1)])
    producer = cluster.producer(None)
    for key, value in ((str(message(2).key), b"{}"), ("?", b"\xff")):
        producer.send(
            topics.requests(cluster, "portal-a").name,
            value,
            key.encode(),
            [("ce_number", b"1")],
            partition=0,
        ).get(10)
    producer.close()
    await lanes.on(conn).send([message(3)])
    found = await lanes.on(conn).receive("portal-a", "prompt", 0, 10)
    assert [one.message.key.int for one in found] == [1, 3]
    parked = "SELECT key, number, lane, reason, error FROM channel.parked"
    assert await (await conn.execute(parked)).fetchall() == [
        (message(2).key, 1, "prompt", "gave_up", "ValidationError")
    ]


async def test_while_the_broker_is_away_that_is_said_and_when_it_is_back_all_is_there(
    kafka_programs: Path, tmp_path: Path, conn: AsyncConnection[Any]
) -> None:
    broker = Broker(folder=tmp_path / "kafka", programs=kafka_programs)
    lanes = KafkaLanes(new_cluster(start(broker)))
    channel = lanes.on(conn)
    try:
        await channel.send([message(1)])
        first = await channel.receive("portal-a", "prompt", 0, 10)
        kill(broker)
        with pytest.raises(ChannelAway):
            await channel.send([message(2)])
        with pytest.raises(ChannelAway):
            await channel.receive("portal-a", "prompt", first[-1].offset, 10)
        start(broker)
        await channel.send([message(2)])
        async with asyncio.timeout(30):
            again = await _as_soon_as_it_is_there(channel)
    finally:
        lanes.close()
        halt(broker)
    async with asyncio.timeout(30):
        await until(_nothing_goes_on_trying(lanes))
    assert [one.message.key.int for one in again] == [1, 2]
    assert datetime.now(UTC) > again[0].message.recorded_at


def _nothing_goes_on_trying(lanes: KafkaLanes) -> Callable[[], Awaitable[bool]]:
    """Not even the client that could not send, whose thread has the name of the cluster."""

    async def none_left() -> bool:
        names = [thread.name for thread in threading.enumerate()]
        return not any(name.startswith(lanes.cluster.prefix) for name in names)

    return none_left


async def _as_soon_as_it_is_there(channel: Channel) -> list[Received]:
    while True:
        try:
            return list(await channel.receive("portal-a", "prompt", 0, 10))
        except ChannelAway:
            await asyncio.sleep(0.2)

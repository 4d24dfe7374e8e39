"""What partners write to Kafka is taken once, and what cannot be taken stops nothing."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from kafka import KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType

from aanspraak.application.ports import RecordRefused
from adapters.http.record_intake import take_record
from adapters.kafka import topics
from adapters.kafka.cluster import Cluster
from adapters.kafka.consumer import BATCH, Consumer, Inbound
from adapters.kafka.inbound import body_of
from adapters.kafka.records import Record
from adapters.kafka.sender import Sender
from adapters.security.issuing import new_key
from adapters.security.sealed import seal
from adapters.telemetry import REGISTRY as METRICS
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import PORTAL, REGISTRY, SHOP
from tests.adapters.http_stories import activation, confirmation, eck, entitled, order, ordered
from tests.broker import new_cluster
from tests.contracts.waiting import until

OURS = new_key()
LAG = "aanspraak_inbound_lag_records"
MISSED = "aanspraak_inbound_missed_records_total"
PERSON = "https://ketenid.nl/201703/" + "ab" * 64


class Writer:
    """A partner that writes to its topics, and the hub's consumers of them."""

    def __init__(self, cluster: Cluster, hub: Hub) -> None:
        self.cluster = cluster
        self.hub = hub
        self.sender = Sender(cluster, None)

    async def write(self, kind: str, partner: str, said: object, key: str = "one") -> None:
        topic = topics.inbound(self.cluster, kind, partner)
        value = said if isinstance(said, bytes) else json.dumps(said).encode()
        record = Record(topic=topic.name, key=key, value=value, headers=())
        await self.sender.send([record], [topic])

    @asynccontextmanager
    async def consuming(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        take = partial(_take, self.hub)
        consumer = Consumer(self.cluster, (SHOP, REGISTRY, PORTAL), OURS, take)
        running = asyncio.create_task(consumer.run(stop))
        try:
            yield
        finally:
            stop.set()
            await running

    async def until_facts(self, count: int, name: str) -> None:
        async def so_many() -> bool:
            return len(await self.hub.facts(name)) >= count

        await until(so_many)

    async def until_dead(self, count: int) -> list[dict[str, Any]]:
        """What is in the dead-letter topic, when there is so much."""
        topics.make(self.cluster, [topics.dead_letter(self.cluster)])
        consumer = self.cluster.consumer(None)
        consumer.assign([TopicPartition(topics.dead_letter(self.cluster).name, 0)])
        found: list[dict[str, Any]] = []

        async def so_many() -> bool:
            for records in (await asyncio.to_thread(consumer.poll, 100)).values():
                found.extend(json.loads(record.value) for record in records)
            return len(found) >= count

        await until(so_many)
        consumer.close()
        return found


@pytest.fixture
def writer(kafka_server: str, hub: Hub) -> Iterator[Writer]:
    one = Writer(new_cluster(kafka_server), hub)
    yield one
    one.sender.close()


async def test_an_order_a_confirmation_and_an_activation_become_facts(writer: Writer) -> None:
    async with writer.consuming():
        await writer.write("orders", SHOP, _sealed(order(eck(1)), "students"))
        await writer.until_facts(1, "DeliveryOrderReceived")
    asked = await entitled(writer.hub, eck(2))
    async with writer.consuming():
        await writer.write("confirmations", PORTAL, confirmation(asked))
        await writer.write(
            "activations", REGISTRY, _sealed(activation(asked.entitlement_id, eck(2)), "user")
        )
        await writer.until_facts(1, "LinkPlaced")
        await writer.until_facts(1, "InitialActivationReported")


async def test_what_comes_again_after_a_crash_changes_nothing(writer: Writer) -> None:
    message = confirmation(await ordered(writer.hub, eck(1)))
    await writer.write("confirmations", REGISTRY, message)
    await writer.write("confirmations", REGISTRY, message)
    async with writer.consuming():
        await writer.until_facts(1, "EntitlementEntitled")
    with writer.cluster.admin() as admin:
        admin.delete_groups([f"{writer.cluster.prefix}.hub"])
    another = confirmation(await ordered(writer.hub, eck(2)))
    await writer.write("confirmations", REGISTRY, another, key="two")
    async with writer.consuming():
        await writer.until_facts(2, "EntitlementEntitled")
    assert len(await writer.hub.facts("EntitlementEntitled")) == 2


async def test_a_record_that_cannot_be_taken_is_told_by_its_place_and_the_others_go_on(
    writer: Writer,
) -> None:
    good = confirmation(await ordered(writer.hub, eck(1)))
    plain = order({"userMasterIdentifier": PERSON})
    await writer.write("confirmations", REGISTRY, b"\xff no json")
    await writer.write("confirmations", REGISTRY, {**good, "entitlementId": 5})
    await writer.write("orders", SHOP, plain)
    await writer.write("orders", REGISTRY, _sealed(order(eck(3)), "students"))
    await writer.write("confirmations", REGISTRY, good)
    async with writer.consuming():
        await writer.until_facts(1, "EntitlementEntitled")
        dead = await writer.until_dead(4)
    assert {(one["topic"].partition(".")[2], one["reason"]) for one in dead} == {
        (f"confirmations.{REGISTRY}", "not-json"),
        (f"confirmations.{REGISTRY}", "SchemaIncorrect"),
        (f"orders.{SHOP}", "plain-identifier"),
        (f"orders.{REGISTRY}", "not-a-writer"),
    }
    assert all(one.keys() == {"topic", "partition", "offset", "reason"} for one in dead)
    assert "ketenid" not in json.dumps(dead)


async def test_what_kafka_did_not_keep_until_it_was_taken_is_counted_and_the_rest_is_taken(
    writer: Writer,
) -> None:
    first, second, third, fourth = [
        confirmation(await ordered(writer.hub, eck(nth))) for nth in range(4)
    ]
    await writer.write("confirmations", REGISTRY, first)
    async with writer.consuming():
        await writer.until_facts(1, "EntitlementEntitled")
    for lost in (second, third):
        await writer.write("confirmations", REGISTRY, lost)
    await writer.write("confirmations", REGISTRY, fourth)
    topic = topics.inbound(writer.cluster, topics.CONFIRMATIONS, REGISTRY).name
    with writer.cluster.admin() as admin:
        admin.delete_records({_place(writer.cluster, topic): 3})
    async with writer.consuming():
        await writer.until_facts(2, "EntitlementEntitled")
    assert METRICS.get_sample_value(MISSED, {"topic": topic}) == 2


async def test_a_partner_may_write_an_order_of_thousands_however_it_compresses(
    writer: Writer,
) -> None:
    topic = topics.inbound(writer.cluster, topics.ORDERS, SHOP)
    topics.make(writer.cluster, [topic])
    with writer.cluster.admin() as admin:
        name = ConfigResource(ConfigResourceType.TOPIC, topic.name)
        found = admin.describe_configs([name])
    assert "lz4" in repr(found)
    noise = {"statusMessage": secrets.token_hex(2 * 1024 * 1024)}
    said = json.dumps(noise).encode()
    producer = KafkaProducer(
        bootstrap_servers=writer.cluster.bootstrap_servers,
        max_request_size=2 * len(said),
        compression_type="gzip",
    )
    producer.send(topic.name, said, b"large").get(30)
    producer.close()
    async with writer.consuming():
        (dead,) = await writer.until_dead(1)
    assert dead["reason"] == "SchemaIncorrect"


async def test_how_far_it_is_behind_is_seen_per_topic(kafka_server: str) -> None:
    cluster, stop, gate, taken = new_cluster(kafka_server), asyncio.Event(), asyncio.Event(), []
    topic = topics.inbound(cluster, topics.ORDERS, SHOP)
    sender = Sender(cluster, None)
    one = Record(topic=topic.name, key="one", value=b"{}", headers=())
    await sender.send([one] * 600, [topic])
    sender.close()

    async def take(record: Inbound) -> None:
        taken.append(record)
        if len(taken) > BATCH:
            await gate.wait()

    async def shown(lag: range) -> bool:
        given = METRICS.get_sample_value(LAG, {"topic": topic.name})
        return given is not None and int(given) in lag

    running = asyncio.create_task(Consumer(cluster, (SHOP,), OURS, take).run(stop))
    await until(lambda: shown(range(1, 600)))
    gate.set()
    await until(lambda: shown(range(1)))
    stop.set()
    await running
    assert len(taken) == 600


@pytest.mark.parametrize(
    "said",
    [
        {"student": {"userIds": [{"userId": "pupil-1", "userIdType": "NEPPI"}]}},
        {"activationCodes": ["ABC-123"]},
        {"statusMessage": f"unknown: {PERSON}"},
        {"statusMessage": "ask piet@school.example"},
        {PERSON: True},
        {"buyer": {"displayName": "Piet"}},
    ],
)
def test_a_plain_identifier_is_refused_wherever_it_is(said: object) -> None:
    with pytest.raises(RecordRefused, match="plain-identifier"):
        body_of(json.dumps(said).encode(), OURS)


def test_what_is_sealed_to_another_key_is_refused() -> None:
    said = {"student": seal({"userMasterIdentifier": PERSON}, new_key())}
    with pytest.raises(RecordRefused, match="unopenable"):
        body_of(json.dumps(said).encode(), OURS)


def test_what_is_sealed_to_us_is_read_wherever_it_is() -> None:
    whole, part = {"userMasterIdentifier": PERSON}, {"userMasterIdentifier": seal(PERSON, OURS)}
    for student in (seal(whole, OURS), part):
        said = body_of(json.dumps({"a": [{"student": student}]}).encode(), OURS)
        assert json.loads(said) == {"a": [{"student": whole}]}


def _place(cluster: Cluster, topic: str) -> TopicPartition:
    """Where all records with the key that `write` gives are."""
    consumer = cluster.consumer(None)
    places = [TopicPartition(topic, nth) for nth in consumer.partitions_for_topic(topic)]
    ends = consumer.end_offsets(places)
    consumer.close()
    return max(places, key=ends.__getitem__)


async def _take(hub: Hub, one: Inbound) -> None:
    await take_record(hub.services, one.kind, one.partner, one.correlation_id, one.body)


def _sealed(said: Any, *fields: str) -> Any:  # noqa: ANN401 - any JSON
    """With these fields sealed, wherever they are."""
    if isinstance(said, list):
        return [_sealed(one, *fields) for one in said]
    if not isinstance(said, dict):
        return said
    return {
        name: seal(one, OURS) if name in fields else _sealed(one, *fields)
        for name, one in said.items()
    }

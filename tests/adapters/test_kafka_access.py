"""ACLs on a broker that authenticates: a partner writes and reads its own topics, and no others."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailedError,
)
from kafka.structs import OffsetAndMetadata

from adapters.kafka import access, topics
from adapters.kafka.cluster import Cluster
from adapters.kafka.embedded import Broker, halt, start
from tests.adapters.verb_case import entries_file, partner_entry, typed

USERS = ("broker", "hub", "shop", "portal", "dashboard", "other", "een")
PARTNERS = (("shop", "shop"), ("portal", "portal"), ("dashboard", "dashboard"))
LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
KNOWN = " ".join(f'user_{name}="{name}-secret"' for name in USERS)
AUTHENTICATING = {
    "listener.security.protocol.map": "CLIENTS:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
    "sasl.enabled.mechanisms": "PLAIN",
    "sasl.mechanism.inter.broker.protocol": "PLAIN",
    "listener.name.clients.plain.sasl.jaas.config": (
        f'{LOGIN} required username="broker" password="broker-secret" {KNOWN};'
    ),
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:broker;User:ANONYMOUS",
}
"""Nobody but the controller itself comes in by the door at which nobody says who they are."""


def signed(name: str) -> dict[str, Any]:
    return {
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "PLAIN",
        "sasl_plain_username": name,
        "sasl_plain_password": f"{name}-secret",
    }


@pytest.fixture(scope="module")
def cluster(kafka_programs: Path) -> Iterator[Cluster]:
    """Give a cluster on which the hub and its partners have the access that is documented."""
    folder = Path(tempfile.mkdtemp(prefix="aanspraak-kafka-"))
    broker = Broker(
        folder=folder,
        programs=kafka_programs,
        settings=AUTHENTICATING,
        security=signed("broker"),
    )
    try:
        one = Cluster(bootstrap_servers=start(broker), partitions=1, security=signed("broker"))
        access.grant(one, (), access.acls_of_hub(one, "User:hub"))
        for name, role in PARTNERS:
            made = [*access.written_by(one, name, role), *access.read_by(one, name, role)]
            access.grant(one, made, access.acls_of_partner(one, name, role, f"User:{name}"))
        yield one
    finally:
        halt(broker)
        shutil.rmtree(folder)


def of(cluster: Cluster, name: str) -> Cluster:
    return replace(cluster, security=signed(name))


def write(cluster: Cluster, topic: str) -> None:
    producer = cluster.producer(None)
    try:
        producer.send(topic, value=b"{}").get(timeout=10)
    finally:
        producer.close(timeout=0)


def read(cluster: Cluster, topic: str) -> int:
    consumer = cluster.consumer(topic)
    place = TopicPartition(topic, 0)
    try:
        consumer.assign([place])
        end = int(consumer.end_offsets([place], timeout_ms=10_000)[place])
        consumer.commit({place: OffsetAndMetadata(end, "", -1)})
        return end
    finally:
        consumer.close(autocommit=False)


def test_a_partner_writes_its_own_topics_and_reads_its_own(cluster: Cluster) -> None:
    write(of(cluster, "shop"), topics.inbound(cluster, topics.ORDERS, "shop").name)
    write(of(cluster, "portal"), topics.inbound(cluster, topics.CONFIRMATIONS, "portal").name)
    for name, topic in (
        ("shop", topics.messages(cluster, "shop")),
        ("portal", topics.messages(cluster, "portal")),
        ("dashboard", topics.dashboard(cluster, "dashboard")),
    ):
        write(of(cluster, "hub"), topic.name)
        assert read(of(cluster, name), topic.name) > 0


@pytest.mark.parametrize("act", [write, read])
@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("shop", lambda one: topics.inbound(one, topics.CONFIRMATIONS, "portal")),
        ("shop", lambda one: topics.requests(one, "shop")),
        ("shop", topics.events),
        ("portal", lambda one: topics.messages(one, "shop")),
        ("portal", lambda one: topics.inbound(one, topics.ORDERS, "shop")),
        ("dashboard", lambda one: topics.messages(one, "portal")),
        ("other", topics.dead_letter),
    ],
)
def test_a_partner_is_refused_everywhere_else(
    cluster: Cluster,
    act: Callable[[Cluster, str], object],
    name: str,
    topic: Callable[[Cluster], topics.Topic],
) -> None:
    there = topic(cluster)
    topics.make(of(cluster, "hub"), [there])
    with pytest.raises((TopicAuthorizationFailedError, GroupAuthorizationFailedError)):
        act(of(cluster, name), there.name)


def test_what_it_reads_it_cannot_write_and_what_it_writes_it_cannot_read(cluster: Cluster) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        write(of(cluster, "portal"), topics.messages(cluster, "portal").name)
    with pytest.raises((TopicAuthorizationFailedError, GroupAuthorizationFailedError)):
        read(of(cluster, "shop"), topics.inbound(cluster, topics.ORDERS, "shop").name)


def test_nobody_sends_as_the_publisher_but_the_hub(cluster: Cluster) -> None:
    publisher = f"{cluster.prefix}.publisher"
    of(cluster, "hub").producer(publisher).init_transactions()
    with pytest.raises(TransactionalIdAuthorizationFailedError):
        of(cluster, "shop").producer(publisher).init_transactions()


def test_who_does_not_say_who_they_are_does_not_come_in(cluster: Cluster) -> None:
    with pytest.raises(KafkaError):
        read(replace(cluster, security={}), topics.messages(cluster, "portal").name)


def test_the_verb_grants_a_partner_what_its_role_writes_and_reads(
    cluster: Cluster, database_url: str, tmp_path: Path
) -> None:
    registered = entries_file(tmp_path, partner_entry("een", "client"))
    typed(database_url, tmp_path, "partner", "import", registered)
    own = topics.inbound(cluster, topics.ACTIVATIONS, "een").name
    topics.make(of(cluster, "hub"), [topics.inbound(cluster, topics.ACTIVATIONS, "een")])
    with pytest.raises(TopicAuthorizationFailedError):
        write(of(cluster, "een"), own)
    grant = ("partner", "grant", "een", "--principal", "User:een")
    settings = {
        "KAFKA_BOOTSTRAP_SERVERS": cluster.bootstrap_servers,
        "AANSPRAAK_KAFKA_REPLICATION": "1",
        "AANSPRAAK_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "AANSPRAAK_KAFKA_SASL_MECHANISM": "PLAIN",
    }
    for name, code in (("hub", 3), ("broker", 0)):
        who = {
            "AANSPRAAK_KAFKA_SASL_USERNAME": name,
            "AANSPRAAK_KAFKA_SASL_PASSWORD": f"{name}-secret",
        }
        result = typed(database_url, tmp_path, *grant, **settings, **who)
        assert result.exit_code == code, result.output
    write(of(cluster, "een"), own)
    assert read(of(cluster, "een"), topics.messages(cluster, "een").name) == 0

"""Access on a broker with TLS, SASL and ACLs: a partner writes and reads its own topics alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.admin import ScramMechanism, UserScramCredentialUpsertion
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
from tests.adapters.test_kafka_turned_away import KINDS
from tests.adapters.tls_case import write_certificates
from tests.adapters.verb_case import entries_file, environment, partner_entry, typed

USERS = ("broker", "hub", "shop", "portal", "dashboard", "other", "een")
PARTNERS = (("shop", "shop"), ("portal", "portal"), ("dashboard", "dashboard"))
LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
SCRAM_LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule"
KNOWN = " ".join(f'user_{name}="{name}-secret"' for name in USERS)
EEN = partner_entry("een", "client")
GRANT = ("partner", "grant", "een", "--principal", "User:een")
SCRAM_PASSWORD = "salted"


def authenticating(authority: Path, certificate: Path) -> dict[str, str]:
    """Nobody but the controller itself comes in by the door at which nobody says who they are."""
    clients = "listener.name.clients"
    return {
        "listener.security.protocol.map": "CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT",
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        f"{clients}.plain.sasl.jaas.config": (
            f'{LOGIN} required username="broker" password="broker-secret" {KNOWN};'
        ),
        f"{clients}.scram-sha-512.sasl.jaas.config": f"{SCRAM_LOGIN} required;",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(certificate),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(authority),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:broker;User:ANONYMOUS",
    }


def signed(name: str, authority: Path | None = None) -> dict[str, Any]:
    return {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "PLAIN",
        "sasl_plain_username": name,
        "sasl_plain_password": f"{name}-secret",
        "ssl_cafile": str(authority),
    }


@pytest.fixture(scope="module")
def cluster(kafka_programs: Path) -> Iterator[Cluster]:
    """Give a cluster on which the hub and its partners have the access that is documented."""
    folder = Path(tempfile.mkdtemp(prefix="aanspraak-kafka-"))
    authority, certificate = write_certificates(folder)
    known = signed("broker", authority)
    broker = Broker(
        folder=folder,
        programs=kafka_programs,
        settings=authenticating(authority, certificate),
        security=known,
    )
    try:
        one = Cluster(bootstrap_servers=start(broker), partitions=1, security=known)
        access.grant(one, (), access.acls_of_hub(one, "User:hub"))
        for name, role in PARTNERS:
            made = [*access.written_by(one, name, role), *access.read_by(one, name, role)]
            access.grant(one, made, access.acls_of_partner(one, name, role, f"User:{name}"))
        with one.admin() as admin:
            salted = UserScramCredentialUpsertion(
                "broker", ScramMechanism.SCRAM_SHA_512, SCRAM_PASSWORD
            )
            assert admin.alter_user_scram_credentials([salted]) == {"broker": None}
        yield one
    finally:
        halt(broker)
        shutil.rmtree(folder)


def of(cluster: Cluster, name: str) -> Cluster:
    return replace(cluster, security=signed(name, cluster.security["ssl_cafile"]))


def write(cluster: Cluster, topic: str) -> None:
    producer = cluster.producer(None)
    try:
        producer.send(topic, value=b"{}").get(timeout=10)
    finally:
        producer.close(timeout=0)


def begin(cluster: Cluster, sends_as: str) -> None:
    producer = cluster.producer(sends_as)
    try:
        producer.init_transactions()
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
    begin(of(cluster, "hub"), publisher)
    with pytest.raises(TransactionalIdAuthorizationFailedError):
        begin(of(cluster, "shop"), publisher)


def test_who_does_not_say_who_they_are_does_not_come_in(cluster: Cluster) -> None:
    with pytest.raises(KafkaError):
        read(replace(cluster, security={}), topics.messages(cluster, "portal").name)


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_with_another_password_is_turned_away_and_leaves_no_thread(
    cluster: Cluster, kind: str
) -> None:
    other = {"sasl_plain_password": "another", "bootstrap_timeout_ms": 1_000}
    known = replace(of(cluster, "shop"), prefix=f"away-{kind}")
    with pytest.raises(KafkaError):
        KINDS[kind](replace(known, security={**known.security, **other}))
    assert not [one for one in threading.enumerate() if known.prefix in one.name]


def test_brokers_with_a_certificate_of_another_authority_are_told_nothing(
    cluster: Cluster, database_url: str, tmp_path: Path
) -> None:
    """In a process of its own: the client leaves its socket open."""
    other, _ = write_certificates(tmp_path)
    typed(database_url, tmp_path, "partner", "import", entries_file(tmp_path, EEN))
    told = {**secured(cluster), "AANSPRAAK_KAFKA_CA_FILE": str(other), **as_user("broker")}
    done = subprocess.run(
        [sys.executable, "-m", "adapters.cli", *GRANT],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **environment(database_url, tmp_path, **told)},
    )
    assert (done.returncode, "not granted" in done.stderr) == (3, True), done.stderr


def test_the_verb_grants_a_partner_what_its_role_writes_and_reads(
    cluster: Cluster, database_url: str, tmp_path: Path
) -> None:
    typed(database_url, tmp_path, "partner", "import", entries_file(tmp_path, EEN))
    own = topics.inbound(cluster, topics.ACTIVATIONS, "een").name
    topics.make(of(cluster, "hub"), [topics.inbound(cluster, topics.ACTIVATIONS, "een")])
    with pytest.raises(TopicAuthorizationFailedError):
        write(of(cluster, "een"), own)
    for who, code in (
        (as_user("hub"), 3),
        (as_user("broker", "SCRAM-SHA-512"), 3),
        (as_user("broker", "SCRAM-SHA-512", SCRAM_PASSWORD), 0),
    ):
        result = typed(database_url, tmp_path, *GRANT, **secured(cluster), **who)
        assert result.exit_code == code, result.output
    write(of(cluster, "een"), own)
    assert read(of(cluster, "een"), topics.messages(cluster, "een").name) == 0


def secured(cluster: Cluster) -> dict[str, str]:
    """What a verb is told of this cluster."""
    return {
        "KAFKA_BOOTSTRAP_SERVERS": cluster.bootstrap_servers,
        "AANSPRAAK_KAFKA_REPLICATION": "1",
        "AANSPRAAK_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "AANSPRAAK_KAFKA_CA_FILE": cluster.security["ssl_cafile"],
    }


def as_user(name: str, mechanism: str = "PLAIN", password: str = "") -> dict[str, str]:
    """And of who it is there."""
    return {
        "AANSPRAAK_KAFKA_SASL_MECHANISM": mechanism,
        "AANSPRAAK_KAFKA_SASL_USERNAME": name,
        "AANSPRAAK_KAFKA_SASL_PASSWORD": password or f"{name}-secret",
    }

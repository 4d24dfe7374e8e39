"""A client whose beginning failed leaves no thread behind that would go on trying."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from kafka.errors import KafkaError

from aanspraak.application.ports import ChannelAway
from adapters.kafka import topics
from adapters.kafka.cluster import Cluster
from adapters.kafka.reader import Reader
from adapters.kafka.records import Record
from adapters.kafka.sender import Sender
from tests.broker import new_cluster
from tests.contracts.waiting import until

KINDS: dict[str, Callable[[Cluster], object]] = {
    "producer": lambda cluster: cluster.producer(None),
    "consumer": lambda cluster: cluster.consumer("group"),
    "admin": lambda cluster: cluster.admin(),
}


@pytest.fixture
def nobody() -> Iterator[Cluster]:
    """Give a cluster at an address that is taken, and where nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host, port = taken.getsockname()
        impatient = {"bootstrap_timeout_ms": 200}
        yield replace(new_cluster(f"{host}:{port}"), security=impatient)


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_that_reaches_nobody_leaves_no_thread(nobody: Cluster, kind: str) -> None:
    with pytest.raises(KafkaError):
        KINDS[kind](nobody)
    assert not [one for one in threading.enumerate() if nobody.prefix in one.name]


async def test_who_tries_again_and_again_leaves_no_thread_for_each_time(nobody: Cluster) -> None:
    before = set(threading.enumerate())
    sender, reader = Sender(nobody, None), Reader(nobody)
    topic = topics.requests(nobody, "portal-a")
    record = Record(topic=topic.name, key="one", value=b"{}", headers=())
    for _ in range(3):
        with pytest.raises(ChannelAway):
            await sender.send([record], [topic])
    with pytest.raises(ChannelAway):
        await reader.receive("portal-a", "prompt", 0, 1)

    async def none_left() -> bool:
        ours = [one for one in threading.enumerate() if one.name.startswith(("kafka ", "kafka-"))]
        return before.issuperset(ours)

    await until(none_left)

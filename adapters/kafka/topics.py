"""The topics: what they are called, how many partitions they have, and how long they keep."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kafka.admin import NewTopic
from kafka.errors import TopicAlreadyExistsError

from aanspraak.domain.lanes import LANES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adapters.kafka.cluster import Cluster

ORDERS: Final = "orders"
CONFIRMATIONS: Final = "confirmations"
ACTIVATIONS: Final = "activations"
INBOUND: Final = (ORDERS, CONFIRMATIONS, ACTIVATIONS)
"""What partners write, each to topics of its own: a record does not say who wrote it."""
LONGEST_NAME: Final = 150
READABLE: Final = "lz4"
"""Of snappy and zstd the client has not what it takes to read them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """A topic as it is to be made. One that exists is left as it is."""

    name: str
    partitions: int
    settings: Mapping[str, str] = field(default_factory=dict)


def requests(cluster: Cluster, partner: str) -> Topic:
    """The messages to a partner: a partition per lane, so that each is a lane in its order.

    One gateway serves a partner, so more partitions would be read by the same process.
    """
    return _kept(cluster, f"requests.{_part(partner)}", len(LANES))


def messages(cluster: Cluster, partner: str) -> Topic:
    """The messages to a partner that reads Kafka itself, sealed to it."""
    return _kept(cluster, f"messages.{_part(partner)}", cluster.partitions)


def inbound(cluster: Cluster, kind: str, partner: str) -> Topic:
    """What a partner writes to us, of one of the kinds in INBOUND.

    However it compresses its records, the brokers keep them as we can read them; and one may be as
    large as a request.
    """
    name = f"{kind}.{_part(partner)}"
    return _kept(
        cluster,
        name,
        cluster.partitions,
        **{"compression.type": READABLE, "max.message.bytes": str(cluster.largest)},
    )


def dead_letter(cluster: Cluster) -> Topic:
    """Where a record came from that could not be taken, and why; never what was in it."""
    return _kept(cluster, "dead-letter", 1)


def events(cluster: Cluster) -> Topic:
    """The facts for the distributor's own systems.

    They are not compacted: a later fact about a thing says what happened next, not how it stands.
    """
    return _kept(cluster, "events.v1", cluster.partitions)


def dashboard(cluster: Cluster, partner: str) -> Topic:
    """What a dashboard hears of the schools that consent."""
    return _kept(cluster, f"dashboard.{_part(partner)}.v1", cluster.partitions)


def replay(cluster: Cluster, name: str) -> Topic:
    """Where a part of the log is published once more; partners read none of these."""
    return _kept(cluster, f"replay.{_part(name)}", cluster.partitions)


def make(cluster: Cluster, topics: Iterable[Topic]) -> None:
    """Make those that are missing; when this returns, whoever asks is told of them.

    Raises KafkaError.
    """
    topics = list(topics)
    with cluster.admin() as admin:
        for topic in topics:
            new = NewTopic(
                topic.name,
                topic.partitions,
                cluster.replication,
                topic_configs=dict(topic.settings),
            )
            try:
                admin.create_topics([new])
            except TopicAlreadyExistsError:
                continue
        admin.wait_for_topics([topic.name for topic in topics])


def _kept(cluster: Cluster, name: str, partitions: int, **more: str) -> Topic:
    settings = {
        "retention.ms": str(cluster.keep_ms),
        "cleanup.policy": "delete",
        "min.insync.replicas": str(max(1, cluster.replication - 1)),
        **more,
    }
    return Topic(name=f"{cluster.prefix}.{name}", partitions=partitions, settings=settings)


def _part(partner: str) -> str:
    """A partner as part of a topic's name; a name Kafka would not take keeps what it can."""
    if re.fullmatch(rf"[A-Za-z0-9-]{{1,{LONGEST_NAME}}}", partner):
        return partner
    legal = re.sub(r"[^A-Za-z0-9-]+", "-", partner)[:LONGEST_NAME]
    return f"{legal}_{hashlib.sha256(partner.encode()).hexdigest()[:12]}"

"""Kafka as the configuration has it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from adapters.kafka import embedded
from adapters.kafka.channel import PUBLISHER, KafkaLanes
from adapters.kafka.cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.config import Settings

DAY_MS = 86_400_000


@contextmanager
def open_lanes(settings: Settings, sends_as: str = PUBLISHER) -> Iterator[KafkaLanes]:
    """The lanes of this deployment, until they are left."""
    lanes = KafkaLanes(cluster(settings), sends_as)
    try:
        yield lanes
    finally:
        lanes.close()


def cluster(settings: Settings) -> Cluster:
    """The Kafka that was given, or the embedded one, started if it does not run."""
    given = settings.kafka_bootstrap_servers
    return Cluster(
        bootstrap_servers=given or embedded.ensure_running(settings.state_dir),
        prefix=settings.kafka_topic_prefix,
        partitions=settings.kafka_partitions,
        replication=settings.kafka_replication if given else 1,
        keep_ms=settings.kafka_keep_days * DAY_MS,
        largest=settings.body_limit_bytes,
        compression=None if settings.kafka_compression == "none" else settings.kafka_compression,
        source=f"/{settings.client_id}",
        security=_security(settings),
    )


def _security(settings: Settings) -> dict[str, Any]:
    """What kafka-python is told of it; what is not set is left out."""
    password = settings.kafka_sasl_password
    said = {
        "security_protocol": settings.kafka_security_protocol,
        "sasl_mechanism": settings.kafka_sasl_mechanism,
        "sasl_plain_username": settings.kafka_sasl_username,
        "sasl_plain_password": password.get_secret_value() if password else None,
        "ssl_cafile": str(settings.kafka_ca_file) if settings.kafka_ca_file else None,
    }
    return {name: value for name, value in said.items() if value is not None}

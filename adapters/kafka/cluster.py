"""The Kafka we are told of: how its clients are made, and how its topics are to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Client = TypeVar("Client")

REQUEST_MS: Final = 5_000
"""How long a broker may take to answer one request."""
DELIVERY_MS: Final = 15_000
"""How long a record may be under way, with everything that is tried again."""
LINGER_MS: Final = 200
"""How long a batch may wait for more. Who sends flushes what was given, and waits for none of it:
so this only says that a batch which is being filled does not go half empty on a full machine."""
TRANSACTION_MS: Final = 60_000
"""After so long the broker itself gives up what a producer began and left behind."""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Where it is, what our names begin with, and what new topics get.

    `partitions` is how many a topic gets whose records may be shared out; `keep_ms` how long
    records stay; `largest` is how many bytes a partner may write at once; `source` is that of our
    CloudEvents. `security` are settings of kafka-python.
    """

    bootstrap_servers: str
    prefix: str = "aanspraak"
    partitions: int = 12
    replication: int = 1
    keep_ms: int = 14 * 86_400_000
    largest: int = 16 * 1024 * 1024
    compression: str | None = "lz4"
    source: str = "/aanspraakmanager"
    security: Mapping[str, Any] = field(default_factory=dict)

    def producer(self, transactional_id: str | None) -> KafkaProducer:
        """A producer: nothing twice within it, nothing sent before every replica in step has it."""
        return _begun(
            KafkaProducer,
            **self._connection(),
            metrics_enabled=False,
            transactional_id=transactional_id,
            transaction_timeout_ms=TRANSACTION_MS,
            enable_idempotence=True,
            acks="all",
            linger_ms=LINGER_MS,
            batch_size=256 * 1024,
            max_request_size=1024 * 1024,
            compression_type=self.compression,
            delivery_timeout_ms=DELIVERY_MS,
            max_block_ms=DELIVERY_MS,
            allow_auto_create_topics=False,
        )

    def consumer(self, group: str | None, **settings: object) -> KafkaConsumer:
        """A consumer that commits when it is told to; it begins at the beginning by default."""
        return _begun(
            KafkaConsumer,
            **self._connection(),
            metrics_enabled=False,
            group_id=group,
            enable_auto_commit=False,
            isolation_level="read_committed",
            allow_auto_create_topics=False,
            fetch_max_wait_ms=100,
            **{"auto_offset_reset": "earliest", **settings},
        )

    def admin(self) -> KafkaAdminClient:
        """A client that makes topics and looks after groups."""
        return _begun(KafkaAdminClient, **self._connection())

    def _connection(self) -> dict[str, Any]:
        return {
            "bootstrap_servers": self.bootstrap_servers.split(","),
            "client_id": self.prefix,
            "request_timeout_ms": REQUEST_MS,
            "bootstrap_timeout_ms": REQUEST_MS,
            "reconnect_backoff_max_ms": 1_000,
            **self.security,
        }


def _begun(kind: Callable[..., Client], **settings: object) -> Client:
    """A client, or nothing of it.

    Each asks the brokers while it is made. Turned away it raises, and its network, with a thread
    and sockets, would go on trying for as long as the process lives: nobody has what to close.
    """
    networks: list[Any] = []

    def network(**given: object) -> object:
        networks.append(KafkaAdminClient.DEFAULT_CONFIG["kafka_client"](**given))
        return networks[-1]

    try:
        return kind(**settings, kafka_client=network)
    except BaseException:
        for one in networks:
            one.close()
        raise

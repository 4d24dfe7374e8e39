"""Sending records: all of a batch or, when that fails, none that anybody reads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import structlog
from kafka.errors import KafkaError, MessageSizeTooLargeError

from aanspraak.application.ports import ChannelAway
from adapters.kafka import topics
from adapters.kafka.own_thread import OwnThread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kafka import KafkaProducer

    from adapters.kafka.cluster import Cluster
    from adapters.kafka.records import Record
    from adapters.kafka.topics import Topic

IN_FLIGHT_RECORDS: Final = 5_000
IN_FLIGHT_BYTES: Final = 16 * 1024 * 1024
"""The client sets no limit to what it holds, so no more than this is given to it at a time."""
FLUSH_SECONDS: Final = 20.0
SEND_SECONDS: Final = 120.0
CLOSE_SECONDS: Final = 5.0

log = structlog.get_logger(__name__)


class Sender:
    """A producer that is made when it is needed, and anew after anything went wrong.

    With a `transactional_id` a batch is a transaction, and of two senders with the same id only the
    later one can send: the other gets ChannelAway.
    """

    def __init__(self, cluster: Cluster, transactional_id: str | None) -> None:
        self._cluster = cluster
        self._transactional_id = transactional_id
        self._thread: OwnThread | None = None
        self._producers: list[KafkaProducer] = []
        self._made: set[str] = set()

    async def send(self, records: Sequence[Record], to: Sequence[Topic]) -> None:
        """Send a batch; returned, the broker has all of it. Topics that are missing are made.

        Raises:
            ChannelAway: nothing of it can be read, or (without a transaction) not all of it.
            MessageSizeTooLargeError: a record is larger than a broker takes.
        """
        self._thread = self._thread or OwnThread("kafka sender")
        try:
            sending = partial(self._send, self._producers, records, to)
            await self._thread.call(sending, SEND_SECONDS)
        except MessageSizeTooLargeError:
            self.close()
            raise
        except (KafkaError, TimeoutError, OSError) as error:
            self.close()
            log.warning("channel.away", error=type(error).__name__)
            raise ChannelAway(type(error).__name__) from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the producer and its thread; what it had not sent is not sent."""
        if self._thread is not None:
            self._thread.leave(partial(_close, self._producers))
        self._thread, self._producers = None, []
        self._made.clear()

    def _send(
        self, producers: list[KafkaProducer], records: Sequence[Record], to: Sequence[Topic]
    ) -> None:
        """With the producer of this thread: one that was left in the meantime closes its own."""
        if missing := [topic for topic in to if topic.name not in self._made]:
            topics.make(self._cluster, missing)
            self._made.update(topic.name for topic in missing)
        producer = producers[0] if producers else self._begin(producers)
        if self._transactional_id is not None:
            producer.begin_transaction()
        for portion in _portions(records):
            _send_all(producer, portion)
        if self._transactional_id is not None:
            producer.commit_transaction()

    def _begin(self, producers: list[KafkaProducer]) -> KafkaProducer:
        producer = self._cluster.producer(self._transactional_id)
        producers.append(producer)
        if self._transactional_id is not None:
            producer.init_transactions()
        return producer


def _close(producers: Sequence[KafkaProducer]) -> None:
    """The client's own `close` leaves its thread behind, trying, when something was not sent."""
    for producer in producers:
        network = producer._sender  # noqa: SLF001 - nothing else ends it
        network.force_close()
        network.join(CLOSE_SECONDS)
        producer.close(timeout=0)


def _send_all(producer: KafkaProducer, records: Sequence[Record]) -> None:
    """Wait for what was sent: the client's own commit would wait for it without end."""
    sent = [
        producer.send(
            record.topic,
            key=record.key.encode(),
            value=record.value,
            headers=list(record.headers),
            partition=record.partition,
        )
        for record in records
    ]
    producer.flush(timeout=FLUSH_SECONDS)
    for one in sent:
        one.get(timeout=0)


def _portions(records: Sequence[Record]) -> Iterator[list[Record]]:
    portion: list[Record] = []
    size = 0
    for record in records:
        if portion and (len(portion) == IN_FLIGHT_RECORDS or size + record.size > IN_FLIGHT_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(record)
        size += record.size
    if portion:
        yield portion

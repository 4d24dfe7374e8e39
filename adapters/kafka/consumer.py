"""Consuming what partners write: taken first, committed then, so that it comes again at most.

The consumers of all processes are one group, among which Kafka divides the partitions. kafka-python
has the classic protocol of groups only.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

import psycopg
import structlog
from kafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError
from kafka.structs import OffsetAndMetadata

from aanspraak.application.ports import ChannelAway, RecordRefused
from aanspraak.domain import ids
from adapters.kafka import dead_letter, topics
from adapters.kafka.dead_letter import Refused
from adapters.kafka.inbound import body_of
from adapters.kafka.own_thread import OwnThread
from adapters.kafka.sender import Sender
from adapters.postgres.committer import Unavailable
from adapters.postgres.failure import what_went_wrong
from adapters.postgres.vault import VaultBusy
from adapters.telemetry import INBOUND_LAG_RECORDS, INBOUND_MISSED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from kafka import KafkaConsumer, TopicPartition

    from adapters.kafka.cluster import Cluster
    from adapters.security.key_sets import AsymmetricKey

BATCH: Final = 500
POLL_MS: Final = 500
SESSION_MS: Final = 8_000
"""So long after it was killed another takes over what a process had."""
CALL_SECONDS: Final = 60.0
AGAIN_SECONDS: Final = 1.0
PATIENCE_SECONDS: Final = 60.0
"""So long a record is tried again; then all begins anew, well before Kafka takes us for dead."""
PAUSE_SECONDS: Final = 2.0
LATER: Final = (Unavailable, VaultBusy, psycopg.OperationalError, psycopg.InterfaceError)
"""What may be better in a moment: nothing is wrong with the record."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Inbound:
    """A message that a partner wrote; the correlation id is the same when it comes again."""

    kind: str
    partner: str
    correlation_id: str
    body: bytes


class Consumer:
    """Takes what these partners write. `take` raises RecordRefused for what can never be taken."""

    def __init__(
        self,
        cluster: Cluster,
        partners: Sequence[str],
        key: AsymmetricKey,
        take: Callable[[Inbound], Awaitable[None]],
    ) -> None:
        self._cluster = cluster
        self._key = key
        self._take = take
        self._dead = Sender(cluster, None)
        self._topics = {
            topic.name: (topic, kind, partner)
            for partner in partners
            for kind in topics.INBOUND
            for topic in [topics.inbound(cluster, kind, partner)]
        }

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until told to stop; after a failure begin again at what was committed."""
        while not stop.is_set():
            thread = OwnThread("kafka consumer")
            consumers: list[KafkaConsumer] = []
            try:
                await thread.call(partial(self._subscribe, consumers), CALL_SECONDS)
                while not stop.is_set():
                    await self._consume(thread, consumers[0])
            except* (KafkaError, ChannelAway, TimeoutError, OSError, *LATER) as errors:
                log.warning("consumer.failed", **what_went_wrong(_first(errors)))
                await _set_within(stop, PAUSE_SECONDS)
            finally:
                thread.leave(partial(_close, consumers))
        self._dead.close()

    def _subscribe(self, consumers: list[KafkaConsumer]) -> None:
        topics.make(self._cluster, [topic for topic, _, _ in self._topics.values()])
        consumer = self._cluster.consumer(
            f"{self._cluster.prefix}.hub",
            max_poll_records=BATCH,
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=SESSION_MS // 4,
            auto_offset_reset="none",
        )
        consumers.append(consumer)
        consumer.subscribe(list(self._topics))

    async def _consume(self, thread: OwnThread, consumer: KafkaConsumer) -> None:
        """One batch: all keys side by side, so that they are committed together, each in turn."""
        polled = await thread.call(partial(_poll, consumer), CALL_SECONDS)
        by_key = defaultdict[Any, list[Any]](list)
        for place, records in polled.items():
            for record in records:
                by_key[place, record.key].append(record)
        async with asyncio.TaskGroup() as tasks:
            working = [tasks.create_task(self._in_turn(some)) for some in by_key.values()]
        refused = [one for task in working for one in task.result()]
        if refused:
            await self._dead.send(
                [dead_letter.record_of(one, self._cluster) for one in refused],
                [topics.dead_letter(self._cluster)],
            )
        if polled:
            await thread.call(partial(_commit, consumer, polled), CALL_SECONDS)
        self._show(await thread.call(partial(_behind, consumer), CALL_SECONDS))

    def _show(self, behind: Mapping[str, int]) -> None:
        """What other processes take is for them to show."""
        for topic in self._topics:
            INBOUND_LAG_RECORDS.labels(topic).set(behind.get(topic, 0))

    async def _in_turn(self, records: Sequence[Any]) -> list[Refused]:
        refused = []
        for record in records:
            reason = await self._reason_against(record)
            if reason is not None:
                log.warning("record.refused", topic=record.topic, reason=reason)
                refused.append(Refused(record=record, reason=reason))
        return refused

    async def _reason_against(self, record: Any) -> str | None:  # noqa: ANN401 - the client has no types
        """None when it was taken. Raises what may be better later, when it is not soon enough."""
        _, kind, partner = self._topics[record.topic]
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                body = body_of(record.value or b"", self._key)
                story = _correlation_id(record)
                await self._take(
                    Inbound(kind=kind, partner=partner, correlation_id=story, body=body)
                )
            except LATER:
                if time.monotonic() > until:
                    raise
            except RecordRefused as refused:
                return refused.reason
            except Exception as error:  # noqa: BLE001 - whatever one record is, the others go on
                return type(error).__name__
            else:
                return None
            await asyncio.sleep(AGAIN_SECONDS)


def _first(errors: BaseExceptionGroup[Exception]) -> BaseException:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _correlation_id(record: Any) -> str:  # noqa: ANN401 - the client has no types
    given = dict(record.headers).get("ce_correlationid", b"")
    try:
        return str(UUID(given.decode()))
    except ValueError:
        return str(uuid5(ids.HUB, f"{record.topic}/{record.partition}/{record.offset}"))


def _poll(consumer: KafkaConsumer) -> dict[TopicPartition, list[Any]]:
    """The next records: where nothing was taken yet, all there are."""
    polled: dict[TopicPartition, list[Any]] = {}
    try:
        polled = consumer.poll(POLL_MS)
    except NoOffsetForPartitionError as error:
        (fresh,) = error.args
        consumer.seek_to_beginning(*fresh)
    except OffsetOutOfRangeError as error:
        (wanted,) = error.args
        for place, offset in wanted.items():
            _go_past(consumer, place, offset)
    return polled


def _go_past(consumer: KafkaConsumer, place: TopicPartition, offset: int) -> None:
    """What was not kept until it was taken is told, and its partition goes on."""
    begin = consumer.beginning_offsets([place])[place]
    consumer.seek(place, begin)
    if offset < begin:
        log.error("inbound.gap", **place._asdict(), after=offset, until=begin)
        INBOUND_MISSED.labels(place.topic).inc(begin - offset)


def _behind(consumer: KafkaConsumer) -> Counter[str]:
    """How many records of each topic are after the last one polled, as of the last fetch."""
    behind = Counter[str]()
    for place in consumer.assignment():
        end = consumer.highwater(place)
        if end is not None:
            behind[place.topic] += max(0, end - consumer.position(place))
    return behind


def _commit(consumer: KafkaConsumer, polled: Mapping[TopicPartition, Sequence[Any]]) -> None:
    offsets = {
        place: OffsetAndMetadata(records[-1].offset + 1, "", -1)
        for place, records in polled.items()
    }
    consumer.commit(offsets)


def _close(consumers: Sequence[KafkaConsumer]) -> None:
    for consumer in consumers:
        consumer.close(autocommit=False)


async def _set_within(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()

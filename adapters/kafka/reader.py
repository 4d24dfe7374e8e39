"""Reading the lanes of partners: one client for all that this process serves.

It is a member of no group: which gateway serves a partner is decided by a lock in PostgreSQL,
beside what is parked, so nothing is rebalanced and a paused lane is one that nobody asks for.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import structlog
from kafka import TopicPartition
from kafka.errors import KafkaError, OffsetOutOfRangeError

from aanspraak.application.ports import ChannelAway, LanesLost
from aanspraak.domain.lanes import LANES
from adapters.kafka import topics
from adapters.kafka.dealt_with import ANSWER_SECONDS, DealtWith
from adapters.kafka.own_thread import OwnThread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from kafka import KafkaAdminClient, KafkaConsumer

    from adapters.kafka.cluster import Cluster

PATIENCE_MS: Final = int(ANSWER_SECONDS * 1_000)
CALL_SECONDS: Final = 15.0
LOOK_MS: Final = 200
REST_SECONDS: Final = 3.0
"""After a failure nothing is asked for so long: who asks has other things to do."""
FETCH_BYTES: Final = 256 * 1024
WHOLE: Final = 1_000_000

T = TypeVar("T")

log = structlog.get_logger(__name__)


class NotKept(Exception):
    """A lane has nothing between two offsets any more; it begins at the second."""

    def __init__(self, after: int, begin: int) -> None:
        super().__init__(after, begin)
        self.after = after
        self.begin = begin


class Reader:
    """Lanes by partner, and how far each is dealt with; made anew after anything went wrong."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._thread: OwnThread | None = None
        self._clients: list[Any] = []
        self._ids: dict[str, str] = {}
        self._taken_up: dict[TopicPartition, str] = {}
        self._dealt_with = DealtWith(cluster)
        self._ahead: dict[TopicPartition, list[Any]] = {}
        self._given: dict[TopicPartition, int] = {}
        self._reached: dict[TopicPartition, tuple[int, int]] = {}
        self._rests_until = 0.0

    async def receive(self, partner: str, lane: str, after: int, limit: int) -> Sequence[Any]:
        """The records of a lane from an offset on; raises ChannelAway, LanesLost, NotKept."""
        return await self._call(partial(self._receive, partner, lane, after, limit))

    async def acknowledge(self, partner: str, lane: str, offset: int) -> None:
        """Commit an offset, unless a later one is; raises ChannelAway, LanesLost."""
        await self._call(partial(self._acknowledge, partner, lane, offset))

    async def acknowledged(self, partner: str, lane: str) -> int:
        """Take a lane up: the offset that is committed, 0 when none is; raises ChannelAway."""
        return await self._call(partial(self._acknowledged, partner, lane))

    async def first_waiting(self, partner: str, lane: str) -> Any:  # noqa: ANN401 - kafka-python has no types
        """The first record that is not dealt with; raises ChannelAway, LanesLost, NotKept."""
        return await self._call(partial(self._first_waiting, partner, lane))

    async def sent_before(self, partner: str, lane: str, moment: datetime) -> int:
        """The first offset since a moment, or the end; raises ChannelAway, LanesLost."""
        return await self._call(partial(self._sent_before, partner, lane, moment))

    def close(self) -> None:
        """Let go of the clients."""
        if self._thread is not None:
            self._thread.leave(partial(_close, self._clients))
        self._thread, self._clients = None, []
        self._ids.clear()
        self._dealt_with.forget()
        self._ahead.clear()
        self._given.clear()
        self._reached.clear()

    async def _call(self, what: Callable[[], T]) -> T:
        if time.monotonic() < self._rests_until:
            raise ChannelAway("it was not there a moment ago")
        self._thread = self._thread or OwnThread("kafka reader")
        try:
            return await self._thread.call(what, CALL_SECONDS)
        except (KafkaError, TimeoutError, OSError) as error:
            self.close()
            self._rests_until = time.monotonic() + REST_SECONDS
            log.warning("channel.away", error=type(error).__name__)
            raise ChannelAway(type(error).__name__) from error

    def _receive(self, partner: str, lane: str, after: int, limit: int) -> list[Any]:
        """An offset past the end is one that a broker forgot: all is read from the beginning."""
        consumer, _ = self._begin()
        place = self._place(partner, lane)
        self._assign(consumer, partner, place)
        found = self._ahead.pop(place, []) if self._given.get(place) == after else []
        if len(found) < limit:
            end = self._end(consumer, partner, place)
            if after > end:
                consumer.seek(place, _begin(consumer, place))
            elif self._given.get(place) != after:
                consumer.seek(place, after)
            found = self._more(consumer, place, end, limit, found)
        found, self._ahead[place] = found[:limit], found[limit:]
        self._given[place] = given = found[-1].offset + 1 if found else after
        self._reached[place] = (given, given if self._ahead[place] else consumer.position(place))
        return found

    def _assign(self, consumer: KafkaConsumer, partner: str, place: TopicPartition) -> None:
        self._require(partner, place)
        known = consumer.assignment()
        if place not in known:
            consumer.assign([*known, place])
            consumer.pause(place)
            consumer.seek(place, 0)

    def _require(self, partner: str, place: TopicPartition) -> None:
        """Offsets that are known are those of the topic there is: another has another id."""
        made = self._ids.get(partner) or self._look_up(partner)
        if self._taken_up.setdefault(place, made) != made:
            raise LanesLost(place.topic)

    def _look_up(self, partner: str) -> str:
        """The id of the partner's topic, which is made when it is not there."""
        topic = topics.requests(self._cluster, partner)
        _, admin = self._begin()
        (found,) = admin.describe_topics([topic.name])
        if found["error_code"]:
            topics.make(self._cluster, [topic])
            (found,) = admin.describe_topics([topic.name])
        self._ids[partner] = str(found["topic_id"])
        return self._ids[partner]

    def _acknowledge(self, partner: str, lane: str, offset: int) -> None:
        """With the last record the marker behind it is dealt with, that ends its transaction."""
        place = self._place(partner, lane)
        self._require(partner, place)
        _, admin = self._begin()
        given, reached = self._reached.get(place, (0, 0))
        if offset == given:
            offset = reached
        self._dealt_with.move(admin, partner, place, offset)

    def _acknowledged(self, partner: str, lane: str) -> int:
        place = self._place(partner, lane)
        self._taken_up[place] = self._look_up(partner)
        self._given.pop(place, None)
        self._reached.pop(place, None)
        _, admin = self._begin()
        return self._dealt_with.asked(admin, partner, place)

    def _first_waiting(self, partner: str, lane: str) -> Any:  # noqa: ANN401 - kafka-python has no types
        consumer, admin = self._begin()
        place = self._place(partner, lane)
        self._assign(consumer, partner, place)
        end = self._end(consumer, partner, place)
        after = self._dealt_with.known(admin, partner, place)
        self._dealt_with.renew(admin, partner, place)
        if after >= end:
            return None
        self._given.pop(place, None)
        consumer.seek(place, after)
        found = self._read(consumer, place, end, 1)
        if not found:
            self._dealt_with.move(admin, partner, place, consumer.position(place))
        return found[0] if found else None

    def _end(self, consumer: KafkaConsumer, partner: str, place: TopicPartition) -> int:
        """Where the lane of the topic that there is now ends; raises LanesLost."""
        self._look_up(partner)
        self._require(partner, place)
        return int(consumer.end_offsets([place], timeout_ms=PATIENCE_MS)[place])

    def _more(
        self, consumer: KafkaConsumer, place: TopicPartition, end: int, limit: int, found: list[Any]
    ) -> list[Any]:
        """That there is nothing next is told when what we have is read."""
        try:
            return found + self._read(consumer, place, end, limit - len(found))
        except NotKept:
            if not found:
                raise
            return found

    def _read(
        self, consumer: KafkaConsumer, place: TopicPartition, end: int, limit: int
    ) -> list[Any]:
        after = consumer.position(place)
        try:
            return _read(consumer, place, end, limit)
        except OffsetOutOfRangeError as error:
            self._given.pop(place, None)
            raise NotKept(after, _begin(consumer, place)) from error

    def _sent_before(self, partner: str, lane: str, moment: datetime) -> int:
        consumer, _ = self._begin()
        place = self._place(partner, lane)
        self._assign(consumer, partner, place)
        since = {place: int(moment.timestamp() * 1_000)}
        found = consumer.offsets_for_times(since, timeout_ms=PATIENCE_MS).get(place)
        if found is None:
            return int(consumer.end_offsets([place], timeout_ms=PATIENCE_MS)[place])
        return int(found.offset)

    def _begin(self) -> tuple[KafkaConsumer, KafkaAdminClient]:
        clients = self._clients
        if not clients:
            how = {"max_partition_fetch_bytes": FETCH_BYTES, "auto_offset_reset": "none"}
            clients.append(self._cluster.consumer(None, **how))
        if len(clients) == 1:
            clients.append(self._cluster.admin())
        consumer, admin = clients
        return consumer, admin

    def _place(self, partner: str, lane: str) -> TopicPartition:
        return TopicPartition(topics.requests(self._cluster, partner).name, LANES.index(lane))


def _read(consumer: KafkaConsumer, place: TopicPartition, end: int, limit: int) -> list[Any]:
    """At least as many as asked, or all there are before the end: markers count as offsets too.

    What was fetched is taken whole: of a partition that is paused while a part of it is left, the
    client may never give the rest.
    """
    until = time.monotonic() + ANSWER_SECONDS
    found: list[Any] = []
    consumer.resume(place)
    try:
        while len(found) < limit and consumer.position(place) < end and time.monotonic() < until:
            found += consumer.poll(timeout_ms=LOOK_MS, max_records=WHOLE).get(place, [])
    finally:
        consumer.pause(place)
    return found


def _begin(consumer: KafkaConsumer, place: TopicPartition) -> int:
    """What is kept begins here."""
    return int(consumer.beginning_offsets([place], timeout_ms=PATIENCE_MS)[place])


def _close(clients: Sequence[Any]) -> None:
    """Also when only one of them was made."""
    for client in clients:
        client.close()

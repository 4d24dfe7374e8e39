"""Reading the lanes of partners: one client for all that this process serves.

It is a member of no group: which gateway serves a partner is decided by a lock in PostgreSQL,
beside what is parked, so nothing is rebalanced and a paused lane is one that nobody asks for. How
far each is dealt with is committed as the offsets of a group per partner, where Kafka's own tools
show the lag.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import structlog
from kafka import TopicPartition
from kafka.errors import KafkaError, NoError
from kafka.structs import OffsetAndMetadata

from aanspraak.application.ports import ChannelAway, LanesLost
from aanspraak.domain.lanes import LANES
from adapters.kafka import topics
from adapters.kafka.own_thread import OwnThread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from kafka import KafkaAdminClient, KafkaConsumer

    from adapters.kafka.cluster import Cluster

ANSWER_SECONDS: Final = 3.0
CALL_SECONDS: Final = 15.0
LOOK_MS: Final = 200
REST_SECONDS: Final = 3.0
"""After a failure nothing is asked for so long: who asks has other things to do."""
FETCH_BYTES: Final = 256 * 1024
WHOLE: Final = 1_000_000

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Reader:
    """Lanes by partner, and how far each is dealt with; made anew after anything went wrong."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._thread: OwnThread | None = None
        self._clients: tuple[KafkaConsumer, KafkaAdminClient] | None = None
        self._ids: dict[str, str] = {}
        self._taken_up: dict[TopicPartition, str] = {}
        self._dealt_with: dict[TopicPartition, int] = {}
        self._ahead: dict[TopicPartition, list[Any]] = {}
        self._given: dict[TopicPartition, int] = {}
        self._rests_until = 0.0

    async def receive(self, partner: str, lane: str, after: int, limit: int) -> Sequence[Any]:
        """The records of a lane from an offset on; raises ChannelAway, LanesLost."""
        return await self._call(partial(self._receive, partner, lane, after, limit))

    async def acknowledge(self, partner: str, lane: str, offset: int) -> None:
        """Commit an offset, unless a later one is; raises ChannelAway, LanesLost."""
        await self._call(partial(self._acknowledge, partner, lane, offset))

    async def acknowledged(self, partner: str, lane: str) -> int:
        """Take a lane up: the offset that is committed, 0 when none is; raises ChannelAway."""
        return await self._call(partial(self._acknowledged, partner, lane))

    async def sent_before(self, partner: str, lane: str, moment: datetime) -> int:
        """The first offset since a moment, or the end; raises ChannelAway, LanesLost."""
        return await self._call(partial(self._sent_before, partner, lane, moment))

    def close(self) -> None:
        """Let go of the clients."""
        if self._thread is not None:
            self._thread.leave(partial(_close, self._clients))
        self._thread = self._clients = None
        self._ids.clear()
        self._dealt_with.clear()
        self._ahead.clear()
        self._given.clear()

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
            self._look_up(partner)
            self._require(partner, place)
            end = consumer.end_offsets([place], timeout_ms=int(ANSWER_SECONDS * 1_000))[place]
            if self._given.get(place) != after or after > end:
                consumer.seek(place, after if after <= end else 0)
            found += _read(consumer, place, end, limit - len(found))
        found, self._ahead[place] = found[:limit], found[limit:]
        self._given[place] = found[-1].offset + 1 if found else after
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
        place = self._place(partner, lane)
        self._require(partner, place)
        if place not in self._dealt_with:
            self._committed(partner, place)
        if offset <= self._dealt_with[place]:
            return
        _, admin = self._begin()
        _patiently(partial(_commit, admin, self._group(partner), place, offset))
        self._dealt_with[place] = offset

    def _acknowledged(self, partner: str, lane: str) -> int:
        place = self._place(partner, lane)
        self._taken_up[place] = self._look_up(partner)
        self._given.pop(place, None)
        return self._committed(partner, place)

    def _committed(self, partner: str, place: TopicPartition) -> int:
        """Always asks: another process may have served the partner meanwhile."""
        group = self._group(partner)
        _, admin = self._begin()
        known = _patiently(partial(admin.list_group_offsets, {group: [place]}))
        found = known[group].get(place)
        self._dealt_with[place] = max(0, found.offset) if found else 0
        return self._dealt_with[place]

    def _sent_before(self, partner: str, lane: str, moment: datetime) -> int:
        consumer, _ = self._begin()
        place = self._place(partner, lane)
        self._assign(consumer, partner, place)
        patience = int(ANSWER_SECONDS * 1_000)
        since = {place: int(moment.timestamp() * 1_000)}
        found = consumer.offsets_for_times(since, timeout_ms=patience).get(place)
        if found is None:
            return int(consumer.end_offsets([place], timeout_ms=patience)[place])
        return int(found.offset)

    def _begin(self) -> tuple[KafkaConsumer, KafkaAdminClient]:
        if self._clients is None:
            consumer = self._cluster.consumer(None, max_partition_fetch_bytes=FETCH_BYTES)
            self._clients = consumer, self._cluster.admin()
        return self._clients

    def _place(self, partner: str, lane: str) -> TopicPartition:
        return TopicPartition(topics.requests(self._cluster, partner).name, LANES.index(lane))

    def _group(self, partner: str) -> str:
        return topics.requests(self._cluster, partner).name.replace(".requests.", ".gateway.", 1)


def _read(consumer: KafkaConsumer, place: TopicPartition, end: int, limit: int) -> list[Any]:
    """At least as many as asked, or all there are before the end: markers count as offsets too.

    What was fetched is taken whole: of a partition that is paused while a part of it is left, the
    client may never give the rest.
    """
    until = time.monotonic() + ANSWER_SECONDS
    found: list[Any] = []
    consumer.resume(place)
    while len(found) < limit and consumer.position(place) < end and time.monotonic() < until:
        found += consumer.poll(timeout_ms=LOOK_MS, max_records=WHOLE).get(place, [])
    consumer.pause(place)
    return found


def _commit(admin: KafkaAdminClient, group: str, place: TopicPartition, offset: int) -> None:
    """The client returns what went wrong with a partition, and does not raise it."""
    committed = admin.alter_group_offsets(group, {place: OffsetAndMetadata(offset, "", None)})
    if committed[place] is not NoError:
        raise committed[place]


def _patiently(what: Callable[[], T]) -> T:
    """Who looks after a group is found out, and at first made, when somebody asks."""
    until = time.monotonic() + ANSWER_SECONDS
    while True:
        try:
            return what()
        except KafkaError as error:
            if not error.retriable or time.monotonic() > until:
                raise
        time.sleep(LOOK_MS / 1_000)


def _close(clients: tuple[KafkaConsumer, KafkaAdminClient] | None) -> None:
    for client in clients or ():
        client.close()

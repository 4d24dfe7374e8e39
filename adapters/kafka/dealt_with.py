"""How far each lane is dealt with: the offsets of a group per partner, as Kafka's tools show them.

The group has no members, so Kafka forgets its offsets a week after the last commit
(`offsets.retention.minutes`): one that stays the same is committed again now and then.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kafka.errors import KafkaError, NoError
from kafka.structs import OffsetAndMetadata

from adapters.kafka import topics

if TYPE_CHECKING:
    from collections.abc import Callable

    from kafka import KafkaAdminClient, TopicPartition

    from adapters.kafka.cluster import Cluster

ANSWER_SECONDS: Final = 3.0
LOOK_SECONDS: Final = 0.2
RENEW_SECONDS: Final = 6 * 3600.0

T = TypeVar("T")


class DealtWith:
    """The offsets as this process knows them, and when it committed each."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._known: dict[TopicPartition, int] = {}
        self._committed_at: dict[TopicPartition, float] = {}

    def forget(self) -> None:
        """Ask for all of them again."""
        self._known.clear()
        self._committed_at.clear()

    def known(self, admin: KafkaAdminClient, partner: str, place: TopicPartition) -> int:
        """The offset of a lane, as far as we know; 0 when none is committed."""
        if place not in self._known:
            return self.asked(admin, partner, place)
        return self._known[place]

    def asked(self, admin: KafkaAdminClient, partner: str, place: TopicPartition) -> int:
        """The same, but it always asks: another process may have served the partner meanwhile."""
        group = self._group(partner)
        known = _patiently(partial(admin.list_group_offsets, {group: [place]}))
        found = known[group].get(place)
        self._known[place] = max(0, found.offset) if found else 0
        return self._known[place]

    def move(
        self, admin: KafkaAdminClient, partner: str, place: TopicPartition, offset: int
    ) -> None:
        """Commit an offset, unless a later one is."""
        if offset > self.known(admin, partner, place):
            self._commit(admin, partner, place, offset)

    def renew(self, admin: KafkaAdminClient, partner: str, place: TopicPartition) -> None:
        """Commit what is committed, unless that was done not long ago."""
        offset, at = self.known(admin, partner, place), self._committed_at.get(place)
        if offset and (at is None or time.monotonic() > at + RENEW_SECONDS):
            self._commit(admin, partner, place, offset)

    def _commit(
        self, admin: KafkaAdminClient, partner: str, place: TopicPartition, offset: int
    ) -> None:
        _patiently(partial(_commit, admin, self._group(partner), place, offset))
        self._known[place] = offset
        self._committed_at[place] = time.monotonic()

    def _group(self, partner: str) -> str:
        return topics.requests(self._cluster, partner).name.replace(".requests.", ".gateway.", 1)


def _commit(admin: KafkaAdminClient, group: str, place: TopicPartition, offset: int) -> None:
    """The client returns what went wrong with a partition, and does not raise it."""
    committed: dict[TopicPartition, Any] = admin.alter_group_offsets(
        group, {place: OffsetAndMetadata(offset, "", None)}
    )
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
        time.sleep(LOOK_SECONDS)

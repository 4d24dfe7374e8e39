"""The dead-letter topic: that a record was refused, why, and where it lies; never what it said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from adapters.kafka import topics
from adapters.kafka.records import Event, Record

if TYPE_CHECKING:
    from adapters.kafka.cluster import Cluster


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A record of a partner, and a word for what was wrong with it."""

    record: Any
    reason: str

    @property
    def place(self) -> str:
        """Its coordinates."""
        return f"{self.record.topic}/{self.record.partition}/{self.record.offset}"


def record_of(refused: Refused, cluster: Cluster) -> Record:
    """What is laid down of it; a repetition has the same id."""
    record = refused.record
    event = Event(
        id=refused.place,
        source=cluster.source,
        type="aanspraak.record-refused.v1",
        subject=refused.place,
        time=datetime.fromtimestamp(record.timestamp / 1_000, UTC),
        correlation_id=refused.place,
        causation_id=refused.place,
    )
    said = {
        "reason": refused.reason,
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
    }
    return Record(
        topic=topics.dead_letter(cluster).name,
        key=record.topic,
        value=msgspec.json.encode(said),
        headers=event.headers({}),
    )

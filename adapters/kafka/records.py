"""Records as they lie in Kafka: CloudEvents 1.0 in binary mode, with the story they belong to.

The headers are those of the Kafka protocol binding of CloudEvents; `traceparent` is that of W3C
Trace Context, made of the correlation id, so that one story is one trace.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from uuid import UUID

from aanspraak.domain.lanes import LANES
from adapters.postgres.channel import encode_message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from aanspraak.application.messages import Message

JSON: Final = "application/json"
NUMBER: Final = "ce_number"
LANE: Final = "ce_lane"
TIME: Final = "ce_time"
Headers = tuple[tuple[str, bytes], ...]
FIXED: Final[Headers] = (("content-type", JSON.encode()), ("ce_specversion", b"1.0"))
STORIES: Final = 4_096


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What is sent: without a partition its key chooses one."""

    topic: str
    key: str
    value: bytes
    headers: Headers
    partition: int | None = None

    @property
    def size(self) -> int:
        """Its bytes, roughly."""
        return len(self.value) + sum(len(name) + len(value) for name, value in self.headers)


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """The attributes of a CloudEvent. `source` and `id` together name it once and for all."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    correlation_id: str
    causation_id: str

    def headers(self, more: Mapping[str, str]) -> Headers:
        """As headers of a record, with more of them."""
        at = self.time.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return (
            *FIXED,
            ("ce_id", self.id.encode()),
            ("ce_source", self.source.encode()),
            ("ce_type", self.type.encode()),
            ("ce_subject", self.subject.encode()),
            (TIME, at.encode()),
            ("ce_correlationid", self.correlation_id.encode()),
            ("ce_causationid", self.causation_id.encode()),
            ("traceparent", traceparent(self.correlation_id, self.id).encode()),
            *((name, value.encode()) for name, value in more.items()),
        )


def record_of(message: Message, topic: str, source: str) -> Record:
    """A message to a partner: its id is its position in the log, so a repetition has the same."""
    return Record(
        topic=topic,
        partition=LANES.index(message.lane),
        key=str(message.key),
        value=encode_message(message).encode(),
        headers=_event(message, source).headers({NUMBER: str(message.number), LANE: message.lane}),
    )


def letter_of(message: Message, value: bytes, topic: str, source: str) -> Record:
    """The same for a partner that reads it itself: those about one thing are in one partition."""
    return Record(
        topic=topic,
        key=str(message.key),
        value=value,
        headers=_event(message, source).headers({NUMBER: str(message.number)}),
    )


def _event(message: Message, source: str) -> Event:
    return Event(
        id=str(message.position),
        source=source,
        type=f"aanspraak.{message.kind}.v1",
        subject=str(message.key),
        time=message.recorded_at,
        correlation_id=message.correlation_id,
        causation_id=message.causation_id,
    )


def traceparent(correlation_id: str, event_id: str) -> str:
    """The trace is the story, the span the event; nobody here decided to sample it."""
    span = hashlib.sha256(f"{correlation_id}/{event_id}".encode()).hexdigest()[:16]
    return f"00-{_trace(correlation_id)}-{span}-00"


@lru_cache(STORIES)
def _trace(correlation_id: str) -> str:
    try:
        return UUID(correlation_id).hex
    except ValueError:
        return hashlib.sha256(correlation_id.encode()).hexdigest()[:32]

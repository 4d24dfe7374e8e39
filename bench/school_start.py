"""A log as the start of a school year leaves it, made with the rules and written with COPY."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID, uuid4

import psycopg

from aanspraak.application.aggregates import aggregate_of
from aanspraak.domain import ids
from aanspraak.domain.delivery_order.commands import (
    CompleteDelivery,
    LicenseDeliveryOrder,
    ReceiveDeliveryOrder,
    RecordConfirmationTaken,
)
from aanspraak.domain.order_users.commands import ListUsers
from adapters.postgres.event_codec import encode, topic_of
from bench.orders import DELIVER, Entitled, Pupil, activate, order_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

SIZES: Final = (30, 120, 250, 600)
"""How many pupils the orders have, in turn."""
UNDER_WAY: Final = 4
"""So many orders are delivered at the same time: their facts lie mixed in the log."""
DAYS_AGO: Final = 30

_COPY = """
COPY log.stored_events (originator_id, originator_version, topic, state, recorded_at) FROM STDIN
"""


class Fact(NamedTuple):
    """A row of the log, but for its position and time."""

    stream_id: UUID
    version: int
    topic: str
    state: bytes


@dataclass(frozen=True, kw_only=True)
class Story:
    """An order, and what the partners make of it: every pupil gets what was ordered."""

    order: ReceiveDeliveryOrder
    pupils: Sequence[Pupil]

    def entitled(self) -> list[Entitled]:
        """The entitlements, in the order of the pupils."""
        stream = ids.order_stream(self.order.delivery_order_id)
        return [
            Entitled(ids.entitlement_id(stream, pupil.subject_id, 1), pupil, self.order)
            for pupil in self.pupils
        ]

    def waves(self, *, activated: bool) -> Iterator[list[Fact]]:
        """Wave after wave; within a wave nothing waits for anything else."""
        order = Stream(ids.order_stream(self.order.delivery_order_id))
        entitlements = [(Stream(each.entitlement_id), each) for each in self.entitled()]
        yield [*Stream(self.order.users_stream).take(self._users()), *order.take(self.order)]
        for step in DELIVER:
            yield _everybody(step, entitlements)
        now, many = self.order.now, len(self.pupils)
        yield order.take(CompleteDelivery(delivered=many, refused=0, now=now))
        yield order.take(RecordConfirmationTaken(number=1))
        if activated:
            yield _everybody(activate, entitlements)
            yield order.take(LicenseDeliveryOrder(usage_date=self.order.start_date, now=now))
            yield order.take(RecordConfirmationTaken(number=2))

    def _users(self) -> ListUsers:
        subjects, references = zip(*self.pupils, strict=True)
        return ListUsers(subject_ids=subjects, user_reference_ids=references)


def strangers() -> Iterator[Pupil]:
    """Pupils without end, whom no vault knows."""
    while True:
        yield Pupil(uuid4(), uuid4())


def stories(
    pupils: Iterable[Pupil], school_id: UUID, sizes: Sequence[int] = SIZES
) -> Iterator[Story]:
    """Orders for these pupils of a school, received a month ago."""
    remaining = iter(pupils)
    received = datetime.now(UTC) - timedelta(days=DAYS_AGO)
    for number in count():
        named = tuple(islice(remaining, sizes[number % len(sizes)]))
        if not named:
            return
        yield Story(order=order_for(school_id, len(named), received), pupils=named)


def history(of: Iterable[Story], *, activated: bool) -> Iterator[Fact]:
    """The facts until the last link is placed, or until everybody is at work."""
    remaining = iter(of)
    while under_way := list(islice(remaining, UNDER_WAY)):
        waves = [story.waves(activated=activated) for story in under_way]
        for mixed in zip(*waves, strict=True):
            for wave in mixed:
                yield from wave


def write(url: str, facts: Iterable[Fact]) -> int:
    """Put facts into the log, a millisecond apart; how many."""
    at = datetime.now(UTC) - timedelta(days=DAYS_AGO)
    written = 0
    with psycopg.connect(url, autocommit=True) as conn:
        with conn.cursor() as cursor, cursor.copy(_COPY) as copy:
            for fact in facts:
                copy.write_row((*fact, at + timedelta(milliseconds=written)))
                written += 1
        conn.execute("VACUUM ANALYZE log.stored_events")
    return written


class Stream:
    """A stream that grows by commands."""

    def __init__(self, stream_id: UUID) -> None:
        self._stream_id = stream_id
        self._version = 0
        self._state: Any = None

    def take(self, command: object) -> list[Fact]:
        """The facts that follow from a command."""
        rules = aggregate_of(command)
        return [self._fact(rules.evolve, event) for event in rules.decide(command, self._state)]

    def _fact(self, evolve: Callable[[Any, Any], Any], event: object) -> Fact:
        self._state = evolve(self._state, event)
        self._version += 1
        state = encode(
            event,
            actor="partner:bench",
            correlation_id=str(self._stream_id),
            causation_id=f"bench/{self._version}",
        )
        return Fact(self._stream_id, self._version, topic_of(event), state)


def _everybody(
    step: Callable[[Entitled], object], entitlements: Sequence[tuple[Stream, Entitled]]
) -> list[Fact]:
    """A step for every entitlement, in no order."""
    mixed = random.sample(entitlements, len(entitlements))
    return [fact for stream, entitled in mixed for fact in stream.take(step(entitled))]

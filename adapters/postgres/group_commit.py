"""Committing a group: read the streams, decide, append; what another was ahead of, once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import tuple_row

from aanspraak.application.handle import Decision, decide_in_turn
from aanspraak.domain.delivery_order.events import DeliveryOrderRequestRefused
from adapters.postgres.event_codec import encode, topic_of
from adapters.postgres.event_log import read_many
from adapters.postgres.queries import load
from adapters.telemetry import CONFLICTS_RETRIED, FACTS, REFUSALS

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.application.handle import Submission
    from aanspraak.domain.errors import DomainError

FACTS_PER_TRANSACTION = 1_000
ROUNDS = 20


class StillContended(psycopg.OperationalError):
    """Other writers were ahead on a stream each time; the transaction may be tried again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What came of a submission: its facts (none: it was already so), or a refusal.

    `version` is that of the stream behind it, `position` that of its last fact.
    """

    submission: Submission
    events: tuple[object, ...] = ()
    refusal: DomainError | None = None
    version: int
    position: int | None = None


async def commit_group(
    conn: AsyncConnection[Any],
    submissions: Sequence[Submission],
    facts_per_transaction: int = FACTS_PER_TRANSACTION,
) -> list[Result]:
    """Decide these submissions, in turn where they share a stream, and append their facts.

    On a connection in autocommit each transaction holds the facts of whole streams, at most
    `facts_per_transaction` unless a single stream has more. Within the caller's transaction all is
    part of that; from the first fact until its end, nobody else can append.
    """
    results: dict[int, Result] = {}
    waiting = list(range(len(submissions)))
    rounds = 0
    while waiting:
        if rounds == ROUNDS:
            raise StillContended("other writers were ahead each time")
        for batch in _batches(await _decide(conn, submissions, waiting), facts_per_transaction):
            positions = await _append(conn, batch)
            for stream in batch:
                results.update(_results(stream, positions))
        waiting = [number for number in waiting if number not in results]
        CONFLICTS_RETRIED.inc(len(waiting))
        rounds += 1
    return [results[number] for number in range(len(submissions))]


@dataclass(frozen=True, kw_only=True, slots=True)
class _DecidedStream:
    """The submissions on one stream, by their number in the group, decided from this version on."""

    stream_id: UUID
    version: int
    numbers: Sequence[int]
    decisions: Sequence[Decision]
    size: int


async def _decide(
    conn: AsyncConnection[Any], submissions: Sequence[Submission], waiting: Sequence[int]
) -> list[_DecidedStream]:
    streams: dict[UUID, list[int]] = {}
    for number in waiting:
        streams.setdefault(submissions[number].stream_id, []).append(number)
    histories = await read_many(conn, list(streams))
    decided = []
    for stream_id, numbers in streams.items():
        history = histories[stream_id]
        decisions = decide_in_turn(
            [recorded.event for recorded in history], [submissions[number] for number in numbers]
        )
        decided.append(
            _DecidedStream(
                stream_id=stream_id,
                version=history[-1].version if history else 0,
                numbers=numbers,
                decisions=decisions,
                size=sum(len(decision.events) for decision in decisions),
            )
        )
    return decided


def _batches(streams: Sequence[_DecidedStream], limit: int) -> Iterator[list[_DecidedStream]]:
    batch: list[_DecidedStream] = []
    size = 0
    for stream in streams:
        if batch and size + stream.size > limit:
            yield batch
            batch, size = [], 0
        batch.append(stream)
        size += stream.size
    if batch:
        yield batch


async def _append(
    conn: AsyncConnection[Any], batch: Sequence[_DecidedStream]
) -> Mapping[UUID, Sequence[int]]:
    """Append the facts of these streams; the positions per stream, of those not left out."""
    rows = [row for stream in batch for row in _rows(stream)]
    if not rows:
        return {}
    ids, expected, topics, states = (list(column) for column in zip(*rows, strict=True))
    parameters = {"ids": ids, "expected": expected, "topics": topics, "states": states}
    positions: dict[UUID, list[int]] = {}
    async with conn.cursor(binary=True, row_factory=tuple_row) as cursor:
        await cursor.execute(load("log")["append"], parameters)
        for stream_id, _version, position in await cursor.fetchall():
            positions.setdefault(stream_id, []).append(position)
    FACTS.inc(sum(map(len, positions.values())))
    _count_refusals(batch, positions)
    return positions


def _count_refusals(batch: Sequence[_DecidedStream], appended: Container[UUID]) -> None:
    """A refusal by confirmation is a fact; one at once is counted where it is answered."""
    for stream in batch:
        for decision in stream.decisions if stream.stream_id in appended else ():
            for event in decision.events:
                if isinstance(event, DeliveryOrderRequestRefused):
                    REFUSALS.labels(event.reason).inc()


def _rows(stream: _DecidedStream) -> Iterator[tuple[UUID, int, str, bytes]]:
    for decision in stream.decisions:
        asked = decision.submission
        for event in decision.events:
            state = encode(
                event,
                actor=asked.actor,
                correlation_id=asked.correlation_id,
                causation_id=asked.causation_id,
            )
            yield stream.stream_id, stream.version, topic_of(event), state


def _results(
    stream: _DecidedStream, positions: Mapping[UUID, Sequence[int]]
) -> Iterator[tuple[int, Result]]:
    """The results of a stream, in turn; none when it was left out."""
    appended = positions.get(stream.stream_id, ())
    if len(appended) < stream.size:
        return
    done = 0
    for number, decision in zip(stream.numbers, stream.decisions, strict=True):
        done += len(decision.events)
        yield (
            number,
            Result(
                submission=decision.submission,
                events=decision.events,
                refusal=decision.refusal,
                version=stream.version + done,
                position=appended[done - 1] if decision.events else None,
            ),
        )

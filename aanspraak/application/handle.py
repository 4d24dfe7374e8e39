"""Decide a group of commands: the only way facts come to be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from aanspraak.application.aggregates import aggregate_of
from aanspraak.domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """A command with its stream, who asks (a key), the story it belongs to, and its own id."""

    stream_id: UUID
    command: object
    actor: str
    correlation_id: str
    causation_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What came of a submission: facts (none: it was already so), or a refusal."""

    submission: Submission
    events: tuple[object, ...] = ()
    refusal: DomainError | None = None


def decide_in_turn(
    history: Iterable[object], submissions: Sequence[Submission]
) -> tuple[Decision, ...]:
    """Decide commands of one stream one after the other, each on what the ones before it left.

    All submissions concern the same stream and so the same aggregate.
    """
    aggregate = aggregate_of(submissions[0].command)
    state = aggregate.replay(history)
    decisions: list[Decision] = []
    for submission in submissions:
        if decisions:
            state = reduce(aggregate.evolve, decisions[-1].events, state)
        try:
            events = aggregate.decide(submission.command, state)
        except DomainError as refusal:
            decisions.append(Decision(submission=submission, refusal=refusal))
            continue
        decisions.append(Decision(submission=submission, events=events))
    return tuple(decisions)

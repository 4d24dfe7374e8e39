"""What we must remember of a job: who asked for it, what it waits for, and whether it is over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.job.events import JobAsked, JobCancelled, JobConfirmed, JobEnded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aanspraak.domain.job.events import JobEvent


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job; `waits` is for a second operator, not `operator` who asked `through` something."""

    operator: str
    through: str
    waits: bool
    cancelled: bool = False
    ended: bool = False


def evolve(state: Job | None, event: JobEvent) -> Job:
    """Apply one fact."""
    match event:
        case JobAsked():
            return Job(operator=event.operator, through=event.through, waits=event.confirm)
        case JobConfirmed():
            return replace(_existing(state), waits=False)
        case JobCancelled():
            return replace(_existing(state), cancelled=True)
        case JobEnded():
            return replace(_existing(state), ended=True)
        case _:
            assert_never(event)


def replay(history: Iterable[JobEvent]) -> Job | None:
    """Fold a history; None before anything happened."""
    state: Job | None = None
    for event in history:
        state = evolve(state, event)
    return state


def _existing(state: Job | None) -> Job:
    if state is None:
        raise LookupError("a job begins with JobAsked")
    return state

"""Operations on facts that a follower could not handle: which, why, again, or never."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from adapters.wire.message import Maybe, Moment, Name
from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing


class RetryLetter(Act):
    """The body that has a fact handled again."""


class RetryLetters(Act):
    """The body that has many handled again: of a follower, of a kind, laid aside in a window.

    `what` is the class of an error, or a topic. What is left out may be any. `dryRun` counts.
    """

    follower: Maybe[Name] = None
    what: Maybe[Name] = None
    since: Maybe[Moment] = None
    until: Maybe[Moment] = None
    dry_run: bool = False


class SkipLetter(Act):
    """The body that leaves a fact unhandled for good; `behind`: also what waits behind it."""

    behind: bool = False


class DeadLetter(Outgoing, frozen=True, kw_only=True):
    """A fact that a follower could not handle; `reason` is the class of the error, or `behind`.

    `status` is `waiting`, `again` (about to be handled again), `handled` or `skipped`. So many
    later facts of its stream wait `behind` it. `fact` (of one that is asked for) names nobody.
    """

    follower: str
    position: int
    stream_id: UUID
    topic: str
    reason: str
    at: datetime
    status: Literal["waiting", "again", "handled", "skipped"]
    behind: int
    decided_by: str | None = None
    decided_at: datetime | None = None
    decided_because: str | None = None
    fact: dict[str, Any] | None = None


class LettersMeant(Outgoing, frozen=True, kw_only=True):
    """How many are handled again: `planned`, or `queued` as a job; those behind them follow."""

    outcome: Literal["planned", "queued"]
    letters: int
    job_id: UUID | None = None
    sample: tuple[DeadLetter, ...] = ()


class LettersSkipped(Outgoing, frozen=True, kw_only=True):
    """So many are never handled by this follower."""

    skipped: int


READ = (RetryLetter, RetryLetters, SkipLetter)
WRITTEN = (DeadLetter, LettersMeant, LettersSkipped)

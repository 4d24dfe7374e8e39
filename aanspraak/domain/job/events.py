"""Facts about a job: something done with many things, one after the other, as an operator asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

SEND_AGAIN: Final = "send-again"
RETRY_DEAD_LETTERS: Final = "retry-dead-letters"
NIGHT: Final = "night"
COMPARE_VIEW: Final = "compare-view"
REBUILD_VIEW: Final = "rebuild-view"
REPLAY: Final = "replay"
KINDS: Final = (SEND_AGAIN, RETRY_DEAD_LETTERS, NIGHT, COMPARE_VIEW, REBUILD_VIEW, REPLAY)
"""What is done by jobs: `night` every night by itself, all others as an operator asks."""

DONE: Final = "done"
CANCELLED: Final = "cancelled"
FAILED: Final = "failed"
OUTCOMES: Final = (DONE, CANCELLED, FAILED)
"""How a job ends: it has seen everything, an operator stopped it, or it could not go on."""


@dataclass(frozen=True, kw_only=True)
class JobAsked:
    """Something is to be done with `amount` things, if that is known; `kind` is one of KINDS.

    `operator` is a key; empty: the hub itself wants it. `partner`, `order`, `stream_id`,
    `follower`, `what` (a topic, a view or the class of an error) and the window say which things;
    empty or None: any. `confirm`: it waits for a second operator, because with those that went
    `lately` without one it is about too many. `through` is how the operator reached the hub.
    `per_second` is how many things it does in a second at most; 0: no limit.
    """

    kind: str
    amount: int | None
    confirm: bool
    lately: int
    per_second: float
    operator: str
    through: str
    reason_id: UUID | None
    partner: str
    order: UUID | None
    stream_id: UUID | None
    follower: str
    what: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class JobConfirmed:
    """A second operator agrees, so it may begin; `through` is how they reached the hub."""

    operator: str
    through: str
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class JobCancelled:
    """An operator has it stopped; what was done stays done."""

    operator: str
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class JobEnded:
    """It is over; `outcome` is one of OUTCOMES.

    Of `done` things it had an effect on `succeeded`, none on `nothing`, and `failed` went wrong.
    """

    outcome: str
    done: int
    succeeded: int
    nothing: int
    failed: int


JobEvent = JobAsked | JobConfirmed | JobCancelled | JobEnded

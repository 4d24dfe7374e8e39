"""What may be asked of a job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class AskJob:
    """Have something done with so many (`amount`) things, for the reason in the vault.

    `operator` is the key of who asks; empty: the hub itself, every night. `amount` None: nobody
    knows yet. What is not named (empty or None) may be any. Above `confirm_above` things, those
    counted that went `lately` without a second operator, one must confirm before it begins.
    `through` is how the operator reached the hub: a terminal, the console, a client of the API.
    """

    kind: str
    amount: int | None
    confirm_above: int
    lately: int = 0
    per_second: float = 0
    operator: str = ""
    through: str = ""
    reason_id: UUID | None = None
    partner: str = ""
    order: UUID | None = None
    stream_id: UUID | None = None
    follower: str = ""
    what: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ConfirmJob:
    """A second operator agrees; why lies in the vault.

    `believed`: what is between us and the operator has made sure of who that is, so that two names
    it gives are two persons.
    """

    operator: str
    through: str
    believed: bool
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class CancelJob:
    """An operator has it stopped between two things; what was done stays done."""

    operator: str
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class EndJob:
    """The worker is ready with it; `outcome` is one of OUTCOMES, the numbers are of things."""

    outcome: str
    done: int
    succeeded: int
    nothing: int
    failed: int


JobCommand = AskJob | ConfirmJob | CancelJob | EndJob

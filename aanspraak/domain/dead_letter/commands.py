"""What an operator decides about a fact that a follower could not handle."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class RetryDeadLetter:
    """Have its follower handle it again, and what waits behind it after that."""

    follower: str
    position: int
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class SkipDeadLetter:
    """Leave it unhandled for good; `behind`: what waits behind it too."""

    follower: str
    position: int
    behind: bool
    reason_id: UUID


DeadLetterCommand = RetryDeadLetter | SkipDeadLetter

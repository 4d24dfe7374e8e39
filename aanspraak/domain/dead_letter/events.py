"""Facts about a fact that a follower could not handle: what an operator decided, and why."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class DeadLetterRetried:
    """Its follower is to handle the fact at this position again."""

    follower: str
    position: int
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class DeadLetterSkipped:
    """Its follower never handles the fact at this position; `behind`: nor what waited behind it."""

    follower: str
    position: int
    behind: bool
    reason_id: UUID


DeadLetterEvent = DeadLetterRetried | DeadLetterSkipped

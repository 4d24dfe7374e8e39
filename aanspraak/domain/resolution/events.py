"""Facts about whom the roster gave an open order, and whom it took back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class UsersResolved:
    """A part of what the roster said: who joins with which turn, who leaves and for which cause.

    `order` is the stream of the order. `left_causes` are leaver (no longer on the roster) or full
    (what was bought is in use).
    """

    order: UUID
    roster_version: int
    subject_ids: tuple[UUID, ...]
    user_reference_ids: tuple[UUID, ...]
    turns: tuple[int, ...]
    left_subject_ids: tuple[UUID, ...]
    left_turns: tuple[int, ...]
    left_causes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LeaversHeldBack:
    """So many of the order's users would have left at once that nobody was withdrawn."""

    order: UUID
    roster_version: int
    count: int
    of: int


@dataclass(frozen=True, kw_only=True)
class LeaversReleased:
    """An operator looked at it: they may go. `reason_id` is why, in the vault."""

    order: UUID
    reason_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class HoldingBackEnded:
    """The roster has those who were held back again, or so few are missing that they may go."""

    order: UUID
    roster_version: int


@dataclass(frozen=True, kw_only=True)
class FollowingEnded:
    """The roster is not followed for this order any more: its period of activation is over."""

    order: UUID


ResolutionEvent = (
    UsersResolved | LeaversHeldBack | LeaversReleased | HoldingBackEnded | FollowingEnded
)

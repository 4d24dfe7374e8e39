"""What may be asked of the resolution of an open order."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class ResolveUsers:
    """Write down what the roster says of an open order now.

    `subject_ids` join, each as `user_reference_ids` names them and with the turn in `turns` (same
    length). `left_subject_ids` lose the entitlement of that turn, for the cause beside it (same
    length). `held_back` are those who would have left, had it not been so many of the `held_of`.
    """

    order: UUID
    roster_version: int
    subject_ids: tuple[UUID, ...] = ()
    user_reference_ids: tuple[UUID, ...] = ()
    turns: tuple[int, ...] = ()
    left_subject_ids: tuple[UUID, ...] = ()
    left_turns: tuple[int, ...] = ()
    left_causes: tuple[str, ...] = ()
    held_back: int = 0
    held_of: int = 0


@dataclass(frozen=True, kw_only=True)
class ReleaseLeavers:
    """The roster is right: those who were held back may go; `reason_id` is why, in the vault."""

    order: UUID
    reason_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class EndFollowing:
    """The last day on which the order may be activated is past."""

    order: UUID


ResolutionCommand = ResolveUsers | ReleaseLeavers | EndFollowing

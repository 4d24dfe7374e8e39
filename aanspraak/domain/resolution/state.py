"""What we must remember of the resolution of an open order in order to decide."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.resolution.events import (
    FollowingEnded,
    HoldingBackEnded,
    LeaversHeldBack,
    LeaversReleased,
    ResolutionEvent,
    UsersResolved,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """`turns` is the last turn each subject joined with; `left` are (subject, turn) that left.

    `held_back` is how many were held back, of how many; None while the brake does not act.
    """

    turns: Mapping[UUID, int] = field(default_factory=dict)
    left: frozenset[tuple[UUID, int]] = frozenset()
    held_back: tuple[int, int] | None = None
    ended: bool = False


def evolve(state: Resolution | None, event: ResolutionEvent) -> Resolution:
    """Apply one fact. Total: a recorded fact is never refused."""
    resolution = state or Resolution()
    match event:
        case UsersResolved():
            joined = zip(event.subject_ids, event.turns, strict=True)
            left = zip(event.left_subject_ids, event.left_turns, strict=True)
            return replace(
                resolution,
                turns={**resolution.turns, **dict(joined)},
                left=resolution.left.union(left),
            )
        case LeaversHeldBack():
            return replace(resolution, held_back=(event.count, event.of))
        case LeaversReleased() | HoldingBackEnded():
            return replace(resolution, held_back=None)
        case FollowingEnded():
            return replace(resolution, ended=True, held_back=None)
        case _:
            assert_never(event)


def replay(history: Iterable[ResolutionEvent]) -> Resolution:
    """Fold a history."""
    return reduce(evolve, history, Resolution())

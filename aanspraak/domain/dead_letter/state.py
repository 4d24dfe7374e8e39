"""What we must remember of a fact that lay aside: that it was skipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aanspraak.domain.dead_letter.events import DeadLetterSkipped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aanspraak.domain.dead_letter.events import DeadLetterEvent


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """A fact about which an operator decided."""

    skipped: bool


def evolve(state: DeadLetter | None, event: DeadLetterEvent) -> DeadLetter:
    """Apply one fact; what was skipped stays so."""
    before = state is not None and state.skipped
    return DeadLetter(skipped=before or isinstance(event, DeadLetterSkipped))


def replay(history: Iterable[DeadLetterEvent]) -> DeadLetter | None:
    """Fold a history; None before anything was decided."""
    state: DeadLetter | None = None
    for event in history:
        state = evolve(state, event)
    return state

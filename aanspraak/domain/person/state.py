"""What we must remember of a person: that it was forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aanspraak.domain.person.events import PersonEvent


def evolve(state: PersonEvent | None, event: PersonEvent) -> PersonEvent:  # noqa: ARG001 - the shape of every fold
    """It happens once."""
    return event


def replay(history: Iterable[PersonEvent]) -> PersonEvent | None:
    """Fold a history."""
    state: PersonEvent | None = None
    for event in history:
        state = evolve(state, event)
    return state

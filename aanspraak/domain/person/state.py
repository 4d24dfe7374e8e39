"""What we must remember of a person: whether it was forgotten, and why somebody looked last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.person.events import PersonForgotten, PersonRevealed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from aanspraak.domain.person.events import PersonEvent


@dataclass(frozen=True, kw_only=True)
class Person:
    """A pseudonym; `last_reason_id` is that of the last look, so that it counts once."""

    forgotten: bool = False
    last_reason_id: UUID | None = None


def evolve(state: Person, event: PersonEvent) -> Person:
    """Apply one fact."""
    match event:
        case PersonForgotten():
            return replace(state, forgotten=True)
        case PersonRevealed(reason_id=reason_id):
            return replace(state, last_reason_id=reason_id)
        case _:
            assert_never(event)


def replay(history: Iterable[PersonEvent]) -> Person:
    """Fold a history."""
    state = Person()
    for event in history:
        state = evolve(state, event)
    return state

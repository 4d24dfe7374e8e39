"""What we must remember of a partner: the last registration, to see what a new one changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aanspraak.domain.partner.events import PartnerEvent


def evolve(state: PartnerEvent | None, event: PartnerEvent) -> PartnerEvent:  # noqa: ARG001 - the shape of every fold
    """The newest registration counts."""
    return event


def replay(history: Iterable[PartnerEvent]) -> PartnerEvent | None:
    """Fold a history."""
    state: PartnerEvent | None = None
    for event in history:
        state = evolve(state, event)
    return state

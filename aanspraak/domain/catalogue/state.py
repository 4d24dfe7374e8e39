"""What we must remember of a provider's catalogue: what was decided about it last."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aanspraak.domain.catalogue.events import CatalogueEvent


def evolve(state: CatalogueEvent | None, event: CatalogueEvent) -> CatalogueEvent:  # noqa: ARG001 - the shape of every fold
    """The newest decision counts."""
    return event


def replay(history: Iterable[CatalogueEvent]) -> CatalogueEvent | None:
    """Fold a history."""
    state: CatalogueEvent | None = None
    for event in history:
        state = evolve(state, event)
    return state

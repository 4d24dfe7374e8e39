"""What we must remember of a product: the last listing, to see whether a new one changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aanspraak.domain.product.events import ProductEvent


def evolve(state: ProductEvent | None, event: ProductEvent) -> ProductEvent:  # noqa: ARG001 - the shape of every fold
    """The newest listing counts."""
    return event


def replay(history: Iterable[ProductEvent]) -> ProductEvent | None:
    """Fold a history."""
    state: ProductEvent | None = None
    for event in history:
        state = evolve(state, event)
    return state

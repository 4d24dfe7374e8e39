"""What we must remember of a product: what was said of it last, to see what is new."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.product.events import ProductDescribed, ProductListed, ProductMissed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aanspraak.domain.product.events import ProductEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """The last listing, the last description, and whether its provider still has it."""

    listed: ProductListed | None = None
    described: ProductDescribed | None = None
    missed: bool = False


def evolve(state: Product | None, event: ProductEvent) -> Product:
    """Apply one fact; the newest listing counts, and what is listed is not missed."""
    product = state or Product()
    match event:
        case ProductListed():
            return replace(product, listed=event, missed=False)
        case ProductDescribed():
            return replace(product, described=event)
        case ProductMissed():
            return replace(product, missed=True)
        case _:
            assert_never(event)


def replay(history: Iterable[ProductEvent]) -> Product | None:
    """Fold a history."""
    state: Product | None = None
    for event in history:
        state = evolve(state, event)
    return state

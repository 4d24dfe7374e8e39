"""What we must remember of a forecast: the last number, to see whether it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aanspraak.domain.forecast.events import ForecastEvent


def evolve(state: ForecastEvent | None, event: ForecastEvent) -> ForecastEvent:  # noqa: ARG001 - the shape of every fold
    """The newest number counts."""
    return event


def replay(history: Iterable[ForecastEvent]) -> ForecastEvent | None:
    """Fold a history."""
    state: ForecastEvent | None = None
    for event in history:
        state = evolve(state, event)
    return state

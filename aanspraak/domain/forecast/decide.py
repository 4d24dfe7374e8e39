"""The rules of a forecast: a number for a period; it is told, never judged."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from aanspraak.domain.errors import ForecastIncomplete
from aanspraak.domain.forecast.events import ForecastEvent, ForecastGiven

if TYPE_CHECKING:
    from aanspraak.domain.forecast.commands import ForecastCommand

MOST_EXPECTED: Final = 1_000_000
"""No school has more users; a larger number is a mistake."""


def decide(command: ForecastCommand, state: ForecastEvent | None) -> tuple[ForecastEvent, ...]:
    """Return the facts that follow; () means the same number was given before."""
    if not command.product_id:
        raise ForecastIncomplete("productId is empty")
    if command.period_until < command.period_from:
        raise ForecastIncomplete("until lies before from")
    if not 0 <= command.expected <= MOST_EXPECTED:
        raise ForecastIncomplete(f"expected must be from 0 to {MOST_EXPECTED}")
    if state and (state.expected, state.source) == (command.expected, command.source):
        return ()
    return (ForecastGiven(**asdict(command)),)

"""What is said of each kind of incident."""

from __future__ import annotations

from typing import Final, NamedTuple

HIGH: Final = "high"
NORMAL: Final = "normal"
LOW: Final = "low"
SEVERITIES: Final = (HIGH, NORMAL, LOW)
"""Somebody cannot use what was ordered; somebody has to look; good to know."""

ITSELF: Final = "itself"
CLOCK: Final = "clock"
OPENER: Final = "opener"
OPERATOR: Final = "operator"
CLOSES: Final = (ITSELF, CLOCK, OPENER, OPERATOR)
"""What closes it: a fact that takes the cause away, the clock, what opened it, or an operator only.

Whatever it is, an incident closes too when all the entitlements and orders it is about are over.
"""


class Kind(NamedTuple):
    """A kind: how bad, what closes it, and in English and Dutch what it means and what to do."""

    severity: str
    closes: str
    means: tuple[str, str]
    next_step: tuple[str, str]

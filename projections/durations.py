"""How long things took, counted in fixed buckets, and the percentiles that follow from them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

BOUNDS_MS: Final = (
    *(50, 100, 200, 300, 500, 750),
    *(1_000, 1_500, 2_000, 3_000, 5_000, 7_500),
    *(10_000, 15_000, 20_000, 30_000, 45_000, 60_000),
    *(90_000, 120_000, 180_000, 300_000, 600_000, 1_200_000),
    *(1_800_000, 3_600_000, 7_200_000, 14_400_000, 28_800_000),
    *(86_400_000, 172_800_000, 604_800_000, 2_592_000_000),
)
"""Up to how many milliseconds each bucket goes; what took longer than the last counts there.

A bucket is named by its bound, so that one more between them leaves what was counted true.
"""
_BELOW: Final = dict(zip(BOUNDS_MS, (0, *BOUNDS_MS), strict=False))
_MILLISECOND: Final = timedelta(milliseconds=1)


def bucket_of(took: timedelta) -> int:
    """The bucket of a duration, by its bound in milliseconds; a negative one took no time."""
    nth = bisect_left(BOUNDS_MS, took / _MILLISECOND)
    return BOUNDS_MS[min(nth, len(BOUNDS_MS) - 1)]


def percentile(durations: Mapping[int, int], part: float) -> float | None:
    """Within how many seconds this part (0.99) of them was done; None of nothing.

    As if those in a bucket were spread evenly over it.
    """
    rest = part * sum(durations.values())
    for bound, number in sorted(durations.items()):
        if number and rest <= number:
            below = _BELOW[bound]
            return (below + (bound - below) * rest / number) / 1000
        rest -= number
    return max(durations) / 1000 if durations else None

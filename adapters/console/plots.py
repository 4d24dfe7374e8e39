"""Numbers of minutes as plots: bars over the minutes, drawn on the server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

WIDTH: Final = 640
HEIGHT: Final = 126
BASE: Final = 104
"""Where bars stand; below it are the labels of the axis."""
LABELS: Final = 6
"""At most so many moments are written below a plot."""
SPARK_HEIGHT: Final = 24
SPARK_WIDTH: Final = 180


class Bar(NamedTuple):
    """A number of a minute; its place and size."""

    x: float
    y: float
    width: float
    height: float
    at: datetime
    number: float


class Label(NamedTuple):
    """A moment below the axis."""

    x: float
    at: datetime


class Plot(NamedTuple):
    """Bars, the highest as high as the plot; `most` is its number and `most_at` its minute."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    most: float
    most_at: datetime | None


Point = tuple[datetime, float | None]


def plotted(points: Sequence[Point]) -> Plot:
    """A plot of numbers by minute, each minute once and in order; None and nought have no bar."""
    return _drawn(points, WIDTH, BASE, HEIGHT, tuple(_labels(points)))


def sparkline(points: Sequence[Point]) -> Plot:
    """The same, small enough for a cell of a table."""
    return _drawn(points, SPARK_WIDTH, SPARK_HEIGHT, SPARK_HEIGHT, ())


def _drawn(
    points: Sequence[Point], width: int, base: int, height: int, labels: tuple[Label, ...]
) -> Plot:
    most_at, most = max(
        ((at, number or 0) for at, number in points), key=lambda one: one[1], default=(None, 0)
    )
    return Plot(
        width=width,
        height=height,
        bars=tuple(_bars(points, width / max(len(points), 1), base, most)),
        labels=labels,
        most=most,
        most_at=most_at if most else None,
    )


def _bars(points: Sequence[Point], step: float, base: int, most: float) -> Iterable[Bar]:
    for nth, (at, number) in enumerate(points):
        if number:
            tall = max(round((base - 2) * number / most, 1), 1.5)
            gap = min(1.0, step / 5)
            place = (round(nth * step, 1), round(base - tall, 1), round(step - gap, 1), tall)
            yield Bar(*place, at, number)


def _labels(points: Sequence[Point]) -> Iterable[Label]:
    every = max(1, -(-len(points) // LABELS))
    for nth in range(0, len(points), every):
        yield Label(round(nth * WIDTH / len(points), 1), points[nth][0])

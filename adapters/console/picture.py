"""A timeline as a picture: a lane for each partner, on an axis whose empty stretches are short.

What happens to an order takes seconds, then days, then seconds: the axis grows with the logarithm
of each gap, so that neither disappears.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from math import log1p
from typing import Final, NamedTuple

from adapters.wire.trace_v1 import TimelineEntry

WIDTH: Final = 1000
MARGIN: Final = 24
LANE: Final = 44
TOP: Final = 20
AXIS: Final = 34
TICK_APART: Final = 130
"""How far two labels of the axis stand apart at least."""
LONG_SECONDS: Final = 3600
"""An empty stretch that the axis marks."""
MARK: Final = 7

ASKS: Final = frozenset(
    (
        *("registry-requested", "link-requested", "cancellation-asked", "block-asked"),
        *("unblock-asked", "request-taken", "confirmation-taken", "cancellation-requested"),
    )
)
"""Something is asked, or taken: an open circle."""
TROUBLE: Final = frozenset(
    (
        *("request-refused", "reference-reused", "order-undelivered", "order-cancellation-refused"),
        *("cancellation-refused", "confirmation-rejected", "confirmation-given-up"),
        *("registry-refused", "link-refused", "link-lost", "unexpected-confirmation"),
        *("request-rejected", "request-dropped", "request-given-up", "attempt-failed"),
        *("incident-opened", "incident-reopened", "leavers-held-back", "late-confirmation"),
    )
)
"""Something is wrong: a triangle. What remains is done: a filled circle."""


class Mark(NamedTuple):
    """One entry: its middle, how it is drawn, what it says; `end` when it stands for many."""

    x: float
    y: float
    shape: str
    at: datetime
    text: str
    end: float | None


class Lane(NamedTuple):
    """What happened with one partner (None: the hub alone), from left to right."""

    partner: str | None
    y: float
    marks: tuple[Mark, ...]


class Tick(NamedTuple):
    """A moment on the axis; `day` when it is another than that of the tick before."""

    x: float
    at: datetime
    day: bool


class Picture(NamedTuple):
    """Everything that is drawn; `gaps` are the middles of long empty stretches."""

    width: int
    height: int
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    gaps: tuple[float, ...]


def drawn(entries: Sequence[TimelineEntry]) -> Picture:
    """Draw entries that are in order of time."""
    moments = sorted({at for entry in entries for at in (entry.at, entry.until) if at})
    places = _places(moments)
    partners = list(dict.fromkeys(entry.partner for entry in entries))
    lanes = tuple(
        Lane(
            partner,
            y := TOP + LANE * nth + LANE / 2,
            tuple(_mark(entry, y, places) for entry in entries if entry.partner == partner),
        )
        for nth, partner in enumerate(partners)
    )
    return Picture(
        width=WIDTH,
        height=TOP + LANE * len(lanes) + AXIS,
        lanes=lanes,
        ticks=tuple(_ticks(moments, places)),
        gaps=tuple(_gaps(moments, places)),
    )


def shape_of(what: str) -> str:
    """How an entry of this kind is drawn."""
    if what in TROUBLE:
        return "trouble"
    return "asked" if what in ASKS else "done"


def _places(moments: Sequence[datetime]) -> dict[datetime, float]:
    """Where each moment is; a single one is in the middle."""
    gaps = [log1p((after - before).total_seconds()) for before, after in pairwise(moments)]
    total = sum(gaps)
    if not total:
        return dict.fromkeys(moments, WIDTH / 2)
    x, places = float(MARGIN), {moments[0]: float(MARGIN)}
    for at, gap in zip(moments[1:], gaps, strict=True):
        x += gap / total * (WIDTH - 2 * MARGIN)
        places[at] = round(x, 1)
    return places


def _mark(entry: TimelineEntry, y: float, places: dict[datetime, float]) -> Mark:
    return Mark(
        x=places[entry.at],
        y=y,
        shape=shape_of(entry.what),
        at=entry.at,
        text=entry.text,
        end=places[entry.until] if entry.until else None,
    )


def _ticks(moments: Sequence[datetime], places: dict[datetime, float]) -> Iterable[Tick]:
    last: Tick | None = None
    for at in moments:
        if last is None or places[at] - last.x >= TICK_APART:
            last = Tick(places[at], at, last is None or last.at.date() != at.date())
            yield last


def _gaps(moments: Sequence[datetime], places: dict[datetime, float]) -> Iterable[float]:
    for before, after in pairwise(moments):
        if (after - before).total_seconds() >= LONG_SECONDS:
            yield round((places[before] + places[after]) / 2, 1)

"""The three lanes of a partner as the gateway holds them: who is next, and what is dealt with."""

from __future__ import annotations

from bisect import insort
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aanspraak.domain import lanes

if TYPE_CHECKING:
    from aanspraak.application.messages import Message

WEIGHTS: Final = {lanes.PROMPT: 6, lanes.BULK: 3, lanes.REFRESH: 1}
"""How the requests to a partner are shared between lanes that all have something to send."""

FEW: Final = 100
"""With fewer messages of a lane at hand than this, more are fetched."""
WINDOW_LIMIT: Final = 1_000
"""With so many of a lane not dealt with, nothing more of it is fetched."""


@dataclass(kw_only=True, eq=False)
class Waiting:
    """A message that may go now; `offset` is its place in the channel, unless it was parked."""

    message: Message
    attempts: int = 0
    rung: int = 0
    offset: int | None = None
    probing: bool = False


class FairLanes:
    """Messages that may go now. A lane with nothing in it gives its share to the others.

    Smooth weighted round robin: the prompt lane never waits for the bulk of another, and no lane
    waits for ever.
    """

    def __init__(self) -> None:
        self._lanes: dict[str, deque[Waiting]] = {lane: deque() for lane in WEIGHTS}
        self._credit = dict.fromkeys(WEIGHTS, 0)
        self._again = 0

    def __bool__(self) -> bool:
        return any(self._lanes.values())

    def has_few(self, lane: str) -> bool:
        """Whether this lane is to be filled up; that another has many is no reason to wait."""
        return len(self._lanes[lane]) < FEW

    @property
    def has_few_again(self) -> bool:
        """Whether few of all these were parked before."""
        return self._again < FEW

    def add(self, waiting: Waiting) -> None:
        """Put it at the end of its lane."""
        self._lanes[waiting.message.lane].append(waiting)
        self._again += waiting.offset is None

    def take(self) -> Waiting:
        """The next one; raises ValueError when there is none."""
        busy = [lane for lane, waiting in self._lanes.items() if waiting]
        for lane in busy:
            self._credit[lane] += WEIGHTS[lane]
        chosen = max(busy, key=self._credit.__getitem__)
        self._credit[chosen] -= sum(WEIGHTS[lane] for lane in busy)
        waiting = self._lanes[chosen].popleft()
        self._again -= waiting.offset is None
        return waiting


@dataclass(kw_only=True)
class Window:
    """The part of a lane that was received: up to where all is dealt with.

    `acknowledged` is what the channel knows, `received` the last offset that came in. `more` is:
    there may be something after that.
    """

    acknowledged: int
    received: int = field(init=False)
    more: bool = True
    _upto: int = field(init=False)
    _open: deque[int] = field(default_factory=deque, init=False)
    _closed: list[int] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.received = self._upto = self.acknowledged

    @property
    def is_full(self) -> bool:
        """Whether so much waits behind one slow request that the rest may stay in the channel."""
        return len(self._open) >= WINDOW_LIMIT

    def go_to(self, offset: int) -> None:
        """Receive again from after an offset; nothing of the lane is open or being recorded."""
        self._open.clear()
        self._closed.clear()
        self.received = offset
        self.more = True

    def open(self, offset: int) -> None:
        """A message came in."""
        self._open.append(offset)
        self.received = offset

    def close(self, offset: int) -> None:
        """A message is dealt with: it has an outcome, or is parked."""
        insort(self._closed, offset)

    def dealt_with(self) -> int | None:
        """The offset to acknowledge, if there is a new one: set `acknowledged` when it is known."""
        closed = 0
        while self._open and closed < len(self._closed) and self._open[0] == self._closed[closed]:
            self._upto = self._open.popleft()
            closed += 1
        del self._closed[:closed]
        return self._upto if self._upto != self.acknowledged else None

"""The flow to one partner: which messages are at hand, and what of them is recorded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from adapters.eduv.lanes import FairLanes, Waiting
from adapters.eduv.way import Way
from adapters.postgres.exchange_record import Entry, Outcome, Parking

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.application.messages import Message
    from aanspraak.application.ports import Channel
    from aanspraak.application.reachability import Patience
    from adapters.eduv.clock import Clock
    from adapters.eduv.lanes import Window
    from adapters.eduv.partner_client import Answer
    from adapters.eduv.people import People
    from adapters.eduv.recorder import Desk, Recorder
    from adapters.postgres.parked import Parked
    from projections.partners import Partner


class Consents(Protocol):
    """Whether schools consent, at this moment; `LoggedConsents` knows."""

    async def holds(self, portal: str, school_id: UUID) -> bool:
        """Whether a school consents to what goes to a portal."""
        ...


class Courier(Protocol):
    """The way of a message out of the hub; `PartnerClient` and `Couriers` are such."""

    async def put(self, partner: Partner, message: Message, body: bytes) -> Answer:
        """Send a message, its person filled in. Never raises for what a partner does."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """What the flows of a gateway share. `concurrency` is how many requests one partner gets."""

    desk: Desk
    channel: Callable[[AsyncConnection[Any]], Channel]
    recorder: Recorder
    courier: Courier
    people: People
    consents: Consents
    patience: Patience
    clock: Clock
    concurrency: int


class Flow:
    """Messages at hand for one partner.

    One message per key is at hand at a time, from when it is fetched until what came of it is
    recorded. `stirred` says: look whether there is something to fetch, to acknowledge or to heed.
    """

    def __init__(self, partner: Partner, tools: Tools) -> None:
        self.partner = partner
        self.tools = tools
        self.way = Way(partner.partner, tools.patience, self.enter)
        self.ready = FairLanes()
        self.at_hand: set[UUID] = set()
        self.windows: dict[str, Window] = {}
        self.stirred = asyncio.Event()
        self.parked_changed = True
        self.row_changed = False
        self._go = asyncio.Event()
        self._stopping = False
        self._unrecorded = 0
        self._all_recorded = asyncio.Event()
        self._all_recorded.set()

    def news(self) -> None:
        """There may be new messages, or somebody wrote about this flow."""
        for window in self.windows.values():
            window.more = True
        self.row_changed = True
        self.let_go()

    def let_go(self) -> None:
        """A parked message may have been let go."""
        self.parked_changed = True
        self.stirred.set()

    def go(self) -> None:
        """Something may be sent that could not before."""
        self._go.set()

    def stop(self) -> None:
        """Begin nothing new; what is under way is finished."""
        self._stopping = True
        self._go.set()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is at hand, nor to be recorded."""
        return not self.at_hand and not self._unrecorded

    @property
    def is_stopping(self) -> bool:
        """Whether nothing new is to be begun."""
        return self._stopping

    async def all_recorded(self) -> None:
        """Wait until nothing is left to be recorded."""
        await self._all_recorded.wait()

    def offer(self, waiting: Waiting) -> None:
        """This may go now."""
        self.at_hand.add(waiting.message.key)
        self.ready.add(waiting)

    async def next(self) -> Waiting | None:
        """The next message to send, as soon as one may go; None when the flow stops."""
        while not self._stopping:
            if self.ready and self._may_send():
                return self._take()
            self._go.clear()
            await self._go.wait()
        return None

    def enter(self, entry: Entry, done: Callable[[], None] | None = None) -> None:
        """Have this recorded; `done` is called when it is."""
        self._unrecorded += 1
        self._all_recorded.clear()
        self.tools.recorder.put(entry, partial(self._recorded, entry, done))

    def put_aside(self, parked: Parked, offset: int) -> None:
        """Park a message that came out of the channel and cannot go yet."""
        self.enter(Parking(parked=parked), partial(self._close, parked.message.lane, offset))

    def finish(self, waiting: Waiting, entry: Entry) -> None:
        """Have what came of a message recorded; then the next of its key may be at hand."""
        self.enter(entry, partial(self._finished, waiting))

    def _may_send(self) -> bool:
        """What cannot be recorded must not be sent either."""
        return self.tools.recorder.has_room and self.way.may_send(self.tools.clock.now())

    def _take(self) -> Waiting:
        waiting = self.ready.take()
        waiting.probing = self.way.send()
        lane = waiting.message.lane
        if (self.windows[lane].more and self.ready.has_few(lane)) or (
            self.parked_changed and self.ready.has_few_again
        ):
            self.stirred.set()
        return waiting

    def _finished(self, waiting: Waiting) -> None:
        self.at_hand.discard(waiting.message.key)
        if waiting.offset is not None:
            self._close(waiting.message.lane, waiting.offset)

    def _close(self, lane: str, offset: int) -> None:
        self.windows[lane].close(offset)

    def _recorded(self, entry: Entry, done: Callable[[], None] | None) -> None:
        self._unrecorded -= 1
        if not self._unrecorded:
            self._all_recorded.set()
        if done is not None:
            done()
        if not isinstance(entry, Outcome):
            self.parked_changed = True
        self.stirred.set()

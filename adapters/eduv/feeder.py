"""Feeding a flow: from its lanes and from what is parked, in the order of the numbers."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog

from aanspraak.application.ports import ChannelAway, LanesLost
from aanspraak.domain.lanes import LANES
from adapters.eduv.delivery import work
from adapters.eduv.lanes import Waiting, Window
from adapters.postgres.flows import read_flow, sought, waits
from adapters.postgres.parked import BEHIND, Parked, Progress, progress
from adapters.postgres.parked_due import Due, due, next_due_at, probe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.application.ports import Channel, Received
    from adapters.eduv.flow import Flow

BATCH: Final = 250
LOOK_SECONDS: Final = 5.0
"""How often a flow looks without being woken."""
MEASURED_EVERY: Final = timedelta(minutes=1)
AWAY_SECONDS: Final = 1.0
"""How often a flow that has not begun looks whether the channel is there."""

log = structlog.get_logger(__name__)


async def serve(flow: Flow) -> None:
    """Serve a partner until the flow stops; what is under way then is finished and recorded."""
    feeder = Feeder(flow)
    await feeder.begin()
    async with asyncio.TaskGroup() as tasks:
        feeding = tasks.create_task(feeder.run())
        workers = [tasks.create_task(work(flow)) for _ in range(flow.tools.concurrency)]
        await asyncio.wait(workers)
        feeding.cancel()
    await flow.all_recorded()
    await feeder.end()


class Feeder:
    """Fetches what may go, parks what may not yet, and acknowledges what is dealt with."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._tools = flow.tools
        self._partner = flow.partner.partner
        self._next_due_at: datetime | None = None
        self._looked_at = flow.tools.clock.now()
        self._seek_to: datetime | None = None
        self._lanes_lost = False
        self._waiting_since: datetime | None = None
        self._measured_at: datetime | None = None

    async def begin(self) -> None:
        """Take up where the last gateway that served this partner was."""
        while not await self._has_begun():  # noqa: ASYNC110 - nobody tells that a channel is back
            await asyncio.sleep(AWAY_SECONDS)

    async def _has_begun(self) -> bool:
        """Whether the channel said how far that was; the flow may be told to stop meanwhile."""
        async with self._tools.desk.sit() as conn:
            row = await read_flow(conn, self._partner)
            self._flow.way.restore(row)
            self._seek_to, self._waiting_since = row.seek_to, row.waiting_since
            try:
                await self._take_up(self._tools.channel(conn))
            except ChannelAway:
                return self._flow.is_stopping
        return True

    async def _take_up(self, channel: Channel) -> None:
        for lane in LANES:
            offset = await channel.acknowledged(self._partner, lane)
            self._flow.windows[lane] = Window(acknowledged=offset)
        self._lanes_lost = False

    async def run(self) -> None:
        """Look, and rest until stirred, until it is time for something, or for a few seconds."""
        while True:
            self._flow.stirred.clear()
            await self._look()
            self._flow.go()
            await self._rest()

    async def end(self) -> None:
        """Acknowledge the last of what is dealt with."""
        async with self._tools.desk.sit() as conn:
            await self._acknowledge(self._tools.channel(conn))

    async def _look(self) -> None:
        flow = self._flow
        async with self._tools.desk.sit() as conn:
            channel = self._tools.channel(conn)
            if flow.row_changed:
                flow.row_changed = False
                row = await read_flow(conn, self._partner)
                flow.way.told(row)
                self._seek_to = row.seek_to
            self._looked_at = self._tools.clock.now()
            flow.way.listen(self._looked_at)
            if flow.is_idle:
                await self._go_elsewhere(conn, channel)
            if flow.way.may_send(self._looked_at) and not (self._seek_to or self._lanes_lost):
                await self._fetch(conn, channel)
            await self._acknowledge(channel)
            await self._measure(conn, channel)

    async def _measure(self, conn: AsyncConnection[Any], channel: Channel) -> None:
        """Since when the oldest message waits, however long the partner is paused or away."""
        at = self._measured_at
        if self._lanes_lost or (at is not None and self._looked_at < at + MEASURED_EVERY):
            return
        with self._while_it_is_there():
            since = [await channel.waiting_since(self._partner, lane) for lane in LANES]
            oldest = min((one for one in since if one is not None), default=None)
            if oldest != self._waiting_since:
                await waits(conn, self._partner, oldest)
            self._waiting_since, self._measured_at = oldest, self._looked_at

    async def _go_elsewhere(self, conn: AsyncConnection[Any], channel: Channel) -> None:
        """Where an operator wants it, or where a lane begins that was lost."""
        with self._while_it_is_there():
            if self._lanes_lost:
                await self._take_up(channel)
            if self._seek_to is not None:
                await self._seek(conn, channel, self._seek_to)

    async def _seek(self, conn: AsyncConnection[Any], channel: Channel, moment: datetime) -> None:
        """Look again at what was sent since then; how far a lane was dealt with stays."""
        for lane, window in self._flow.windows.items():
            window.go_to(await channel.sent_before(self._partner, lane, moment))
        await sought(conn, self._partner, moment)
        self._seek_to = None

    async def _rest(self) -> None:
        """What became due since the last look ends it at once."""
        seen = self._looked_at
        moments = [self._next_due_at, self._flow.way.next_moment(seen)]
        moment = min((one for one in moments if one is not None and one > seen), default=None)
        waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._flow.stirred.wait())]
        if moment is not None:
            waits.append(asyncio.ensure_future(self._tools.clock.sleep_until(moment)))
        try:
            done, _ = await asyncio.wait(
                waits, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for wait in waits:
                wait.cancel()
        if not done:
            self._flow.news()

    async def _acknowledge(self, channel: Channel) -> None:
        """When the channel is away, it is told the next time."""
        if self._lanes_lost:
            return
        with self._while_it_is_there():
            for lane, window in self._flow.windows.items():
                if (offset := window.dealt_with()) is not None:
                    await channel.acknowledge(self._partner, lane, offset)
                    window.acknowledged = offset

    async def _fetch(self, conn: AsyncConnection[Any], channel: Channel) -> None:
        """While the partner is unreachable: one to try it with."""
        flow = self._flow
        if not flow.way.is_unreachable:
            await self._fetch_due(conn)
            await self._receive(conn, channel)
            return
        if not flow.ready:
            await self._receive(conn, channel)
        if not flow.ready:
            await self._fetch_probe(conn)

    async def _fetch_due(self, conn: AsyncConnection[Any]) -> None:
        flow, now = self._flow, self._looked_at
        overdue = self._next_due_at is not None and self._next_due_at <= now
        if not (flow.parked_changed or overdue) or not flow.ready.has_few_again:
            return
        found = await due(conn, self._partner, now, in_hand=flow.at_hand, limit=BATCH)
        for one in found:
            flow.offer(_again(one))
        flow.parked_changed = len(found) == BATCH
        self._next_due_at = await next_due_at(conn, self._partner, now)

    async def _fetch_probe(self, conn: AsyncConnection[Any]) -> None:
        one = await probe(conn, self._partner, self._looked_at, in_hand=self._flow.at_hand)
        if one is not None:
            self._flow.offer(_again(one))

    async def _receive(self, conn: AsyncConnection[Any], channel: Channel) -> None:
        """When the channel is away, what is parked goes on without it."""
        with self._while_it_is_there():
            await self._receive_lanes(conn, channel)

    @contextmanager
    def _while_it_is_there(self) -> Iterator[None]:
        """When lanes are lost they are taken up anew, as soon as nothing of the old is at hand."""
        try:
            yield
        except LanesLost:
            log.warning("lanes.lost", partner=self._partner)
            self._lanes_lost = True
            self._flow.stirred.set()
        except ChannelAway:
            return

    async def _receive_lanes(self, conn: AsyncConnection[Any], channel: Channel) -> None:
        for lane, window in self._flow.windows.items():
            if not window.more or window.is_full or not self._flow.ready.has_few(lane):
                continue
            received = await channel.receive(self._partner, lane, window.received, BATCH)
            window.more = len(received) == BATCH
            if received:
                keys = {one.message.key for one in received}
                self._sort(window, received, await progress(conn, self._partner, keys))

    def _sort(
        self, window: Window, received: Sequence[Received], known: dict[UUID, Progress]
    ) -> None:
        """One goes when the one before has an outcome; what was seen before is dealt with."""
        for one in received:
            message = one.message
            window.open(one.offset)
            at = known[message.key]
            if message.number <= at.done or message.number in at.parked:
                window.close(one.offset)
            elif message.follows <= at.done and message.key not in self._flow.at_hand:
                self._flow.offer(Waiting(message=message, offset=one.offset))
            else:
                self._flow.put_aside(Parked(message=message, reason=BEHIND), one.offset)


def _again(one: Due) -> Waiting:
    return Waiting(message=one.message, attempts=one.attempts, rung=one.rung)

"""Records what the flows saw, in groups, over the one connection that also holds their leases."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple, assert_never

import psycopg
import structlog

from adapters.postgres.exchange_record import Entry, Outcome, Parking, Turn, record
from adapters.postgres.failure import what_went_wrong
from adapters.postgres.parked import GAVE_UP, Parked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection

    from psycopg import AsyncConnection

    from adapters.eduv.clock import Clock
    from adapters.security.cipher import Cipher

GATHER_SECONDS: Final = 0.05
GROUP_LIMIT: Final = 500
UNRECORDED_LIMIT: Final = 1_000
"""So much may be sent that is not recorded yet; the rest waits for the database to keep up."""
TRIES: Final = 5
PAUSE_SECONDS: Final = 0.2

log = structlog.get_logger(__name__)


class Desk:
    """One connection for several tasks: who uses it has it alone."""

    def __init__(self, conn: AsyncConnection[Any]) -> None:
        self._conn = conn
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def sit(self) -> AsyncIterator[AsyncConnection[Any]]:
        """Lend the connection as soon as it is free."""
        async with self._turn:
            yield self._conn


class _Entered(NamedTuple):
    entry: Entry
    done: Callable[[], None]


class Recorder:
    """A queue that is emptied about every 50 ms in one transaction.

    After each, `told` is called with the partners for which a parked message was let go.
    What is in it when the process dies is sent again, with the same reference ids.
    """

    def __init__(
        self, desk: Desk, cipher: Cipher, clock: Clock, told: Callable[[Collection[str]], None]
    ) -> None:
        self._desk = desk
        self._cipher = cipher
        self._clock = clock
        self._told = told
        self._queue: deque[_Entered] = deque()
        self._busy = 0
        self._some = asyncio.Event()

    @property
    def has_room(self) -> bool:
        """Whether more may be sent: what cannot be recorded must not be sent."""
        return len(self._queue) + self._busy < UNRECORDED_LIMIT

    def put(self, entry: Entry, done: Callable[[], None]) -> None:
        """Record this soon; `done` is called when it is committed."""
        self._queue.append(_Entered(entry, done))
        self._some.set()

    async def run(self) -> None:
        """Record until cancelled; raises psycopg.Error when the database does not go along."""
        while True:
            await self._some.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._some.clear()
            while self._queue:
                await self._record_group()

    async def _record_group(self) -> None:
        size = min(len(self._queue), GROUP_LIMIT)
        group = [self._queue.popleft() for _ in range(size)]
        self._busy = size
        released = await self._persistently([entered.entry for entered in group])
        self._busy = 0
        for entered in group:
            entered.done()
        self._told(released)

    async def _persistently(self, entries: list[Entry]) -> set[str]:
        """A lock that was not free is tried again; a connection that is gone is not."""
        async with self._desk.sit() as conn:
            for _ in range(TRIES - 1):
                try:
                    return await self._record(conn, entries)
                except psycopg.OperationalError as error:
                    if conn.closed:
                        raise
                    log.warning("group.failed", **what_went_wrong(error))
                await asyncio.sleep(PAUSE_SECONDS)
            return await self._record(conn, entries)

    async def _record(self, conn: AsyncConnection[Any], entries: list[Entry]) -> set[str]:
        """When it fails, halve it until the culprit is alone, and lay its message aside."""
        now = self._clock.now()
        try:
            return await record(conn, self._cipher, entries, now)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever one stream is, the others go on
            if len(entries) == 1:
                return await record(conn, self._cipher, [_laid_aside(entries[0], error)], now)
        half = len(entries) // 2
        first = await self._record(conn, entries[:half])
        return first | await self._record(conn, entries[half:])


def _laid_aside(entry: Entry, error: Exception) -> Parking:
    """Nothing is known to have come of the message; its key waits until somebody has looked."""
    match entry:
        case Outcome():
            message = entry.message
        case Parking():
            message = entry.parked.message
        case Turn():
            raise error
        case _:
            assert_never(entry)
    log.error("exchange.gave_up", stream=str(message.key), **what_went_wrong(error))
    return Parking(parked=Parked(message=message, reason=GAVE_UP, error=type(error).__name__))

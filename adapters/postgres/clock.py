"""The clock: the only follower that looks at the time, and asks for what time brings about."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import psycopg
import structlog

from aanspraak.domain.calendar_days import day_of
from adapters.postgres.clock_incidents import ended, of_partners
from adapters.postgres.connection import connect
from adapters.postgres.group_commit import commit_group
from adapters.postgres.pauses import end_pauses
from adapters.postgres.pool_clock import due_for_open_orders
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from psycopg import AsyncConnection

TICK_SECONDS: Final = 10.0

log = structlog.get_logger(__name__)


@dataclass(kw_only=True)
class Clock:
    """One process at a time ticks; another waits for its turn.

    `overdue_seconds` is how long a partner may take for the confirmation of a message that it took,
    unless it was registered with a time of its own.
    """

    url: str
    overdue_seconds: float
    now: Callable[[], datetime]
    tick_seconds: float = TICK_SECONDS
    _ended_on: date | None = field(default=None, init=False)

    async def run(self) -> None:
        """Tick until cancelled; a lost connection is opened again at the next tick."""
        while True:
            try:
                async with await connect(self.url, "clock") as conn:
                    await self._wait_for_turn(conn)
                    log.info("follower.started", follower="clock")
                    while True:
                        await self.tick(conn)
                        await asyncio.sleep(self.tick_seconds)
            except psycopg.Error as error:
                log.warning("connection.lost", follower="clock", reason=type(error).__name__)
            await asyncio.sleep(self.tick_seconds)

    async def tick(self, conn: AsyncConnection[Any]) -> None:
        """Open what has become overdue, and close what no longer is; once a day what is over.

        A pause whose planned end has come is ended.
        """
        now, today = self.now(), day_of(self.now())
        await end_pauses(conn, now)
        await commit_group(conn, await of_partners(conn, now, self.overdue_seconds))
        await commit_group(conn, await due_for_open_orders(conn, now))
        if today != self._ended_on:
            await commit_group(conn, await ended(conn, now, today))
            self._ended_on = today

    async def _wait_for_turn(self, conn: AsyncConnection[Any]) -> None:
        while True:
            row = await (await conn.execute(load("follower")["try_lock"], ("clock",))).fetchone()
            if row and row[0]:
                return
            await asyncio.sleep(self.tick_seconds)

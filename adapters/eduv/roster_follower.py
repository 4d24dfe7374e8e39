"""Following rosters: every followed school is pulled on its schedule, and at once when told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import psycopg
import structlog

from adapters.eduv.roster import TakeFailed
from adapters.postgres import roster_wanted
from adapters.postgres.connection import connect
from adapters.postgres.queries import load
from adapters.postgres.roster_desk import Asker
from adapters.postgres.vault import VaultBusy

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from uuid import UUID

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from adapters.eduv.roster import RosterPuller
    from adapters.eduv.roster_subscriptions import Subscriptions
    from adapters.postgres.roster_wanted import DueSchool

NAME: Final = "roster"
TICK_SECONDS: Final = 2.0
FIRST_PAUSE: Final = timedelta(minutes=1)
CONSENT_PAUSE: Final = timedelta(minutes=5)

log = structlog.get_logger(__name__)


@dataclass(kw_only=True)
class RosterFollower:
    """One process at a time follows; another waits for its turn.

    An administration is asked for at most `concurrency` schools at once; one that is slow keeps
    nobody waiting but its own schools. `every` is the schedule.
    """

    url: str
    connections: AsyncConnectionPool[AsyncConnection[Any]]
    puller: RosterPuller
    subscriptions: Subscriptions
    every: timedelta
    concurrency: int
    now: Callable[[], datetime]
    tick_seconds: float = TICK_SECONDS
    _pulling: dict[UUID, str] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Follow until cancelled; a lost connection is opened again at the next tick."""
        try:
            while True:
                try:
                    async with await connect(self.url, NAME) as conn:
                        await self._wait_for_turn(conn)
                        log.info("follower.started", follower=NAME)
                        while True:
                            await self.tick(conn)
                            await asyncio.sleep(self.tick_seconds)
                except psycopg.Error as error:
                    log.warning("connection.lost", follower=NAME, reason=type(error).__name__)
                await asyncio.sleep(self.tick_seconds)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def tick(self, conn: AsyncConnection[Any]) -> None:
        """Begin what is due, without waiting for its end; raises what a task did not expect."""
        self._reap()
        for provider, caught_up_to in (await roster_wanted.providers(conn)).items():
            if self.subscriptions.due(provider):
                self._begin(self.subscriptions.subscribe(provider, caught_up_to))
        now = self.now()
        due = await roster_wanted.due(
            conn, now, now - self.every, tuple(self._pulling), self.concurrency
        )
        for school in due:
            if list(self._pulling.values()).count(school.provider) < self.concurrency:
                self._pulling[school.school_id] = school.provider
                self._begin(self._pull(school))

    async def settled(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)
            self._reap()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.add(asyncio.create_task(work))

    def _reap(self) -> None:
        done = {task for task in self._tasks if task.done()}
        self._tasks -= done
        for task in done:
            task.result()

    async def _pull(self, school: DueSchool) -> None:
        began = self.now()
        story = f"roster/{began.isoformat()}"
        asker = Asker(actor=NAME, party=school.provider, correlation_id=story)
        try:
            await self.puller.pull(school, asker)
        except TakeFailed as failed:
            await self._put_off(school.school_id, failed)
        except (psycopg.OperationalError, VaultBusy) as error:
            # It is due still; nothing was taken.
            log.warning("attempt.failed", follower=NAME, reason=type(error).__name__)
        else:
            async with self.connections.connection() as conn:
                await roster_wanted.dealt_with(conn, school.school_id, began)
        finally:
            del self._pulling[school.school_id]

    async def _put_off(self, school_id: UUID, failed: TakeFailed) -> None:
        """A minute, and twice as long each time, up to the schedule; Retry-After is obeyed.

        Whether a school consents costs nobody a call, so that is asked every five minutes.
        """
        pause = min(FIRST_PAUSE * 2 ** min(failed.failures - 1, 20), self.every)
        if failed.reason == "no-consent":
            pause = CONSENT_PAUSE
        pause = max(pause, failed.retry_after or timedelta())
        async with self.connections.connection() as conn:
            await roster_wanted.look_again(conn, school_id, self.now() + pause)

    async def _wait_for_turn(self, conn: AsyncConnection[Any]) -> None:
        while True:
            row = await (await conn.execute(load("follower")["try_lock"], (NAME,))).fetchone()
            if row and row[0]:
                return
            await asyncio.sleep(self.tick_seconds)

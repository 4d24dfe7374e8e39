"""The clock: the only follower that looks at the time, and asks for what time brings about."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import psycopg
import structlog

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.incident.commands import OpenIncident
from aanspraak.domain.status_codes import ENTITLEMENT_OTHER
from adapters.postgres.connection import connect
from adapters.postgres.group_commit import commit_group
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from psycopg import AsyncConnection

ACTOR: Final = "clock"
TICK_SECONDS: Final = 10.0

log = structlog.get_logger(__name__)


@dataclass(kw_only=True)
class Clock:
    """One process at a time ticks; another waits for its turn.

    `overdue_seconds` is how long a partner may take for the confirmation of a message that it took.
    """

    url: str
    overdue_seconds: float
    now: Callable[[], datetime]
    tick_seconds: float = TICK_SECONDS

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
        """One incident per partner and day since when; what is open is not opened again."""
        now = self.now()
        before = now - timedelta(seconds=self.overdue_seconds)
        cursor = await conn.execute(load("clock")["overdue_partners"], {"before": before})
        overdue = [_overdue(partner, since, now) for partner, since in await cursor.fetchall()]
        await commit_group(conn, overdue)

    async def _wait_for_turn(self, conn: AsyncConnection[Any]) -> None:
        while True:
            row = await (await conn.execute(load("follower")["try_lock"], ("clock",))).fetchone()
            if row and row[0]:
                return
            await asyncio.sleep(self.tick_seconds)


def _overdue(partner: str, since: datetime, now: datetime) -> Submission:
    concerning = f"{partner} since {since:%Y-%m-%d}"
    command = OpenIncident(
        party=partner,
        code=ENTITLEMENT_OTHER,
        kind="confirmation-overdue",
        concerning=concerning,
    )
    return Submission(
        stream_id=ids.incident_stream(partner, ENTITLEMENT_OTHER, concerning),
        command=command,
        actor=ACTOR,
        correlation_id=f"clock/{now.isoformat()}",
        causation_id=f"clock/{now.isoformat()}/{partner}",
    )

"""The nightly comparison with our partners: once a night, one process at a time, resumed by day.

The vault is swept first.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

import psycopg
import structlog

from aanspraak.domain.calendar_days import AMSTERDAM
from adapters.postgres.connection import connect
from adapters.postgres.queries import load
from adapters.postgres.reconciliations import clear
from adapters.postgres.vault_sweep import sweep_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg import AsyncConnection

    from adapters.eduv.reconcile import Reconciler
    from adapters.postgres.reconciliations import Kind

NAME: Final = "reconcile"
TICK_SECONDS: Final = 30.0
TURN_SECONDS: Final = 2.0
"""How often a second process looks whether the first is gone."""
CATCH_UP: Final = timedelta(hours=6)
"""So long after its hour a night that was missed, or cut short, is still carried out."""
STILL_LIVE: Final = timedelta(days=7)
"""So long after its activation period an order is still compared: what is late has come by then."""
KEPT: Final = timedelta(days=90)
"""How long it is kept what nights found and registries said."""
KINDS: Final[tuple[Kind, ...]] = ("registry", "shop")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Nights:
    """Waits for the hour `at` (Europe/Amsterdam); a second process waits for the first to go."""

    url: str
    reconciler: Reconciler
    at: time
    now: Callable[[], datetime]
    tick_seconds: float = TICK_SECONDS

    async def run(self) -> None:
        """Look at the clock until cancelled; a lost connection is opened again at the next look."""
        while True:
            try:
                async with await connect(self.url, NAME) as conn:
                    await self._wait_for_turn(conn)
                    log.info("follower.started", follower=NAME)
                    while True:
                        await self._sweep(conn)
                        await self.tick()
                        # Were the connection lost, the turn would be another's.
                        await clear(conn, self.now() - KEPT)
                        await asyncio.sleep(self.tick_seconds)
            except psycopg.Error as error:
                log.warning("connection.lost", follower=NAME, reason=type(error).__name__)
            await asyncio.sleep(self.tick_seconds)

    async def tick(self) -> None:
        """Carry out what this night still needs, if it is its time."""
        night = night_of(self.now(), self.at)
        if night is None:
            return
        for kind in KINDS:
            await self.reconciler.run_night(kind, night, live_on=night - STILL_LIVE)

    async def _sweep(self, conn: AsyncConnection[Any]) -> None:
        """Before the comparison, which may take hours; busy as the vault may be, that goes on."""
        night = night_of(self.now(), self.at)
        if night is None:
            return
        try:
            swept = await sweep_of(conn, night)
        except psycopg.errors.LockNotAvailable:
            log.warning("vault.busy", follower=NAME)
        else:
            if swept is not None:
                log.info("vault.swept", **swept._asdict())

    async def _wait_for_turn(self, conn: AsyncConnection[Any]) -> None:
        while True:
            row = await (await conn.execute(load("follower")["try_lock"], (NAME,))).fetchone()
            if row and row[0]:
                return
            await asyncio.sleep(TURN_SECONDS)


def night_of(now: datetime, at: time) -> date | None:
    """The night that is on: it began at the latest `at`, and may be caught up with; or none."""
    local = now.astimezone(AMSTERDAM)
    day = local.date() if local.time() >= at else local.date() - timedelta(days=1)
    began = datetime.combine(day, at, tzinfo=AMSTERDAM)
    return day if now - began.astimezone(now.tzinfo) < CATCH_UP else None

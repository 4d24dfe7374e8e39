"""`follow catalogue`: asks the providers whose catalogue is followed, one after the other."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import psycopg
import structlog

from aanspraak.domain.partner.decide import CATALOGUE
from adapters.postgres.catalogues import BeingPulled, read_followed, read_pull
from adapters.postgres.connection import connect
from adapters.postgres.failure import what_went_wrong
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from psycopg import AsyncConnection

    from adapters.eduv.catalogue import CataloguePuller, Pulled
    from projections.partners import Partner

NAME: Final = "catalogue"
TICK_SECONDS: Final = 5.0

log = structlog.get_logger(__name__)


class Providers(Protocol):
    """Where it learns who has a catalogue; `Directory` knows."""

    async def partners(self, role: str | None = None) -> Sequence[Partner]:
        """The partners of a role."""
        ...


@dataclass(kw_only=True)
class CatalogueFollower:
    """One process at a time asks; another waits for its turn."""

    url: str
    providers: Providers
    puller: CataloguePuller
    now: Callable[[], datetime]
    tick_seconds: float = TICK_SECONDS

    async def run(self) -> None:
        """Ask until cancelled; after an error of the database all begins anew."""
        while True:
            try:
                async with await connect(self.url, f"follower {NAME}") as conn:
                    await self._wait_for_turn(conn)
                    log.info("follower.started", follower=NAME)
                    while True:
                        await self.tick(conn)
                        await asyncio.sleep(self.tick_seconds)
            except psycopg.Error as error:
                log.warning("connection.lost", follower=NAME, **what_went_wrong(error))
            await asyncio.sleep(self.tick_seconds)

    async def tick(self, conn: AsyncConnection[Any]) -> list[Pulled]:
        """Pull every catalogue whose time has come."""
        providers = {one.partner: one for one in await self.providers.partners(CATALOGUE)}
        followed = await read_followed(conn, providers)
        pulled = []
        for name, how in followed.items():
            row = await read_pull(conn, name)
            if row is not None and row.next_attempt_at > self.now():
                continue
            try:
                pulled.append(await self.puller.pull(conn, providers[name], how))
            except BeingPulled:
                log.info("catalogue.busy", partner=name)
        return pulled

    async def _wait_for_turn(self, conn: AsyncConnection[Any]) -> None:
        while True:
            row = await (await conn.execute(load("follower")["try_lock"], (NAME,))).fetchone()
            if row and row[0]:
                return
            await asyncio.sleep(self.tick_seconds)

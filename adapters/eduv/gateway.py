"""The gateway: serves the partners that get messages, sharing them with other gateways."""

from __future__ import annotations

import asyncio
import math
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

import psycopg
import structlog

from aanspraak.domain.partner.decide import MESSAGED
from adapters.eduv.clock import Clock, SystemClock
from adapters.eduv.feeder import serve
from adapters.eduv.flow import Consents, Courier, Flow, Tools
from adapters.eduv.people import People, References
from adapters.eduv.recorder import Desk, Recorder
from adapters.postgres.channel import SQL, PostgresChannel
from adapters.postgres.connection import connect
from adapters.postgres.failure import what_went_wrong
from adapters.postgres.flows import count_gateways, end_lease, join_gateways, lease

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from psycopg import AsyncConnection

    from aanspraak.application.ports import Channel
    from aanspraak.application.reachability import Patience
    from adapters.security.cipher import Cipher
    from projections.partners import Partner

TICK_SECONDS: Final = 2.0
"""How often a gateway looks for new partners, and for gateways that came or went."""
FIRST_PAUSE_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 5.0

log = structlog.get_logger(__name__)


class Partners(Protocol):
    """Where the gateway learns whom it serves; `Directory` knows."""

    async def partners(self) -> Sequence[Partner]:
        """All partners."""
        ...


@dataclass(kw_only=True)
class Gateway:
    """All it needs. Its lock, its bookkeeping and its facts are on one connection.

    So a gateway that has lost its database, and with it its partners, sends nothing any more.
    """

    url: str
    partners: Partners
    vault: References
    consents: Consents
    courier: Courier
    cipher: Cipher
    patience: Patience
    concurrency: int
    clock: Clock = field(default_factory=SystemClock)
    channel: Callable[[AsyncConnection[Any]], Channel] = PostgresChannel
    tick_seconds: float = TICK_SECONDS

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then finish what is under way.

        When the database goes away everything is dropped and begun anew from what it knows.
        """
        pause = FIRST_PAUSE_SECONDS
        while not stop.is_set():
            began = asyncio.get_running_loop().time()
            try:
                await self._connected(stop)
            except* psycopg.Error as errors:
                _report(errors)
            if asyncio.get_running_loop().time() - began > LONGEST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            await _set_within(stop, pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _connected(self, stop: asyncio.Event) -> None:
        async with AsyncExitStack() as connections:
            conn = await connections.enter_async_context(await connect(self.url, "gateway"))
            ears = await connections.enter_async_context(await connect(self.url, "gateway ears"))
            await join_gateways(conn)
            await ears.execute(SQL["listen"])
            await _Session(self, conn, ears).run(stop)


class _Session:
    """A gateway as long as its connections live."""

    def __init__(
        self, gateway: Gateway, conn: AsyncConnection[Any], ears: AsyncConnection[Any]
    ) -> None:
        self._gateway = gateway
        self._ears = ears
        self._desk = Desk(conn)
        self._flows: dict[str, Flow] = {}
        self._served: dict[str, asyncio.Task[None]] = {}
        self._recorder = Recorder(self._desk, gateway.cipher, gateway.clock, self._told)
        self._people = People(gateway.vault)
        self._tools = Tools(
            desk=self._desk,
            channel=gateway.channel,
            recorder=self._recorder,
            courier=gateway.courier,
            people=self._people,
            consents=gateway.consents,
            patience=gateway.patience,
            clock=gateway.clock,
            concurrency=gateway.concurrency,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until told to stop; an error of one task ends all of them."""
        log.info("follower.started", follower="gateway")
        async with asyncio.TaskGroup() as tasks:
            attending = [
                tasks.create_task(self._recorder.run()),
                tasks.create_task(self._people.run()),
                tasks.create_task(self._listen()),
            ]
            while not stop.is_set():
                await self._share(tasks)
                await _set_within(stop, self._gateway.tick_seconds)
            await self._leave(list(self._flows))
            for task in attending:
                task.cancel()
        log.info("follower.stopped", follower="gateway")

    async def _share(self, tasks: asyncio.TaskGroup) -> None:
        """Serve this gateway's share of the partners, neither more nor fewer."""
        known = {one.partner: one for one in await self._gateway.partners.partners()}
        served = {name: one for name, one in known.items() if _is_called(one)}
        async with self._desk.sit() as conn:
            share = math.ceil(len(served) / max(1, await count_gateways(conn)))
        for name, flow in self._flows.items():
            flow.partner = known.get(name, flow.partner)
        await self._leave(list(self._flows)[share:])
        for name in sorted(served.keys() - self._flows.keys()):
            if len(self._flows) < share and await self._lease(name):
                self._flows[name] = flow = Flow(served[name], self._tools)
                self._served[name] = tasks.create_task(serve(flow))

    async def _leave(self, names: Collection[str]) -> None:
        """Let others serve these partners, after what is under way has been recorded."""
        for name in names:
            self._flows[name].stop()
        for name in names:
            await self._served.pop(name)
            del self._flows[name]
            async with self._desk.sit() as conn:
                await end_lease(conn, name)

    async def _lease(self, name: str) -> bool:
        async with self._desk.sit() as conn:
            return await lease(conn, name)

    async def _listen(self) -> None:
        async for notice in self._ears.notifies():
            if notice.payload in self._flows:
                self._flows[notice.payload].news()

    def _told(self, released: Collection[str]) -> None:
        """Something was recorded, so there is room to send more."""
        for name, flow in self._flows.items():
            if name in released:
                flow.let_go()
            flow.go()


def _is_called(partner: Partner) -> bool:
    """Whoever has a Consent API is told about consents, and some roles of nothing else."""
    reached = partner.url or partner.public_key
    return bool(partner.consent_url or (reached and partner.role in MESSAGED))


async def _set_within(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


def _report(errors: BaseExceptionGroup[psycopg.Error]) -> None:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    log.warning("connection.lost", follower="gateway", **what_went_wrong(error))

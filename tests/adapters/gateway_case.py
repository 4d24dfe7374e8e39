"""A gateway on a real database, partners that do as they are told, and a clock that is set."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from aanspraak.application.handle import Submission
from aanspraak.application.messages import Message
from aanspraak.application.ports import Channel
from aanspraak.application.reachability import Patience
from aanspraak.domain import ids
from aanspraak.domain.entitlement.commands import CreateEntitlement, RequestLinks
from aanspraak.domain.lanes import LANES
from aanspraak.domain.recorded import Recorded
from adapters.bootstrap.couriers import Couriers
from adapters.eduv.gateway import Gateway
from adapters.eduv.partner_client import PartnerClient
from adapters.kafka.channel import KafkaLanes
from adapters.kafka.letters import Letters
from adapters.postgres.channel import SQL as CHANNEL
from adapters.postgres.channel import PostgresChannel
from adapters.postgres.connection import connect
from adapters.postgres.consent_log import LoggedConsents
from adapters.postgres.event_log import read_after
from adapters.postgres.failed_messages import let_go
from adapters.postgres.group_commit import commit_group
from adapters.postgres.jobs import Item
from adapters.postgres.publisher import Publisher
from adapters.postgres.vault import Vault
from adapters.security.token_client import TokenEndpoint, TokenUnavailable
from projections.partners import Partner
from tests.adapters.partner_case import PartnerServer
from tests.adapters.vault_case import keys, open_vault, pupil
from tests.contracts.waiting import until
from tests.domain.consents import SETTLE, TO_PORTAL
from tests.domain.entitlements import CREATE, ENTITLED, create

NOON = datetime(2026, 8, 24, 12, tzinfo=UTC)
AS_RUNTIME = "?options=-c%20role%3Daanspraak_runtime"
MINUTE = timedelta(minutes=1)
PATIENCE = Patience(
    ladder=(MINUTE, 5 * MINUTE, 60 * MINUTE, 24 * 60 * MINUTE),
    probe=15 * MINUTE,
    unreachable_after=5,
)
ECK_ID = "https://ketenid.nl/201703/" + "0123456789abcdef" * 8


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep_until(self, moment: datetime) -> None:
        if moment > self._now:
            sleeper = asyncio.get_running_loop().create_future()
            self._sleepers.append((moment, sleeper))
            await sleeper

    def advance(self, by: timedelta) -> None:
        self._now += by
        for moment, sleeper in self._sleepers:
            if moment <= self._now and not sleeper.done():
                sleeper.set_result(None)


@dataclass
class SimpleTokens:
    """A token per partner, numbered; `away` gives none."""

    given: int = 1
    away: bool = False

    async def token(self, endpoint: TokenEndpoint) -> str:
        if self.away:
            raise TokenUnavailable(endpoint.partner, "away")
        return f"{endpoint.partner}-{self.given}"

    def invalidate(self, endpoint: TokenEndpoint, token: str) -> None:
        if token == f"{endpoint.partner}-{self.given}":
            self.given += 1


@dataclass
class Known:
    """The partners there are."""

    servers: Sequence[PartnerServer]

    async def partners(self) -> list[Partner]:
        return [server.partner for server in self.servers if server.registered]


@dataclass(kw_only=True)
class Hub:
    """A database with a log, a vault and a channel, and gateways on it."""

    url: str
    conn: AsyncConnection[Any]
    vault: Vault
    clock: SetClock = field(default_factory=SetClock)
    tokens: SimpleTokens = field(default_factory=SimpleTokens)
    person: UUID = field(default_factory=uuid4)
    subject: UUID = field(default_factory=uuid4)
    lanes: KafkaLanes | None = None
    """The channel on Kafka; None: in the database."""
    _read: int = 0

    def channel(self, conn: AsyncConnection[Any]) -> Channel:
        return PostgresChannel(conn) if self.lanes is None else self.lanes.on(conn)

    async def sent_to(self, partner: str) -> list[Message]:
        """All messages that went into the channel for a partner, lane by lane."""
        channel = self.channel(self.conn)
        received = [await channel.receive(partner, lane, 0, 1_000) for lane in LANES]
        return [one.message for lane in received for one in lane]

    async def lose_acknowledgements(self, partner: str) -> None:
        """As after a crash between what was recorded and its acknowledgement."""
        if self.lanes is None:
            await self.conn.execute("DELETE FROM channel.offsets")
            return
        with self.lanes.cluster.admin() as admin:
            admin.delete_groups([f"{self.lanes.cluster.prefix}.gateway.{partner}"])
        self.lanes.reader.close()

    async def let_go(self, partner: str, *keys: UUID) -> int:
        """What a job that sends again does with what is parked; how many that were."""
        items = [Item(nr, partner, key, None) for nr, key in enumerate(keys)]
        async with self.conn.transaction():
            free = await let_go(self.conn, items, self.clock.now())
            await self.conn.execute(CHANNEL["wake"], {"partners": [partner]})
        return len(free)

    async def entitle(self, registry: str, count: int = 1, **changes: object) -> list[UUID]:
        """Create entitlements of this hub's person at a registry, and publish the requests."""
        order = ids.order_stream(uuid4())
        commands = [
            create(
                order=order,
                registry=registry,
                turn=turn,
                **{"subject_id": self.subject, "user_reference_id": self.person, **changes},
            )
            for turn in range(1, count + 1)
        ]
        streams = [
            ids.entitlement_id(command.order, command.subject_id, command.turn)
            for command in commands
        ]
        await self.ask(*zip(streams, commands, strict=True))
        return streams

    async def ask(self, *commands: tuple[UUID, CreateEntitlement | object]) -> None:
        """Carry out commands, and publish what follows."""
        submissions = [
            Submission(
                stream_id=stream_id,
                command=command,
                actor="tester",
                correlation_id="story",
                causation_id=str(uuid4()),
            )
            for stream_id, command in commands
        ]
        for result in await commit_group(self.conn, submissions):
            assert result.refusal is None
        await self.publish()

    async def consent(self, portal: str, command: object | None = None) -> UUID:
        """Have both sides of the consent of the entitlements' school to a portal accept it."""
        school_id = CREATE.school_id or TO_PORTAL.school_id
        about = replace(TO_PORTAL, partner=portal, school_id=school_id)
        stream = ids.consent_stream(about.school_id, portal, about.api, about.scope)
        await self.ask((stream, command or replace(SETTLE, about=about)))
        return stream

    async def publish(self) -> None:
        """Do what the publisher does."""
        while facts := await read_after(self.conn, self._read):
            async with self.conn.transaction():
                await Publisher(self.clock.now, self.channel).handle(self.conn, facts)
            self._read = facts[-1].position

    async def facts(self, *kinds: type) -> list[Recorded]:
        """The facts of these kinds, in order."""
        found: list[Recorded] = []
        position = 0
        while page := await read_after(self.conn, position):
            found += [one for one in page if isinstance(one.event, kinds)]
            position = page[-1].position
        return found

    async def until_facts(self, count: int, *kinds: type) -> list[Recorded]:
        """Wait for so many facts of these kinds."""

        async def so_many() -> bool:
            return len(await self.facts(*kinds)) >= count

        await until(so_many)
        return await self.facts(*kinds)

    async def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What a query gives."""
        return await (await self.conn.execute(query.encode(), parameters)).fetchall()

    async def until_row(self, row: tuple[Any, ...], query: str, *parameters: object) -> None:
        """Wait until a query gives just this row."""

        async def is_so() -> bool:
            return await self.rows(query, *parameters) == [row]

        await until(is_so)


async def with_link_asked(hub: Hub) -> UUID:
    """An entitlement that is ready, and whose link was asked for at `portal`."""
    (entitlement_id,) = await hub.entitle("publisher", portals=("portal",))
    reference_id = ids.request_reference(entitlement_id, "publisher", 1)
    links = RequestLinks(portals=("portal",), now=NOON)
    ready = replace(ENTITLED, reference_id=reference_id)
    await hub.ask((entitlement_id, ready), (entitlement_id, links))
    return entitlement_id


@asynccontextmanager
async def opened(url: str, lanes: KafkaLanes | None = None) -> AsyncIterator[Hub]:
    """A hub that knows one person."""
    async with open_vault(url) as vault, await connect(url, "test") as conn:
        (known,) = await vault.remember_many([pupil(ECK_ID)])
        hub = Hub(url=url, conn=conn, vault=vault, lanes=lanes)
        yield replace(hub, person=known.reference_id, subject=known.subject_id)


@asynccontextmanager
async def gateway(
    hub: Hub,
    *servers: PartnerServer,
    concurrency: int = 8,
    timeout_seconds: float = 5,
    patience: Patience = PATIENCE,
    letters: Letters | None = None,
) -> AsyncIterator[asyncio.Task[None]]:
    """A gateway that serves these partners, and finishes what is under way at the end."""
    async with AsyncExitStack() as stack:
        pool: Any = AsyncConnectionPool(hub.url, min_size=1, max_size=2, open=False)
        await stack.enter_async_context(pool)
        connector = aiohttp.TCPConnector(limit=0)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        client = PartnerClient(
            session, hub.tokens, timeout_seconds=timeout_seconds, now=hub.clock.now
        )
        serving_them = Gateway(
            url=hub.url + AS_RUNTIME,
            partners=Known(servers),
            vault=hub.vault,
            consents=LoggedConsents(pool),
            courier=Couriers(client, letters),
            cipher=keys().cipher,
            patience=patience,
            concurrency=concurrency,
            clock=hub.clock,
            channel=hub.channel,
            tick_seconds=0.1,
        )
        stop = asyncio.Event()
        task = asyncio.create_task(serving_them.run(stop))
        try:
            yield task
        finally:
            stop.set()
            await asyncio.gather(task, return_exceptions=task.cancelled())

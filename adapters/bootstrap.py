"""Where concrete meets abstract: every process of the hub is put together here only."""

from __future__ import annotations

import asyncio
import signal
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
from psycopg_pool import AsyncConnectionPool

from aanspraak.application.reachability import Patience
from aanspraak.domain import ids
from aanspraak.domain.partner.events import PartnerEvent
from adapters.eduv.catalogue_follower import CatalogueFollower
from adapters.eduv.catalogue_parts import pulling_catalogues
from adapters.eduv.gateway import Gateway
from adapters.eduv.partner_client import PartnerClient
from adapters.eduv.roster_parts import RosterParts
from adapters.eduv.usage_parts import nights, reading_usage
from adapters.http.services import Services
from adapters.postgres import embedded, publisher, views
from adapters.postgres.activations import Activations
from adapters.postgres.clock import Clock
from adapters.postgres.committer import Committer
from adapters.postgres.connection import session
from adapters.postgres.consent_log import LoggedConsents
from adapters.postgres.consents import Consents
from adapters.postgres.dead_letters import DeadLetterTable
from adapters.postgres.directory import Directory
from adapters.postgres.event_log import read_many
from adapters.postgres.follower import Follower
from adapters.postgres.forgetting import erase_again
from adapters.postgres.migrate import check_schema
from adapters.postgres.policies import Policies
from adapters.postgres.pools import Pools, rules_of
from adapters.postgres.vault import Vault
from adapters.security.cipher import VaultKeys
from adapters.security.key_sets import read_private_key
from adapters.security.token_client import TokenClient
from adapters.security.tokens import TokenVerifier

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Sequence

    from psycopg import AsyncConnection

    from adapters.config import Settings
    from adapters.eduv.catalogue import CataloguePuller
    from adapters.eduv.nights import Nights
    from adapters.eduv.roster_follower import RosterFollower

    Connections = AsyncConnectionPool[AsyncConnection[Any]]

POOL_SIZE = 8


def database_url(settings: Settings) -> str:
    """The database: the one that was given, or the embedded one, started if it does not run."""
    return settings.database_url or embedded.ensure_running(settings.state_dir, None)


@asynccontextmanager
async def pool(url: str, name: str) -> AsyncIterator[Connections]:
    """Connections in autocommit for reading and for the vault, on a database of this release.

    Whoever was forgotten is forgotten again first, in case the vault came out of a backup.

    Raises:
        SchemaMismatch: which says what to run.
    """
    connections: Connections = AsyncConnectionPool(
        url,
        min_size=1,
        max_size=POOL_SIZE,
        open=False,
        check=AsyncConnectionPool.check_connection,
        kwargs=session(url, name),
    )
    async with connections:
        async with connections.connection() as conn:
            await check_schema(conn)
            await erase_again(conn)
        yield connections


def vault(connections: Connections, settings: Settings) -> Vault:
    """The vault with the keys of this deployment."""
    return Vault(connections, vault_keys(settings))


def vault_keys(settings: Settings) -> VaultKeys:
    """The two key rings of this deployment."""
    return VaultKeys.from_hex(
        {number: key.get_secret_value() for number, key in settings.vault_hash_keys.items()},
        {number: key.get_secret_value() for number, key in settings.vault_encryption_keys.items()},
    )


def rosters(connections: Connections, settings: Settings) -> RosterParts:
    """Where rosters come in, from administrations and from files."""
    persons = vault(connections, settings)
    may_read = Consents(connections).may_read
    return RosterParts(connections, persons, settings, now=utc_now, may_read=may_read)


def policies_follower(url: str, connections: Connections, settings: Settings) -> Follower:
    """The one follower that asks for commands."""
    activations = Activations(vault(connections, settings))
    policies = Policies(activations.take_up, Pools(rules_of(settings)))
    return Follower(
        url=url,
        name="policies",
        schema="policy",
        handle=policies.handle,
        dead_letters=DeadLetterTable("policies"),
    )


def publisher_follower(url: str) -> Follower:
    """The follower that copies messages into the channel."""
    return Follower(
        url=url,
        name=publisher.NAME,
        schema=publisher.SCHEMA,
        handle=publisher.Publisher(utc_now).handle,
        dead_letters=DeadLetterTable(publisher.NAME),
    )


async def registered_partners(settings: Settings, names: Collection[str]) -> list[PartnerEvent]:
    """Those of these partners that are registered, from the log itself."""
    url = database_url(settings)
    streams = [ids.partner_stream(name) for name in names]
    async with pool(url, "cli") as connections, connections.connection() as conn:
        histories = await read_many(conn, streams)
    facts = [history[-1].event for history in histories.values() if history]
    return [fact for fact in facts if isinstance(fact, PartnerEvent)]


async def clients(settings: Settings) -> dict[str, str]:
    """Which partner has which client id, as far as the views have followed."""
    async with pool(database_url(settings), "cli") as connections:
        return {one.client_id: one.partner for one in await Directory(connections).partners()}


@asynccontextmanager
async def services(settings: Settings) -> AsyncIterator[Services]:
    """The parts of a process that answers over HTTP; its committer is not running yet."""
    url = database_url(settings)
    # The vault commits by itself; with connections of its own it never waits for who waits for it.
    async with (
        pool(url, "serve") as connections,
        pool(url, "vault") as persons,
        reading_usage(connections, settings, utc_now) as usage,
    ):
        yield Services(
            pool=connections,
            committer=Committer(
                url, queue_limit=settings.queue_limit, group_limit=settings.group_limit
            ),
            directory=Directory(connections),
            vault=vault(persons, settings),
            tokens=TokenVerifier(
                issuer=settings.token_issuer,
                audience=settings.token_audience,
                keys=settings.token_keys,
            ),
            settings=settings,
            now=utc_now,
            usage=usage,
        )


def utc_now() -> datetime:
    """The time, for the processes that hand it on; rules and views are given it."""
    return datetime.now(UTC)


async def follow(names: Sequence[str], settings: Settings) -> None:
    """Run followers until SIGTERM or SIGINT, or until one of them cannot go on.

    The gateway finishes what is under way; the others are in the middle of a transaction or of
    nothing, and begin at their bookmark again.
    """
    url = database_url(settings)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with pool(url, " ".join(names)) as connections, partner_session() as session:
        working = [
            asyncio.create_task(_follow(name, url, connections, session, settings, stop))
            for name in names
        ]
        await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        await asyncio.wait(working)
        for one in working:
            one.result()


async def _follow(
    name: str,
    url: str,
    connections: Connections,
    session: aiohttp.ClientSession,
    settings: Settings,
    stop: asyncio.Event,
) -> None:
    if name == "gateway":
        await gateway(url, connections, session, settings).run(stop)
        return
    following = asyncio.create_task(_follower(name, url, connections, session, settings).run())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((following, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if following.done():
        await following
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


def partner_session() -> aiohttp.ClientSession:
    """A session without a limit of its own.

    Each partner's flow has one; one for all would let slow partners starve the others.
    """
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))


def gateway(
    url: str, connections: Connections, session: aiohttp.ClientSession, settings: Settings
) -> Gateway:
    """The gateway to the partners that speak Edu-V REST."""
    tokens = TokenClient(session, read_private_key(settings.client_key), settings.client_id)
    return Gateway(
        url=url,
        partners=Directory(connections),
        vault=vault(connections, settings),
        consents=LoggedConsents(connections),
        client=PartnerClient(
            session, tokens, timeout_seconds=settings.request_timeout_seconds, now=utc_now
        ),
        cipher=vault_keys(settings).cipher,
        patience=Patience(
            ladder=tuple(timedelta(seconds=rung) for rung in settings.retry_ladder_seconds),
            probe=timedelta(seconds=settings.probe_seconds),
            unreachable_after=settings.unreachable_after,
        ),
        concurrency=settings.partner_concurrency,
    )


def catalogue_puller(
    connections: Connections, session: aiohttp.ClientSession, settings: Settings
) -> CataloguePuller:
    """What asks the providers for their products."""
    tokens = TokenClient(session, read_private_key(settings.client_key), settings.client_id)
    return pulling_catalogues(session, tokens, vault(connections, settings), settings, utc_now)


def _follower(
    name: str,
    url: str,
    connections: Connections,
    session: aiohttp.ClientSession,
    settings: Settings,
) -> Follower | Clock | CatalogueFollower | RosterFollower | Nights:
    match name:
        case "policies":
            return policies_follower(url, connections, settings)
        case "projections":
            return views.follower(url, DeadLetterTable(views.NAME))
        case "publisher":
            return publisher_follower(url)
        case "clock":
            return Clock(url=url, overdue_seconds=settings.overdue_seconds, now=utc_now)
        case "catalogue":
            return CatalogueFollower(
                url=url,
                providers=Directory(connections),
                puller=catalogue_puller(connections, session, settings),
                now=utc_now,
            )
        case "roster":
            return rosters(connections, settings).follower(url, session)
        case "reconcile":
            return nights(url, connections, session, settings, vault(connections, settings))
        case _:
            raise ValueError(name)

"""Where concrete meets abstract: every process of the hub is put together here only."""

from __future__ import annotations

import getpass
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from psycopg_pool import AsyncConnectionPool

from aanspraak.application.handle import Submission
from adapters.http.services import Services
from adapters.postgres import embedded, publisher, views
from adapters.postgres.activations import Activations
from adapters.postgres.clock import Clock
from adapters.postgres.committer import Committer
from adapters.postgres.connection import connect
from adapters.postgres.dead_letters import DeadLetterTable
from adapters.postgres.directory import Directory
from adapters.postgres.follower import Follower
from adapters.postgres.group_commit import Result, commit_group
from adapters.postgres.migrate import check_schema
from adapters.postgres.policies import Policies
from adapters.postgres.vault import Vault
from adapters.security.cipher import VaultKeys
from adapters.security.persons import operator
from adapters.security.tokens import TokenVerifier

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from adapters.config import Settings

    Connections = AsyncConnectionPool[AsyncConnection[Any]]

POOL_SIZE = 8


def database_url(settings: Settings) -> str:
    """The database: the one that was given, or the embedded one, started if it does not run."""
    return settings.database_url or embedded.ensure_running(settings.state_dir, None)


@asynccontextmanager
async def pool(url: str, name: str) -> AsyncIterator[Connections]:
    """Connections in autocommit for reading and for the vault, on a database of this release.

    Raises:
        SchemaMismatch: which says what to run.
    """
    connections: Connections = AsyncConnectionPool(
        url,
        min_size=1,
        max_size=POOL_SIZE,
        open=False,
        check=AsyncConnectionPool.check_connection,
        kwargs={"autocommit": True, "application_name": f"aanspraak {name}"},
    )
    async with connections:
        async with connections.connection() as conn:
            await check_schema(conn)
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


def policies_follower(url: str, connections: Connections, settings: Settings) -> Follower:
    """The one follower that asks for commands."""
    activations = Activations(vault(connections, settings))
    policies = Policies(activations.take_up)
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


async def operator_submissions(
    settings: Settings, commands: Sequence[tuple[UUID, object]]
) -> list[Result]:
    """Carry out commands of the operator at this terminal, who is a pseudonym in the facts."""
    url = database_url(settings)
    async with pool(url, "cli") as connections:
        known = await vault(connections, settings).remember_many([operator(getpass.getuser())])
        correlation = str(uuid4())
        submissions = [
            Submission(
                stream_id=stream_id,
                command=command,
                actor=f"operator:{known[0].subject_id}",
                correlation_id=correlation,
                causation_id=f"{correlation}/{number}",
            )
            for number, (stream_id, command) in enumerate(commands)
        ]
        async with await connect(url, "cli") as conn:
            return await commit_group(conn, submissions)


@asynccontextmanager
async def services(settings: Settings) -> AsyncIterator[Services]:
    """The parts of a process that answers over HTTP; its committer is not running yet."""
    url = database_url(settings)
    async with pool(url, "serve") as connections:
        yield Services(
            pool=connections,
            committer=Committer(
                url, queue_limit=settings.queue_limit, group_limit=settings.group_limit
            ),
            directory=Directory(connections),
            vault=vault(connections, settings),
            tokens=TokenVerifier(
                issuer=settings.token_issuer,
                audience=settings.token_audience,
                keys=settings.token_keys,
            ),
            settings=settings,
            now=utc_now,
        )


def utc_now() -> datetime:
    """The time, for the processes that hand it on; rules and views are given it."""
    return datetime.now(UTC)


async def follow(name: str, settings: Settings) -> None:
    """Run one follower until cancelled."""
    url = database_url(settings)
    async with pool(url, name) as connections:
        match name:
            case "policies":
                await policies_follower(url, connections, settings).run()
            case "projections":
                await views.follower(url, DeadLetterTable(views.NAME)).run()
            case "publisher":
                await publisher_follower(url).run()
            case "clock":
                clock = Clock(url=url, overdue_seconds=settings.overdue_seconds, now=utc_now)
                await clock.run()
            case _:
                raise ValueError(name)

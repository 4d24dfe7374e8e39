"""How the reads of use are put together, for whichever process wants them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import aiohttp

from adapters.eduv.comparing import Comparing
from adapters.eduv.partner_reader import PartnerReader
from adapters.eduv.reconcile import Reconciler
from adapters.eduv.usage import Usage
from adapters.eduv.usage_client import UsageClient
from adapters.postgres.activations import Activations
from adapters.postgres.directory import Directory
from adapters.postgres.reads import Reads
from adapters.postgres.usage_cache import UsageCache
from adapters.security.key_sets import read_private_key
from adapters.security.token_client import TokenClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from adapters.config import Settings
    from adapters.postgres.vault import Vault

    Connections = AsyncConnectionPool[AsyncConnection[Any]]

WHOLE_ANSWER: Final = 60
"""A whole answer may take so many times as long as its first bytes: a contract is a long one."""


@asynccontextmanager
async def reading_usage(
    connections: Connections, settings: Settings, now: Callable[[], datetime]
) -> AsyncIterator[Usage]:
    """Reads of use over a session of their own, for as long as the block lasts."""
    async with aiohttp.ClientSession() as session:
        usage = Usage(
            UsageCache(connections),
            usage_client(session, settings),
            Directory(connections),
            cache_seconds=settings.usage_cache_seconds,
            wait_seconds=settings.request_timeout_seconds,
            now=now,
        )
        try:
            yield usage
        finally:
            await usage.close()


def reconciler(
    url: str,
    connections: Connections,
    session: aiohttp.ClientSession,
    settings: Settings,
    vault: Vault,
) -> Reconciler:
    """Compares with partners; reads over this session, and settles persons with this vault."""
    comparing = Comparing(
        client=usage_client(session, settings),
        reads=Reads(connections),
        settle=timedelta(seconds=settings.overdue_seconds),
    )
    return Reconciler(
        url=url,
        directory=Directory(connections),
        comparing=comparing,
        activations=Activations(vault, connections),
        now=lambda: datetime.now(UTC),
    )


def usage_client(session: aiohttp.ClientSession, settings: Settings) -> UsageClient:
    """The client of this deployment."""
    tokens = TokenClient(session, read_private_key(settings.client_key), settings.client_id)
    timeout = settings.request_timeout_seconds
    reader = PartnerReader(
        session,
        tokens,
        timeout_seconds=timeout,
        now=partial(datetime.now, UTC),
        total_seconds=timeout * WHOLE_ANSWER,
    )
    return UsageClient(reader)

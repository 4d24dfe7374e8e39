"""Where concrete meets abstract: every process of the hub is put together here only.

This file has what all of them begin with; what only some need is in the files beside it.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from psycopg_pool import AsyncConnectionPool

from adapters.postgres import embedded
from adapters.postgres.connection import session
from adapters.postgres.forgetting import erase_again
from adapters.postgres.migrate import check_schema
from adapters.postgres.vault import Vault
from adapters.security.cipher import VaultKeys

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from psycopg import AsyncConnection

    from adapters.config import Settings

    Connections = AsyncConnectionPool[AsyncConnection[Any]]

POOL_SIZE = 8
PATIENCE_SECONDS = 5.0
"""For a connection: less than a partner waits for an answer, so that it hears 503 and when to come
again while the database is away."""


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
        timeout=PATIENCE_SECONDS,
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


def utc_now() -> datetime:
    """The time, for the processes that hand it on; rules and views are given it."""
    return datetime.now(UTC)

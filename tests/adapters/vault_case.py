"""A vault to test with, on a database of one's own."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg
from psycopg_pool import AsyncConnectionPool

from adapters.postgres.vault import Vault
from adapters.security.cipher import VaultKeys
from adapters.security.persons import PersonReference, user_reference

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

ECK_ID = "https://ketenid.nl/201703/" + "0123456789abcdef" * 8
NOON = datetime(2026, 8, 24, 12, tzinfo=UTC)
SCHOOL = "5b3c1a52-8c39-4e2e-9e6b-0c8f0d4f8a11"


def keys(*, hashing: Iterable[int] = (1,), encryption: Iterable[int] = (1,)) -> VaultKeys:
    """Keys with these numbers; the same number is always the same key."""
    return VaultKeys.from_hex(
        {number: f"{number:02x}" * 32 for number in hashing},
        {number: f"{number + 100:02x}" * 32 for number in encryption},
    )


def key_settings() -> dict[str, str]:
    """The first of them, as a process finds them in its environment."""
    return {
        "AANSPRAAK_VAULT_HASH_KEYS": json.dumps({1: "01" * 32}),
        "AANSPRAAK_VAULT_ENCRYPTION_KEYS": json.dumps({1: f"{101:02x}" * 32}),
    }


@asynccontextmanager
async def open_vault(
    url: str, using: VaultKeys | None = None, connections: int = 4
) -> AsyncIterator[Vault]:
    """A vault on a pool of connections."""
    pool = AsyncConnectionPool(
        url, min_size=1, max_size=connections, open=False, kwargs={"autocommit": True}
    )
    async with pool:
        yield Vault(pool, using or keys())


def pupil(master: str | None = None, *, scope: str = SCHOOL, **user_ids: str) -> PersonReference:
    """A user by ECK iD and by identifiers of other types."""
    return user_reference(master, user_ids.items(), scope=scope)


def dump(url: str) -> str:
    """Everything that lies in the vault's tables, bytes also as the text that they may be."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'vault'"
        ).fetchall()
        rows = [
            row
            for (table,) in tables
            for row in connection.execute(f"SELECT * FROM vault.{table}").fetchall()
        ]
    return "\n".join(
        value.decode("latin-1") + value.hex() if isinstance(value, bytes) else str(value)
        for row in rows
        for value in row
    )

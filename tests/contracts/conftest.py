"""What the contracts of the log have in common: a connection, and facts to append."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from psycopg import AsyncConnection

from adapters.postgres.connection import connect


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    """Give a connection to a new database with an empty log."""
    async with await connect(database_url, "test") as connection:
        yield connection

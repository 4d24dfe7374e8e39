"""A process that asks for the database: in time, or not at all."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from psycopg_pool import PoolTimeout

from adapters.bootstrap import POOL_SIZE, pool

pytestmark = pytest.mark.anyio


async def test_who_cannot_have_a_connection_hears_so_before_a_partner_gives_up(
    database_url: str,
) -> None:
    async with pool(database_url, "test") as connections, AsyncExitStack() as taken:
        for _ in range(POOL_SIZE):
            await taken.enter_async_context(connections.connection())
        async with asyncio.timeout(9):
            with pytest.raises(PoolTimeout):
                await taken.enter_async_context(connections.connection())

"""Being there: a process that has no bookmark is seen by a lock that it holds while it lives."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

import psycopg

from adapters.postgres.connection import connect
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

AGAIN_SECONDS: Final = 1.0


@asynccontextmanager
async def present(url: str, name: str) -> AsyncIterator[None]:
    """Within it the lock of this name is held, shared with others like us, on its own connection.

    That the database goes away ends nothing: the lock is held again when it is back.
    """
    holding = asyncio.create_task(_hold(url, name))
    try:
        yield
    finally:
        holding.cancel()
        with suppress(asyncio.CancelledError):
            await holding


async def _hold(url: str, name: str) -> None:
    while True:
        with suppress(psycopg.Error):
            async with await connect(url, name) as conn:
                await conn.execute(load("follower")["be_there"], (name,))
                async for _ in conn.notifies():
                    pass
        await asyncio.sleep(AGAIN_SECONDS)

"""Waiting for what other connections are doing, never for a second."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from psycopg import AsyncConnection


async def until_blocked(by: AsyncConnection[Any], blocked: AsyncConnection[Any]) -> None:
    """Until the second connection waits for the first."""
    query = "SELECT %s = ANY (pg_blocking_pids(%s))"
    pids = (by.info.backend_pid, blocked.info.backend_pid)

    async def waits() -> bool:
        return await (await by.execute(query, pids)).fetchone() == (True,)

    await until(waits)


async def until(fact: Callable[[], Awaitable[bool]]) -> None:
    """Until this is so; the time limit is that of the test."""
    while True:
        if await fact():
            return
        await asyncio.sleep(0.01)

"""A partner that calls us is there: what waits for it need not wait any longer."""

from __future__ import annotations

from time import monotonic
from typing import Any, Final

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from adapters.postgres import flows

SECONDS_BETWEEN: Final = 1.0
"""How often one partner is reported to be there, however often it calls."""

log = structlog.get_logger(__name__)


class SignsOfLife:
    """Told of every call of a known partner, and tells the flow of that partner now and then."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[Any]]) -> None:
        self._pool = pool
        self._next: dict[str, float] = {}

    async def notice(self, partner: str) -> None:
        """The partner called. That it cannot be written down is no reason not to answer it."""
        now = monotonic()
        if now < self._next.get(partner, 0):
            return
        self._next[partner] = now + SECONDS_BETWEEN
        try:
            async with self._pool.connection() as conn:
                await flows.alive(conn, partner)
        except psycopg.OperationalError as error:
            log.warning("connection.lost", reason=type(error).__name__)

"""Who is signed in to the console: kept by the hash of a cookie, ended by time or on demand."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

SQL: Final = load("console")
TOUCHED: Final = timedelta(seconds=30)
"""How exactly it is known when a session was last used: a page is no write each time."""


class Session(NamedTuple):
    """Somebody who is signed in: a pseudonym, how the vault names it, and the role."""

    subject_id: UUID
    reference_id: UUID
    role: str
    used_at: datetime


class ConsoleSessions:
    """Sessions that end `idle` after the last request, and `at_most` after they began."""

    def __init__(
        self,
        pool: AsyncConnectionPool[AsyncConnection[Any]],
        now: Callable[[], datetime],
        *,
        idle: timedelta,
        at_most: timedelta,
    ) -> None:
        self._pool = pool
        self._now = now
        self._idle = idle
        self._at_most = at_most

    async def begin(self, subject_id: UUID, reference_id: UUID, role: str) -> str:
        """Let somebody in; the value of their cookie, which is known to nobody else."""
        cookie = secrets.token_urlsafe(32)
        row = {
            "hash": _hash(cookie),
            "subject_id": subject_id,
            "reference_id": reference_id,
            "role": role,
        }
        async with self._pool.connection() as conn:
            await conn.execute(SQL["sweep"], self._bounds())
            await conn.execute(SQL["begin"], {**row, "now": self._now()})
        return cookie

    async def find(self, cookie: str, *, used: bool = True) -> Session | None:
        """Who the cookie is, if the session has not ended; `used`: it counts as a request."""
        given = {"hash": _hash(cookie), **self._bounds()}
        async with self._pool.connection() as conn:
            row = await (await conn.execute(SQL["look"], given)).fetchone()
            if row is None:
                return None
            session = Session(*row)
            if used and session.used_at < self._now() - TOUCHED:
                await conn.execute(SQL["touch"], {"hash": given["hash"], "now": self._now()})
        return session

    async def end(self, cookie: str) -> None:
        """Sign out, in every process at once."""
        async with self._pool.connection() as conn:
            await conn.execute(SQL["end"], {"hash": _hash(cookie)})

    def _bounds(self) -> dict[str, Any]:
        now = self._now()
        return {"idle_since": now - self._idle, "begun_since": now - self._at_most}


def _hash(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode(errors="replace")).digest()

"""What the parts of the vault share: connections, keys, and how they are used."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from psycopg import AsyncConnection
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

from adapters.postgres.queries import load
from adapters.security.cipher import Unopenable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from contextlib import AbstractAsyncContextManager

    from adapters.security.cipher import VaultKeys

Connection = AsyncConnection[TupleRow]
SQL = load("vault")
ATTEMPTS = 20
"""Each time that somebody else comes first, they have got further; so nobody tries for ever."""

_SLICE = 500
_T = TypeVar("_T")
_R = TypeVar("_R")


class VaultBusy(Exception):
    """The same persons are being written by too many others; try again later."""


class VaultNeedsItsOwnTransaction(Exception):
    """The vault commits before any fact that points to it; give it connections in autocommit."""


class Raced(Exception):
    """Somebody else was first with one of our rows; read again."""


class Connections(Protocol):
    """Where connections come from: an `AsyncConnectionPool` in autocommit, or `OneConnection`."""

    def connection(self) -> AbstractAsyncContextManager[Connection]:
        """Lend a connection."""
        ...


class OneConnection:
    """A connection in autocommit, lent to one at a time."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend it as soon as it is back."""
        async with self._turn:
            yield self._conn


class VaultPart:
    """One topic of the vault."""

    def __init__(self, connections: Connections, keys: VaultKeys) -> None:
        self._connections = connections
        self._keys = keys

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Connection]:
        async with self._connections.connection() as conn:
            idle = conn.info.transaction_status is TransactionStatus.IDLE
            if not (conn.autocommit and idle):
                raise VaultNeedsItsOwnTransaction(VaultNeedsItsOwnTransaction.__doc__)
            yield conn


async def look_up(conn: Connection, query: str, **given: object) -> list[tuple[Any, ...]]:
    """Read rows by key.

    The query is planned anew each time: a plan that was kept may have been made when the table was
    empty, and would read a grown one from end to end.
    """
    cursor = await conn.execute(SQL[query], given, prepare=False, binary=True)
    return await cursor.fetchall()


def unless_sealed(opened: Callable[[_T], _R]) -> Callable[[_T], _R | None]:
    """Opens a row, or gives None of one that does not open: its key is gone, or it was altered."""

    def tried(row: _T) -> _R | None:
        try:
            return opened(row)
        except Unopenable:
            return None

    return tried


async def in_slices(work: Callable[[_T], _R], items: Sequence[_T]) -> list[_R]:
    """Do the work for each item, and let others have the event loop every now and then."""
    done: list[_R] = []
    for start in range(0, len(items), _SLICE):
        if start:
            await asyncio.sleep(0)
        done.extend(map(work, items[start : start + _SLICE]))
    return done

"""A connection of one's own: for the committer, for a follower, for whoever listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import AsyncConnection

if TYPE_CHECKING:
    from psycopg.rows import TupleRow

_SETTINGS = {
    "lock_timeout": "2s",
    "timezone": "UTC",
    # A process that stands still in the middle of a transaction may have the writers' turn.
    "idle_in_transaction_session_timeout": "10s",
}


async def connect(url: str, name: str) -> AsyncConnection[TupleRow]:
    """Open a connection in autocommit, whose name is seen in `pg_stat_activity`.

    A peer that went away without a word is noticed within half a minute. Raises
    psycopg.OperationalError when the server does not answer within ten seconds.
    """
    return await AsyncConnection.connect(
        url,
        autocommit=True,
        application_name=f"aanspraak {name}",
        connect_timeout=10,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        tcp_user_timeout=30_000,
        options=" ".join(f"-c {key}={value}" for key, value in _SETTINGS.items()),
    )

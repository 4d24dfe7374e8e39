"""A connection of one's own: for the committer, for a follower, for whoever listens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from psycopg.rows import TupleRow

_SETTINGS = {
    "lock_timeout": "2s",
    "timezone": "UTC",
    # A process that stands still in the middle of a transaction may have the writers' turn.
    "idle_in_transaction_session_timeout": "10s",
}


async def connect(url: str, name: str) -> AsyncConnection[TupleRow]:
    """Open a connection of our own, as `session` describes it.

    Raises psycopg.OperationalError when the server does not answer within ten seconds.
    """
    return await AsyncConnection.connect(url, **session(url, name))


def session(url: str, name: str) -> dict[str, Any]:
    """How every connection of ours is opened: in autocommit, named in `pg_stat_activity`.

    A peer that went away without a word is noticed within half a minute. Options that the URL gives
    stay: `options=-c role=aanspraak_runtime` takes away every right that running does not need.
    """
    given = str(conninfo_to_dict(url).get("options") or "")
    ours = " ".join(f"-c {key}={value}" for key, value in _SETTINGS.items())
    return {
        "autocommit": True,
        "application_name": f"aanspraak {name}",
        "connect_timeout": 10,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
        "options": f"{ours} {given}".strip(),
    }

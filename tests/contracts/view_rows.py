"""What stands in the views, for comparing; and a log written from facts in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from aanspraak.domain.recorded import Recorded
from adapters.postgres.event_codec import encode, topic_of
from adapters.postgres.event_log import last_position, read_after
from adapters.postgres.follower_batch import Bookkeeper
from adapters.postgres.queries import load
from adapters.postgres.views import NAME, SCHEMA, Views
from projections.registry import PROJECTIONS


async def append(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> None:
    """Write facts into the log, in this order, each in a batch of its own stream's run."""
    for recorded in facts:
        parameters = {
            "ids": [recorded.stream_id],
            "expected": [recorded.version - 1],
            "topics": [topic_of(recorded.event)],
            "states": [_state(recorded)],
        }
        await conn.execute(load("log")["append"], parameters)


async def follow(
    conn: AsyncConnection[Any], views: Views | None = None, *, batch: int = 1000
) -> None:
    """Let the views follow the log to its end, in batches."""
    handle = (views or Views()).handle
    books = Bookkeeper(name=NAME, schema=SCHEMA, handle=handle, dead_letters=None)
    position = await books.read_bookmark(conn)
    until = await last_position(conn)
    while position < until:
        facts = await read_after(conn, position, batch)
        position = await books.advance(conn, position, facts)


async def all_rows(conn: AsyncConnection[Any]) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every view, in the order of the keys."""
    return {projection.name: await rows_of(conn, projection.name) for projection in PROJECTIONS}


async def rows_of(conn: AsyncConnection[Any], name: str) -> list[tuple[Any, ...]]:
    """Every row of a view, in some order that is always the same."""
    query = SQL("SELECT * FROM {} v ORDER BY v::text").format(Identifier("view", name))
    return await (await conn.execute(query)).fetchall()


def _state(recorded: Recorded) -> bytes:
    return encode(
        recorded.event,
        actor=recorded.actor,
        correlation_id=recorded.correlation_id,
        causation_id=recorded.causation_id,
    )

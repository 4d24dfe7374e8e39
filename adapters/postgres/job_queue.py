"""Putting a job into procrastinate's queue, within the transaction that says why."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from adapters.postgres.jobs import SQL

if TYPE_CHECKING:
    from uuid import UUID

    from procrastinate import App
    from psycopg import AsyncConnection

TASK: Final = "carry_out"
QUEUE: Final = "work"


async def enqueue(conn: AsyncConnection[Any], job_id: UUID) -> None:
    """Have a worker take it up when the caller's transaction commits.

    No two workers have it at once: the lock is the job's id.
    """
    row = await (await conn.execute(SQL["path"])).fetchone()
    await conn.execute(SQL["enter"])
    deferrer = _queue().configure_task(TASK, queue=QUEUE, lock=str(job_id), connection=conn)
    await deferrer.defer_async(job=str(job_id))
    await conn.execute(SQL["leave"], (row[0] if row else "",))


@cache
def _queue() -> App:
    """The library without a connection of its own; imported by who puts something into it."""
    from procrastinate import App, PsycopgConnector  # noqa: PLC0415 - most processes need none

    return App(connector=PsycopgConnector())

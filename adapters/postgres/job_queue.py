"""Putting a job into procrastinate's queue, within the transaction that says why."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from aanspraak.domain.job.events import COMPARE_VIEW, REBUILD_VIEW, REPLAY
from adapters.postgres.fetching import one_row
from adapters.postgres.jobs import SQL

if TYPE_CHECKING:
    from uuid import UUID

    from procrastinate import App
    from psycopg import AsyncConnection

TASK: Final = "carry_out"
QUEUE: Final = "work"
"""What every worker can do."""
OF_SOME: Final = {COMPARE_VIEW: "views", REBUILD_VIEW: "views", REPLAY: "replays"}
"""The queues of the kinds of jobs that not every worker can do: only those that can take them."""


async def enqueue(conn: AsyncConnection[Any], job_id: UUID) -> None:
    """Have a worker that can do it take it up when the caller's transaction commits.

    No two workers have it at once: the lock is the job's id.
    """
    path, kind = await one_row(conn, SQL["path"], (job_id,)) or ("", "")
    queue = OF_SOME.get(kind, QUEUE)
    await conn.execute(SQL["enter"])
    deferrer = _queue().configure_task(TASK, queue=queue, lock=str(job_id), connection=conn)
    await deferrer.defer_async(job=str(job_id))
    await conn.execute(SQL["leave"], (path,))


@cache
def _queue() -> App:
    """The library without a connection of its own; imported by who puts something into it."""
    from procrastinate import App, PsycopgConnector  # noqa: PLC0415 - most processes need none

    return App(connector=PsycopgConnector())

"""The committer: commands of many callers, decided and appended in groups, one commit per group."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

import psycopg
import structlog

from adapters.postgres.connection import connect
from adapters.postgres.failure import what_went_wrong
from adapters.postgres.group_commit import FACTS_PER_TRANSACTION, Result, commit_group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import AsyncConnection

    from aanspraak.application.handle import Submission

__all__ = [
    "Committer",
    "DatabaseAway",
    "Draining",
    "QueueFull",
    "Result",
    "Unavailable",
    "commit_group",
]

PATIENCE_SECONDS = 20
"""Longer than a transaction may stand still, so that one stopped writer refuses no command."""
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Unavailable(Exception):
    """The command could not be handled now; the same command may be sent again later."""


class QueueFull(Unavailable):
    """Too many commands are waiting."""


class Draining(Unavailable):
    """This process is stopping."""


class DatabaseAway(Unavailable):
    """The database has not answered for too long. The command may have been handled or not."""


class Committer:
    """A queue, a connection of its own, and one coroutine that empties the queue in groups.

    `queue_limit` is how many commands may wait, `group_limit` how many are decided in one group and
    how many facts go into one transaction at most. After `patience_seconds` without a database the
    callers are told so.
    """

    def __init__(
        self,
        url: str,
        *,
        queue_limit: int = 5_000,
        group_limit: int = FACTS_PER_TRANSACTION,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._url = url
        self._queue_limit = queue_limit
        self._group_limit = group_limit
        self._patience_seconds = patience_seconds
        self._queue: deque[_Waiting] = deque()
        self._wake = asyncio.Event()
        self._stopped = asyncio.Event()
        self._draining = False
        self._conn: AsyncConnection[Any] | None = None

    @property
    def waiting(self) -> int:
        """How many commands are waiting to be decided."""
        return len(self._queue)

    @property
    def takes_commands(self) -> bool:
        """Whether a command would be taken now."""
        return not self._draining and len(self._queue) < self._queue_limit

    async def submit(self, submission: Submission) -> Result:
        """Hand over a command and wait for what came of it; a refusal is in the result.

        A caller that is cancelled while waiting does not undo its command. Raises Unavailable, or
        the error of this one command when it made the rules or the database fail.
        """
        (result,) = await self.submit_all([submission])
        return result

    async def submit_all(self, submissions: Sequence[Submission]) -> list[Result]:
        """Hand over several commands, all or none of them taken, and wait for all."""
        if self._draining:
            raise Draining
        if self._queue and len(self._queue) + len(submissions) > self._queue_limit:
            raise QueueFull
        handed_over = [_Waiting(submission) for submission in submissions]
        self._queue.extend(handed_over)
        self._wake.set()
        return await asyncio.gather(*(waiting.answer for waiting in handed_over))

    async def run(self) -> None:
        """Commit groups until drained or cancelled."""
        try:
            while not self._draining or self._queue:
                await self._wake.wait()
                self._wake.clear()
                while self._queue:
                    await self._commit(self._next_group())
        finally:
            self._draining = True
            self._refuse(self._next_group(len(self._queue)), Draining())
            await self._disconnect()
            self._stopped.set()

    async def drain(self) -> None:
        """Take no more commands, finish those that wait, and close the connection."""
        self._draining = True
        self._wake.set()
        await self._stopped.wait()

    def _next_group(self, limit: int | None = None) -> list[_Waiting]:
        size = min(len(self._queue), self._group_limit if limit is None else limit)
        return [self._queue.popleft() for _ in range(size)]

    async def _commit(self, group: list[_Waiting]) -> None:
        """Commit a group; when it fails, halve it until the culprit is alone with its error."""
        try:
            results = await self._persistently(group)
        except Unavailable as error:
            self._refuse(group, error)
        except asyncio.CancelledError:
            self._refuse(group, Draining())
            raise
        except Exception as error:  # noqa: BLE001 whatever one command does, its neighbours go on
            if len(group) == 1:
                command = type(group[0].submission.command).__name__
                log.error("group.failed", command=command, **what_went_wrong(error))  # noqa: TRY400 - a text may hold a person
                self._refuse(group, error)
                return
            await self._commit(group[: len(group) // 2])
            await self._commit(group[len(group) // 2 :])
        else:
            for waiting, result in zip(group, results, strict=True):
                waiting.succeed(result)

    async def _persistently(self, group: list[_Waiting]) -> list[Result]:
        """Try until the database answers. What was committed unnoticed is decided as already so."""
        submissions = [waiting.submission for waiting in group]
        deadline = asyncio.get_running_loop().time() + self._patience_seconds
        pause = 0.0
        while True:
            try:
                conn = await self._connected()
                return await commit_group(conn, submissions, self._group_limit)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                if asyncio.get_running_loop().time() > deadline:
                    raise DatabaseAway from error
                log.warning("connection.lost", **what_went_wrong(error))
                await self._leave_if_broken()
            await asyncio.sleep(pause)
            pause = min(max(2 * pause, _FIRST_PAUSE_SECONDS), _LONGEST_PAUSE_SECONDS)

    async def _connected(self) -> AsyncConnection[Any]:
        if self._conn is None:
            self._conn = await connect(self._url, "committer")
        return self._conn

    async def _leave_if_broken(self) -> None:
        if self._conn is not None and self._conn.closed:
            await self._disconnect()

    async def _disconnect(self) -> None:
        if self._conn is not None:
            conn, self._conn = self._conn, None
            await conn.close()

    @staticmethod
    def _refuse(group: list[_Waiting], error: Exception) -> None:
        for waiting in group:
            waiting.fail(error)


class _Waiting:
    """A command and the answer its caller awaits, unless the caller has gone."""

    __slots__ = ("answer", "submission")

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()

    def succeed(self, result: Result) -> None:
        if not self.answer.done():
            self.answer.set_result(result)

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)

"""A job in the hands of a worker: it moves on thing by thing, and stops between two of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from adapters.postgres import jobs

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from adapters.postgres.jobs import Step, Turn

LOOK_SECONDS = 1.0
"""While a job rests, it looks so often whether it is to stop."""


class Cancelled(Exception):
    """An operator has the job stopped."""


@dataclass(kw_only=True)
class Job:
    """A job and a connection of its own, in autocommit.

    What was done and how far that is are one transaction: a worker that is killed repeats nothing
    and leaves nothing out, and one that was thought dead can write nothing any more.
    """

    conn: AsyncConnection[Any]
    turn: Turn
    mark: str
    cancelled: bool

    async def move_on(self, step: Step) -> None:
        """Write down what was done, in the transaction in which it was; raises Overtaken."""
        self.cancelled = await jobs.move_on(self.conn, self.turn, step)
        self.mark = step.mark

    def heed(self) -> None:
        """Between two things: raises Cancelled when an operator wants it stopped."""
        if self.cancelled:
            raise Cancelled

    async def look(self) -> None:
        """Ask whether it is to stop; raises Cancelled or Overtaken."""
        self.cancelled = await jobs.is_cancelled(self.conn, self.turn)
        self.heed()

    async def rest(self, seconds: float) -> None:
        """Do nothing for so long; raises Cancelled or Overtaken as soon as that is so."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            await asyncio.sleep(min(left, LOOK_SECONDS))
            await self.look()


class Carries(Protocol):
    """Does what jobs of a kind are for, from where the job's mark says."""

    async def __call__(self, job: Job) -> None:
        """Do it to its end; what it raises ends the job as failed, unless the database is away."""
        ...

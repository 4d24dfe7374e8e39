"""What this worker can do that not every worker can; it says so, for whoever offers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

from aanspraak.domain.job.events import COMPARE_VIEW, REBUILD_VIEW
from adapters.postgres.connection import connect
from adapters.postgres.job_story import owns_views, say_able

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True)
class Abilities:
    """`owner_url` is how the owner of the views reaches the database, if this worker knows it.

    `others` are kinds of jobs that this worker can do whatever the database allows.
    """

    url: str
    owner_url: str
    others: Sequence[str] = ()

    async def say(self) -> list[str]:
        """Say it now, and give it; it counts until a while after the next time."""
        kinds = [*self.others, *((COMPARE_VIEW, REBUILD_VIEW) if await self._owns() else ())]
        if kinds:
            async with await connect(self.url, "work") as conn:
                await say_able(conn, kinds)
        return kinds

    async def _owns(self) -> bool:
        try:
            async with await connect(self.owner_url, "work") as conn:
                return await owns_views(conn)
        except psycopg.Error:
            return False

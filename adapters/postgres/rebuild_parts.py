"""Streams folded into the new rows of a view, part by part, by any number of processes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from adapters.postgres import rebuild_run
from adapters.postgres.connection import connect
from adapters.postgres.event_codec import topics_of
from adapters.postgres.event_log import read_range
from adapters.postgres.queries import load
from adapters.postgres.rebuild_table import NextTable
from adapters.postgres.views import NAME
from projections.by_stream import ByStream
from projections.runner import facts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded
    from adapters.postgres.rebuild_run import Part, Run
    from adapters.postgres.rebuild_table import NewTable
    from projections.registry import Projection

FACTS_AT_ONCE: Final = 5_000
"""In one look at the log while building."""
LOOK_SECONDS: Final = 0.2
BEGUN_SECONDS: Final = 30.0
"""How long a process that wants to join waits for a rebuild to begin."""


LED_SECONDS: Final = 30.0
"""So long a process that joined goes on while nobody leads: another may take the lead over."""


class NothingToJoin(Exception):
    """Nobody is building this view anew with this release."""


class Led:
    """What ends a process that joined: that nobody has led for a while."""

    def __init__(self, conn: AsyncConnection[Any], name: str, patience_seconds: float) -> None:
        self._conn = conn
        self._name = name
        self._patience_seconds = patience_seconds
        self._last = time.monotonic()

    async def require(self) -> None:
        """Raise NothingToJoin then."""
        cursor = await self._conn.execute(load("rebuild")["is_led"], {"projection": self._name})
        if await cursor.fetchone() == (True,):
            self._last = time.monotonic()
        elif time.monotonic() - self._last > self._patience_seconds:
            raise NothingToJoin(f"nobody leads the rebuild of {self._name} any more")


@dataclass(frozen=True, kw_only=True)
class Folding:
    """What a process that folds parts works with; `tell` hears how many facts all have folded.

    `led` is for who does not lead.
    """

    conn: AsyncConnection[Any]
    table: NewTable
    run: Run
    tell: Callable[[int], None] = lambda _: None
    facts_at_once: int = FACTS_AT_ONCE
    led: Led | None = None

    async def fold_all(self) -> int:
        """Fold until every part is done, also those that others were at; the facts folded here."""
        folded = 0
        while True:
            await self._require_leader()
            while (part := await self.run.take_part(self.conn)) is not None:
                folded += await self._fold(part)
                await self.run.let_go(self.conn, part.part)
            facts, done = await self.run.far(self.conn)
            if facts:
                self.tell(facts)
            if done:
                return folded
            await asyncio.sleep(LOOK_SECONDS)

    async def _fold(self, part: Part) -> int:
        """Rows and how far they are go together, a page of facts at a time."""
        rows = self.table
        folding = ByStream(rows.projection)
        stream, version = part.next_id, -1
        folded = held = 0
        ended = False
        while not ended:
            await self._require_leader()
            facts = await self._page(stream, version, part)
            ended = len(facts) < self.facts_at_once
            async with self.conn.transaction():
                await rows.copy(self.conn, folding.add(facts))
                if ended:
                    await rows.copy(self.conn, folding.finish())
                at = part.last_id if ended else folding.unfinished or part.next_id
                still = 0 if ended else _not_before(facts, at)
                if not ended and at == part.next_id:
                    still += held
                done = held + len(facts) - still
                part, held = part._replace(next_id=at), still
                await self.run.part_came_to(self.conn, part, facts=done, done=ended)
            folded += len(facts)
            self.tell((await self.run.far(self.conn))[0])
            if facts:
                stream, version = facts[-1].stream_id, facts[-1].version
        return folded

    async def _require_leader(self) -> None:
        if self.led is not None:
            await self.led.require()

    async def _page(self, stream: UUID, version: int, part: Part) -> list[Recorded]:
        return await read_range(
            self.conn,
            stream,
            part.last_id,
            after_version=version,
            until_position=self.run.until,
            limit=self.facts_at_once,
            topics=topics_of(facts_of(self.table.projection)),
        )


async def join(
    url: str,
    projection: Projection,
    *,
    facts_at_once: int = FACTS_AT_ONCE,
    led_seconds: float = LED_SECONDS,
) -> int:
    """Fold parts of a rebuild that another process leads; the facts folded here.

    Waits until it has begun; raises NothingToJoin when it does not, or nobody led for so long; or
    ThrownAway.
    """
    async with await connect(url, f"rebuild {projection.name} joined") as conn:
        for _ in range(int(BEGUN_SECONDS / LOOK_SECONDS)):
            run = await rebuild_run.find(conn, projection.name, await bookmark_of(conn))
            if run is not None:
                table = NextTable(projection=projection)
                folding = Folding(
                    conn=conn,
                    table=table,
                    run=run,
                    facts_at_once=facts_at_once,
                    led=Led(conn, projection.name, led_seconds),
                )
                return await folding.fold_all()
            await asyncio.sleep(LOOK_SECONDS)
    raise NothingToJoin(f"nobody is rebuilding {projection.name} with this release")


async def bookmark_of(conn: AsyncConnection[Any], query: str = "read_bookmark") -> int:
    """Where the live follower is."""
    row = await (await conn.execute(load("views")[query], {"name": NAME})).fetchone()
    return int(row[0]) if row else 0


def _not_before(facts: Sequence[Recorded], stream: UUID) -> int:
    return sum(recorded.stream_id >= stream for recorded in facts)

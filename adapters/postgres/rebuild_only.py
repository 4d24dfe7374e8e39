"""Repairing a view for one order, one entitlement or one school, in the live table itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg.sql import SQL, Composed, Identifier, Literal

from aanspraak.domain import ids
from adapters.postgres.connection import connect
from adapters.postgres.event_log import read_range
from adapters.postgres.queries import load
from adapters.postgres.rebuild import NotRebuildable
from adapters.postgres.rebuild_difference import Difference, compare
from adapters.postgres.rebuild_parts import FACTS_AT_ONCE, bookmark_of
from adapters.postgres.views import NAME
from adapters.postgres.views_rows import csv
from adapters.postgres.views_tables import table_in
from adapters.stopping import CannotGoOn
from projections.by_stream import ByStream
from projections.registry import Counting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from psycopg import AsyncConnection

    from projections.registry import Projection

ABOUT_ORDERS: Final[Mapping[str, str]] = {
    "entitlement_details": "entitlement_id",
    "delivery_order_status": "order_id",
    "activations_by_day": "order_id",
    "entitlements_by_school": "entitlement_id",
    "open_exchanges": "stream_id",
    "due": "stream_id",
}
"""Per view about orders, the column with the id that lies beside the order."""
TEMPORARY: Final = "rows_repaired"
ROWS_AT_ONCE: Final = 2_000


class LettersLie(CannotGoOn):
    """Facts of it lie aside: retry or skip these dead letters first."""


class NothingKnown(CannotGoOn):
    """Neither the log nor the view knows of it."""


@dataclass(frozen=True, kw_only=True)
class Streams:
    """A range of ids in the log."""

    first: UUID
    last: UUID


def streams_of_order(delivery_order_id: UUID) -> Streams:
    """An order and its entitlements."""
    return _beside(ids.order_stream(delivery_order_id))


def streams_of_entitlement(projection: Projection, entitlement_id: UUID) -> Streams:
    """An entitlement; for a view that counts, its order, in which it counts."""
    if isinstance(projection, Counting):
        return _beside(entitlement_id)
    return Streams(first=entitlement_id, last=entitlement_id)


async def streams_of_school(conn: AsyncConnection[Any], school_id: UUID) -> list[Streams]:
    """Its orders, as any table says that they are its own."""
    cursor = await conn.execute(load("rebuild")["at_school"], {"school_id": school_id})
    return list(dict.fromkeys([_beside(some_id) for (some_id,) in await cursor.fetchall()]))


def require_about_orders(projection: Projection) -> None:
    """Raise NotRebuildable for a view of which no part can be repaired."""
    if projection.name not in ABOUT_ORDERS:
        known = ", ".join(ABOUT_ORDERS)
        raise NotRebuildable(
            f"{projection.name} can only be rebuilt whole; what is about orders are {known}"
        )


async def repair(
    url: str, projection: Projection, ranges: list[Streams], *, dry_run: bool = False
) -> Difference:
    """Put the rows of these streams right, a range in a transaction, and say what differed.

    Raises NotRebuildable, NothingKnown or LettersLie.
    """
    require_about_orders(projection)
    difference = Difference(view=projection.name)
    facts = 0
    async with await connect(url, f"repair {projection.name}") as conn:
        for streams in ranges:
            repairing = _Repair(conn, projection, streams)
            async with conn.transaction():
                difference += await repairing.run(writes=not dry_run)
            facts += repairing.facts
    if not facts and not difference:
        raise NothingKnown(NothingKnown.__doc__)
    return difference


class _Repair:
    """One range, while the live follower waits; the table is locked by nobody."""

    def __init__(
        self, conn: AsyncConnection[Any], projection: Projection, streams: Streams
    ) -> None:
        self._conn = conn
        self._projection = projection
        self._streams = streams
        self.facts = 0

    async def run(self, *, writes: bool) -> Difference:
        bookmark = await bookmark_of(self._conn, "lock_bookmark")
        await self._refuse_letters()
        await self._conn.execute(self._query("make_repaired"))
        await self._fold(bookmark)
        live = self._query("within")
        difference = await compare(self._conn, self._projection, live, Identifier(TEMPORARY))
        if writes and difference:
            await self._conn.execute(self._query("remove_within"))
            await self._conn.execute(self._query("put_within"))
            given = {"projection": self._projection.name}
            await self._conn.execute(load("rebuild")["record_repair"], given)
        await self._conn.execute(SQL("DROP TABLE {}").format(Identifier(TEMPORARY)))
        return difference

    async def _refuse_letters(self) -> None:
        """What lies aside would be folded now, and once more when its turn comes."""
        given = {"follower": NAME, "first": self._streams.first, "last": self._streams.last}
        row = await (await self._conn.execute(load("rebuild")["letters_within"], given)).fetchone()
        if row and row[0] is not None:
            raise LettersLie(f"{LettersLie.__doc__} (position {row[0]})")

    async def _fold(self, until: int) -> None:
        folding = ByStream(self._projection)
        stream, version = self._streams.first, -1
        while True:
            facts = await read_range(
                self._conn,
                stream,
                self._streams.last,
                after_version=version,
                until_position=until,
                limit=FACTS_AT_ONCE,
            )
            self.facts += len(facts)
            await self._copy([*folding.add(facts)])
            if len(facts) < FACTS_AT_ONCE:
                break
            stream, version = facts[-1].stream_id, facts[-1].version
        await self._copy([*folding.finish()])

    async def _copy(self, rows: list[Any]) -> None:
        statement = table_in(self._projection, TEMPORARY).copy
        async with self._conn.cursor() as cursor, cursor.copy(statement) as copy:
            for lines, _ in csv(self._projection.row, rows, ROWS_AT_ONCE):
                await copy.write(lines)

    def _query(self, name: str) -> Composed:
        return SQL(load("rebuild")[name]).format(
            table=Identifier("view", self._projection.name),
            next=Identifier(TEMPORARY),
            column=Identifier(ABOUT_ORDERS[self._projection.name]),
            first=Literal(self._streams.first),
            last=Literal(self._streams.last),
        )


def _beside(some_id: UUID) -> Streams:
    first, last = ids.order_range(some_id)
    return Streams(first=first, last=last)

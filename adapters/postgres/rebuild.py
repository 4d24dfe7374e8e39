"""Building a view anew beside the live one, and putting it in its place in one transaction.

The log is read in the order of streams, up to the bookmark of the live follower, which may go on
meanwhile; then what it did since is caught up with, the rows are compared, and the tables change
places. What is done is on record, so whoever begins again goes on. Nothing but that one view is
touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from adapters.postgres import rebuild_run
from adapters.postgres.connection import connect
from adapters.postgres.queries import load
from adapters.postgres.rebuild_leading import CannotSwap, Far, Leader, Options, Rebuilt
from adapters.postgres.rebuild_table import NextTable
from projections.registry import PROJECTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg import AsyncConnection

    from projections.registry import Projection

NOT_REBUILT: Final = {
    "publisher": "it copies messages to partners, who would get them again",
    "stream": "it publishes facts, which `aanspraak replay` does once more",
    "notices": "it tells people, who would be told again",
    "gateway": "it calls partners, who would be called again",
    "clock": "it keeps no rows",
    "roster": "its rows come from administrations and files, not from facts",
}

__all__ = ["CannotSwap", "Far", "Options", "Rebuilt"]


class NotRebuildable(Exception):
    """There is no such view, or it is a follower that reaches the outside world; it says why."""


class RebuildUnderWay(Exception):
    """Somebody else is rebuilding this view."""


def projection_named(name: str) -> Projection:
    """The projection of this name; raises NotRebuildable."""
    for projection in PROJECTIONS:
        if projection.name == name:
            return projection
    known = ", ".join(projection.name for projection in PROJECTIONS)
    why = NOT_REBUILT.get(name, f"there is no such view; there are {known}")
    raise NotRebuildable(f"{name} cannot be rebuilt: {why}")


async def rebuild(
    url: str,
    projection: Projection,
    tell: Callable[[Far], None] = lambda _: None,
    options: Options = Options(),  # noqa: B008 it is frozen
) -> Rebuilt:
    """Build a view anew, going on with what an earlier rebuild left; `tell` hears how far it is.

    Raises RebuildUnderWay, CannotSwap or CannotFold.
    """
    async with (
        await connect(url, f"rebuild {projection.name}") as conn,
        await connect(url, f"rebuild {projection.name} holding") as holder,
    ):
        if not await _lead(conn, projection):
            raise RebuildUnderWay(f"{projection.name} is being rebuilt already")
        return await Leader(conn, holder, projection, tell, options).run()


async def discard(url: str, projection: Projection) -> None:
    """Throw away what a rebuild has left; raises RebuildUnderWay."""
    async with await connect(url, f"rebuild {projection.name}") as conn:
        if not await _lead(conn, projection):
            raise RebuildUnderWay(f"{projection.name} is being rebuilt")
        async with conn.transaction():
            await rebuild_run.forget(conn, projection.name)
            await NextTable(projection=projection).drop(conn)


async def _lead(conn: AsyncConnection[Any], projection: Projection) -> bool:
    cursor = await conn.execute(load("rebuild")["try_lead"], {"projection": projection.name})
    return await cursor.fetchone() == (True,)

"""What the last comparison of each view with the log came to, kept to be read at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from adapters.postgres.fetching import all_as
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from psycopg import AsyncConnection

    from adapters.postgres.rebuild_difference import Difference

SQL: Final = load("differences")


class Compared(NamedTuple):
    """So many rows of a view would appear, vanish and change with a rebuild, or did.

    It was compared as it was at `position`; each example has a kind, a key and fields.
    """

    view: str
    position: int
    appear: int
    vanish: int
    change: int
    examples: Sequence[Mapping[str, Any]]
    dry_run: bool
    compared_at: datetime


async def keep_difference(
    conn: AsyncConnection[Any], difference: Difference, position: int, *, dry_run: bool
) -> None:
    """Keep what a comparison came to, in the place of the one before."""
    given = {
        "projection": difference.view,
        "position": position,
        "appear": difference.appear,
        "vanish": difference.vanish,
        "change": difference.change,
        "examples": msgspec.json.encode(difference.examples).decode(),
        "dry_run": dry_run,
    }
    await conn.execute(SQL["keep"], given)


async def differences(conn: AsyncConnection[Any], view: str | None = None) -> list[Compared]:
    """The last comparison of every view that was compared, or of one."""
    return await all_as(Compared, conn, SQL["differences"], {"projection": view})

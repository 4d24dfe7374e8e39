"""What needs somebody now, read from what is open alone: never from all that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from adapters.postgres.fetching import all_rows
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

SQL: Final = load("attention")


class OpenIncidents(NamedTuple):
    """Open incidents of a kind at a party, since when the oldest; the id of a single one."""

    kind: str
    party: str
    open: int
    since: datetime
    incident_id: UUID | None


class JobsInTheWay(NamedTuple):
    """How many jobs wait for a second operator, and how many failed."""

    waiting: int
    failed: int


async def open_incidents(conn: AsyncConnection[Any]) -> list[OpenIncidents]:
    """Open incidents by kind and party."""
    return [OpenIncidents(*row) for row in await all_rows(conn, SQL["incidents"])]


async def open_at(conn: AsyncConnection[Any], party: str) -> int:
    """How many incidents are open at a party."""
    ((number,),) = await all_rows(conn, SQL["open_at"], {"party": party})
    return int(number)


async def jobs_in_the_way(conn: AsyncConnection[Any], since: datetime) -> JobsInTheWay:
    """Jobs that wait for a second operator, and that failed since a moment."""
    (row,) = await all_rows(conn, SQL["jobs"], {"since": since})
    return JobsInTheWay(*row)


async def unheard(conn: AsyncConnection[Any], since: datetime) -> int:
    """How many notices made since a moment did not get there, at the first time of asking."""
    ((number,),) = await all_rows(conn, SQL["unheard"], {"since": since})
    return int(number)


async def held(conn: AsyncConnection[Any]) -> int:
    """How many orders wait for their release."""
    ((number,),) = await all_rows(conn, SQL["held"])
    return int(number)


async def titles(conn: AsyncConnection[Any], partners: Sequence[str]) -> dict[str, str]:
    """What these partners are called."""
    return dict(await all_rows(conn, SQL["titles"], {"partners": list(partners)}))

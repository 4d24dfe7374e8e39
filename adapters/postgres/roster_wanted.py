"""Which rosters are to be pulled: by the schedule, because somebody told of a change, or again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg.rows import class_row, tuple_row

from adapters.postgres.roster import SQL, RosterState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection


@dataclass(frozen=True, kw_only=True, slots=True)
class DueSchool:
    """A school whose roster is to be pulled, where, and by which identifier it is asked for."""

    school_id: UUID
    provider: str
    sector: str
    asked_type: str
    asked_value: str


def due_school(state: RosterState) -> DueSchool | None:
    """A school as it is pulled at once; none for one that is not followed anywhere."""
    match state:
        case RosterState(
            provider=str(provider), sector=str(sector), asked_type=str(kind), asked_value=str(value)
        ):
            return DueSchool(
                school_id=state.school_id,
                provider=provider,
                sector=sector,
                asked_type=kind,
                asked_value=value,
            )
        case _:
            return None


async def due(
    conn: AsyncConnection[Any],
    now: datetime,
    pulled_before: datetime,
    pulling: Collection[UUID],
    of_each: int,
) -> list[DueSchool]:
    """Schools that somebody asks for, or that were last tried before `pulled_before`.

    One that fails waits for its time, and for nothing else. At most `of_each` administration, and
    none of those that are being pulled.
    """
    given = {"now": now, "pulled_before": pulled_before, "pulling": list(pulling)}
    given |= {"of_each": of_each}
    async with conn.cursor(row_factory=class_row(DueSchool)) as cursor:
        await cursor.execute(SQL["due"], given)
        return await cursor.fetchall()


async def want(
    conn: AsyncConnection[Any], school_ids: Collection[UUID], now: datetime, provider: str | None
) -> set[UUID]:
    """Have followed schools pulled soon, also those that fail; which of them are followed.

    With `provider` only the schools that are followed there.
    """
    given = {"schools": list(school_ids), "provider": provider, "now": now}
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL["want"], given, prepare=False)
        return {row[0] for row in await cursor.fetchall()}


async def is_wanted(conn: AsyncConnection[Any], school_id: UUID, since: datetime) -> bool:
    """Whether the pull that somebody asked for at this moment, or later, has not been made yet."""
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL["is_wanted"], {"school": school_id, "since": since})
        return await cursor.fetchone() is not None


async def want_all(conn: AsyncConnection[Any], provider: str, now: datetime) -> None:
    """Have every school that is followed at an administration pulled soon."""
    await conn.execute(SQL["want_of_provider"], {"provider": provider, "now": now})


async def dealt_with(conn: AsyncConnection[Any], school_id: UUID, began: datetime) -> None:
    """What was asked before a pull began is done; what came meanwhile asks for another."""
    await conn.execute(SQL["dealt_with"], {"school": school_id, "began": began})


async def look_again(conn: AsyncConnection[Any], school_id: UUID, at: datetime) -> None:
    """Try a school that fails again at this moment."""
    await conn.execute(SQL["look_again"], {"school": school_id, "at": at})


async def providers(conn: AsyncConnection[Any]) -> dict[str, datetime | None]:
    """The administrations at which any school is followed, and up to when each was caught up."""
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL["providers"])
        return {row[0]: row[1] for row in await cursor.fetchall()}


async def caught_up(conn: AsyncConnection[Any], provider: str, until: datetime) -> None:
    """All changes at an administration up to a moment are known here."""
    await conn.execute(SQL["caught_up"], {"provider": provider, "until": until})

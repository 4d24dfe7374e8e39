"""The catalogues that are followed, and how far each was."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from psycopg.rows import class_row, tuple_row

from aanspraak.domain import ids
from aanspraak.domain.catalogue.events import CatalogueFollowed
from adapters.postgres.event_log import read_many
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from datetime import datetime

    from psycopg import AsyncConnection


@dataclass(frozen=True, kw_only=True, slots=True)
class PullRow:
    """How far the catalogue of a provider was followed; `failures` counts those in a row."""

    provider: str
    last_success_at: datetime | None = None
    last_full_at: datetime | None = None
    last_attempt_at: datetime | None = None
    next_attempt_at: datetime
    failures: int = 0
    last_error: str | None = None


class BeingPulled(Exception):
    """Another process is pulling this catalogue at this moment."""


@asynccontextmanager
async def pulling(conn: AsyncConnection[Any], provider: str) -> AsyncIterator[None]:
    """Be the only one that pulls this catalogue.

    Raises:
        BeingPulled: somebody else is.
    """
    if not await _scalar(conn, "try_lock", provider):
        raise BeingPulled(provider)
    try:
        yield
    finally:
        if not conn.closed:
            await conn.execute(load("catalogue")["unlock"], {"provider": provider})


async def read_followed(
    conn: AsyncConnection[Any], providers: Iterable[str]
) -> dict[str, CatalogueFollowed]:
    """Those of these providers whose catalogue is followed, from the log itself."""
    histories = await read_many(conn, [ids.catalogue_stream(one) for one in providers])
    latest = [history[-1].event for history in histories.values() if history]
    return {one.provider: one for one in latest if isinstance(one, CatalogueFollowed)}


async def read_pull(conn: AsyncConnection[Any], provider: str) -> PullRow | None:
    """How far this catalogue was followed; None before the first attempt."""
    async with conn.cursor(row_factory=class_row(PullRow)) as cursor:
        await cursor.execute(load("catalogue")["pull"], {"provider": provider})
        return await cursor.fetchone()


async def save_pull(conn: AsyncConnection[Any], row: PullRow) -> None:
    """Write down how far a catalogue was followed."""
    await conn.execute(load("catalogue")["save_pull"], asdict(row))


async def wake(conn: AsyncConnection[Any], provider: str, now: datetime) -> None:
    """Ask this provider at the next look."""
    await conn.execute(load("catalogue")["wake"], {"provider": provider, "now": now})


async def start_anew(conn: AsyncConnection[Any], provider: str) -> None:
    """Let the next pull of this catalogue be a full one, at the next look."""
    await conn.execute(load("catalogue")["start_anew"], {"provider": provider})


async def listed_by(conn: AsyncConnection[Any], provider: str) -> list[str]:
    """The products that the views know of this provider, without those missed already."""
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(load("catalogue")["listed_by"], {"provider": provider})
        return [product_id for (product_id,) in await cursor.fetchall()]


async def incorrect_products(conn: AsyncConnection[Any], provider: str) -> list[str]:
    """The products of a provider about which an incident is open, as the views have it."""
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(load("catalogue")["incorrect_products"], {"provider": provider})
        return [product_id for (product_id,) in await cursor.fetchall()]


async def _scalar(conn: AsyncConnection[Any], query: str, provider: str) -> bool:
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(load("catalogue")[query], {"provider": provider})
        row = await cursor.fetchone()
    return bool(row and row[0])

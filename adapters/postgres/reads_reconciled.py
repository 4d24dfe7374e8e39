"""What came of comparing us with our partners: runs, what they found, and what still differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from psycopg.rows import tuple_row

from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from psycopg import AsyncConnection

Row = TypeVar("Row")
SQL = load("reconcile")


class Run(NamedTuple):
    """A run; `scope` is JSON, or empty; `night` the day on which a nightly one began."""

    run_id: UUID
    kind: str
    scope: str
    night: date | None
    started_at: datetime
    finished_at: datetime | None


class Part(NamedTuple):
    """A run at one partner; `compared` are entitlements (or orders, at a shop)."""

    partner: str
    finished_at: datetime | None
    stopped_by: str | None
    orders: int
    compared: int
    activations: int
    new_differences: int
    known_differences: int
    failures: int


class Differing(NamedTuple):
    """Something that was not the same when it was last compared."""

    partner: str
    delivery_order_id: UUID
    entitlement_id: UUID
    what: str
    ours: str | None
    theirs: str | None
    first_found_at: datetime
    last_found_at: datetime


async def runs(
    conn: AsyncConnection[Any], run_id: UUID | None = None, limit: int = 10
) -> list[Run]:
    """The latest runs first, or one."""
    return await _rows(conn, Run, "runs", {"run_id": run_id, "limit": limit})


async def parts(conn: AsyncConnection[Any], run_id: UUID) -> list[Part]:
    """What a run came to, per partner; those where there was nothing to compare are left out."""
    return await _rows(conn, Part, "parts", {"run_id": run_id})


async def differences(
    conn: AsyncConnection[Any], partner: str | None = None, limit: int = 1_000
) -> list[Differing]:
    """What differs, as far as the last comparison of each order goes."""
    return await _rows(conn, Differing, "differences", {"partner": partner, "limit": limit})


async def _rows(
    conn: AsyncConnection[Any], row: Callable[..., Row], query: str, values: Mapping[str, object]
) -> list[Row]:
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL[query], values, prepare=False)
        return [row(*found) for found in await cursor.fetchall()]

"""What came of comparing us with our partners: runs, what they found, and what still differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from adapters.postgres.fetching import all_as
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from psycopg import AsyncConnection

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
    return await all_as(Run, conn, SQL["runs"], {"run_id": run_id, "limit": limit})


async def parts(conn: AsyncConnection[Any], run_id: UUID) -> list[Part]:
    """What a run came to, per partner; those where there was nothing to compare are left out."""
    return await all_as(Part, conn, SQL["parts"], {"run_id": run_id})


async def differences(
    conn: AsyncConnection[Any], partner: str | None = None, limit: int = 1_000
) -> list[Differing]:
    """What differs, as far as the last comparison of each order goes."""
    return await all_as(Differing, conn, SQL["differences"], {"partner": partner, "limit": limit})

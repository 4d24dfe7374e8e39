"""How the hub is doing as a whole, from the database that all its processes share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from adapters.postgres.fetching import all_rows
from adapters.postgres.flows import count_gateways
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from psycopg import AsyncConnection

SQL: Final = load("health")


@dataclass(frozen=True, kw_only=True, slots=True)
class Lag:
    """How far a follower is behind: in facts, and in seconds since the first that waits came."""

    follower: str
    facts: int
    seconds: float


async def lags(conn: AsyncConnection[Any], now: datetime) -> list[Lag]:
    """The lag of every follower that ever ran."""
    return [
        Lag(follower=name, facts=max(0, facts), seconds=_seconds(since, now))
        for name, facts, since in await all_rows(conn, SQL["lags"])
    ]


async def oldest_open_exchanges(conn: AsyncConnection[Any], now: datetime) -> dict[str, float]:
    """For each partner, how many seconds its oldest open exchange is open; 0 without any."""
    rows = await all_rows(conn, SQL["oldest_open_exchanges"])
    return {partner: _seconds(since, now) for partner, since in rows}


async def code_stock(conn: AsyncConnection[Any]) -> dict[str, int]:
    """How many unused activation codes there are, per product that ever had any."""
    return dict(await all_rows(conn, SQL["code_stock"]))


async def absent(conn: AsyncConnection[Any], optional: Sequence[str] = ()) -> list[str]:
    """The followers that no process is at this moment, the gateway and these others included."""
    names = [name for (name,) in await all_rows(conn, SQL["absent"], (list(optional),))]
    return names if await count_gateways(conn) else [*names, "gateway"]


async def dead_letters(conn: AsyncConnection[Any]) -> dict[str, int]:
    """How many facts lie aside, per follower that laid any aside."""
    return dict(await all_rows(conn, SQL["dead_letters"]))


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0

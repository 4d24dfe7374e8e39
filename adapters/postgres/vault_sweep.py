"""Sweeping the vault: what was kept for a message that came to nothing goes after a day.

A row is an orphan when it was not used for a day and nothing refers to it: no fact, no roster, no
activation that is held. The log is read once, and what it refers to is remembered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from adapters.postgres.queries import load
from adapters.postgres.vault_part import SQL as VAULT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from psycopg import AsyncConnection

SQL: Final = load("vault_sweep")
FACTS: Final = 2_000
"""So many facts are read at once."""
ROWS: Final = 500
"""So many persons go at once: nobody is remembered meanwhile."""


class Swept(NamedTuple):
    """How many went, or would go: persons with all their rows, references of others, texts."""

    persons: int
    references: int
    texts: int


async def sweep(conn: AsyncConnection[Any], *, dry_run: bool = False) -> Swept:
    """Delete orphans, a batch per transaction. Give it a connection in autocommit.

    It may be stopped at any moment; two at once do no harm.
    """
    await _read_the_log(conn)
    swept = [await _sweep(conn, what, dry_run=dry_run) for what in Swept._fields]
    return Swept(*swept)


async def sweep_of(conn: AsyncConnection[Any], night: date) -> Swept | None:
    """The sweep of a night; None when it was done."""
    row = await (await conn.execute(SQL["swept"])).fetchone()
    if row is not None and row[1] is not None and row[1] >= night:
        return None
    swept = await sweep(conn)
    await conn.execute(SQL["done"], {"night": night})
    return swept


async def _read_the_log(conn: AsyncConnection[Any]) -> None:
    """Everything that refers to a row which is a day old now is in the log by now."""
    await conn.execute(SQL["refer_to_deciders"])
    row = await (await conn.execute(SQL["swept"])).fetchone()
    while row is not None:
        given = {"after": row[0], "limit": FACTS}
        row = await (await conn.execute(SQL["read_on"], given)).fetchone()


async def _sweep(conn: AsyncConnection[Any], what: str, *, dry_run: bool) -> int:
    rows = await (await conn.execute(SQL[f"orphan_{what}"])).fetchall()
    orphans = [row[0] for row in rows]
    if dry_run:
        return len(orphans)
    parts = [orphans[start : start + ROWS] for start in range(0, len(orphans), ROWS)]
    return sum([await _delete(conn, what, part) for part in parts])


async def _delete(conn: AsyncConnection[Any], what: str, orphans: Sequence[UUID]) -> int:
    """Those of these that are orphans still, now that nobody is being remembered."""
    async with conn.transaction():
        await conn.execute(VAULT["alone"])
        row = await (await conn.execute(SQL[f"sweep_{what}"], {"ids": orphans})).fetchone()
    return int(row[0]) if row else 0

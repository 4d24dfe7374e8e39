"""What a query gives: all its rows, as they are or each as something, or one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from psycopg.rows import tuple_row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import LiteralString

    from psycopg import AsyncConnection

    Given = Mapping[str, object] | Sequence[object]

Row = TypeVar("Row")


async def all_rows(
    conn: AsyncConnection[Any], query: LiteralString, given: Given = ()
) -> list[tuple[Any, ...]]:
    """All of them. The query is planned with what is given: one plan does not suit every order."""
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(query, given, prepare=False)
        return await cursor.fetchall()


async def all_as(
    row: Callable[..., Row], conn: AsyncConnection[Any], query: LiteralString, given: Given = ()
) -> list[Row]:
    """All of them, each made into what `row` makes of its columns."""
    return [row(*columns) for columns in await all_rows(conn, query, given)]


async def one_row(
    conn: AsyncConnection[Any], query: LiteralString, given: Given = ()
) -> tuple[Any, ...] | None:
    """The first of them; None when there is none."""
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(query, given)
        return await cursor.fetchone()

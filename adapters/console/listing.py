"""Lists, one page at a time: the address of the next page has the last id of this one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from adapters.console.visits import NotThere, Visit

Row = TypeVar("Row")


class Page(NamedTuple, Generic[Row]):
    """Rows, and where the next ones are; None: there are no more. `first`: none come before."""

    rows: Sequence[Row]
    after: UUID | None
    first: bool


async def paged(
    visit: Visit,
    rows_after: Callable[[UUID | None], AsyncIterator[Row]],
    id_of: Callable[[Row], UUID],
    size: int,
) -> Page[Row]:
    """The page that the address asks for: it begins after the id in `after`."""
    after = _after(visit)
    taken: list[Row] = []
    rows: Any = rows_after(after)
    async with aclosing(rows):
        async for row in rows:
            taken.append(row)
            if len(taken) > size:
                break
    more = len(taken) > size
    shown = taken[:size]
    return Page(shown, id_of(shown[-1]) if more else None, after is None)


def _after(visit: Visit) -> UUID | None:
    given = visit.request.query_params.get("after")
    if not given:
        return None
    try:
        return UUID(given)
    except ValueError:
        raise NotThere from None

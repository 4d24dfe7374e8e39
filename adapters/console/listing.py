"""Lists, one page at a time, or whole as CSV: the next page begins after the last id of this."""

from __future__ import annotations

import csv
import re
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing
from io import StringIO
from typing import Any, Final, Generic, NamedTuple, TypeVar
from uuid import UUID

from fastapi.responses import StreamingResponse

from adapters.console.visits import NotThere, Visit

Row = TypeVar("Row")

LONGEST_OFFSET: Final = 6
BECOMES_A_FORMULA: Final = re.compile(
    r"((?:^|[;\t\r\n])[\s\"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])"
)
"""Where a cell begins that a spreadsheet would carry out, also one that takes `;` for the comma.

A Dutch one does; what we put between quotes is then no longer between quotes to it.
"""
NOT_IN_A_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")
"""What the name of a file leaves out: partners choose what schools and orders are called."""


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
    after = after_of(visit)
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


def after_of(visit: Visit) -> UUID | None:
    """After which row the page begins that the address asks for; None: it is the first."""
    given = visit.request.query_params.get("after")
    if not given:
        return None
    try:
        return UUID(given)
    except ValueError:
        raise NotThere from None


def offset_of(visit: Visit) -> int:
    """How many rows come before those that the address asks for, in lists without ids."""
    given = visit.request.query_params.get("offset", "0")
    if not given.isdecimal() or len(given) > LONGEST_OFFSET:
        raise NotThere
    return int(given)


async def one_by_one(rows: Iterable[Row]) -> AsyncIterator[Row]:
    """Rows that are there already."""
    for row in rows:
        yield row


def csv_of(
    name: str, header: Sequence[str], rows: AsyncIterator[Sequence[object]]
) -> StreamingResponse:
    """A file of comma-separated values in UTF-8, sent while it is read."""
    return StreamingResponse(
        _lines(header, rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{NOT_IN_A_NAME.sub("_", name)}"'},
    )


def masked(subject_id: UUID) -> str:
    """A person by the end of the pseudonym: enough to tell two apart, and no more."""
    return f"**** {str(subject_id)[-4:]}"


async def _lines(
    header: Sequence[str], rows: AsyncIterator[Sequence[object]]
) -> AsyncIterator[str]:
    yield _line(header)
    async for row in rows:
        yield _line(row)


def _line(cells: Iterable[object]) -> str:
    written = StringIO()
    csv.writer(written).writerow([_cell(cell) for cell in cells])
    return written.getvalue()


def _cell(value: object) -> str:
    return BECOMES_A_FORMULA.sub(r"\1'", "" if value is None else str(value))

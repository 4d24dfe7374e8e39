"""Rows of the views: how the fields of a row's class become columns, and columns fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from itertools import islice
from types import NoneType
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    LiteralString,
    NamedTuple,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)
from uuid import UUID

import msgspec
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed, Identifier

if TYPE_CHECKING:
    from psycopg import AsyncConnection

Row = TypeVar("Row")

_TYPES: Final[Mapping[Any, LiteralString]] = {
    UUID: "uuid",
    str: "text",
    int: "bigint",
    bool: "boolean",
    date: "date",
    datetime: "timestamptz",
}
_ENCODER = msgspec.json.Encoder()
_TEXTS: Final = ("text", "text[]")


class Column(NamedTuple):
    """A column, its type, and its values on their way in (to text) and out; None: as they are.

    Arrays and documents travel in as text, within an array of texts. Documents travel out as text:
    msgspec reads one into its class at once.
    """

    name: str
    type: LiteralString
    travels_as: LiteralString
    dump: Callable[[Any], str] | None
    load: Callable[[Any], Any] | None


@cache
def columns_of(row: Callable[..., Any]) -> tuple[Column, ...]:
    """The columns of a row's class, in the order of its fields."""
    return tuple(_column(*hint) for hint in get_type_hints(row).items())


def selected(columns: Sequence[Column]) -> Composed:
    """The columns of the table `v` as they travel out, for a SELECT."""
    return SQL(", ").join(
        SQL("v.{}::text" if column.type == "jsonb" else "v.{}").format(Identifier(column.name))
        for column in columns
    )


def dump(row: Callable[..., Any], rows: Sequence[Any]) -> list[str]:
    """Rows, at least one, spread over the columns, each an array in PostgreSQL's notation."""
    return [
        array(column, values)
        for column, values in zip(columns_of(row), zip(*rows, strict=True), strict=True)
    ]


def array(column: Column, values: Sequence[Any]) -> str:
    """The values of a column as an array in PostgreSQL's notation.

    That is JSON's in other brackets, but for control characters, which JSON escapes by name (in a
    document they are escaped already): 15 times as fast as building the array value by value.
    """
    if column.dump:
        values = list(map(column.dump, values))
    inside = _ENCODER.encode(values)[1:-1].decode()
    if column.type in _TEXTS and "\\" in inside and not all(map(_is_plain, values)):
        inside = ",".join("NULL" if value is None else _quoted(value) for value in values)
    return f"{{{inside}}}"


def csv(row: Callable[..., Any], rows: Iterable[Any], size: int) -> Iterator[tuple[bytes, int]]:
    """Rows as lines for COPY, so many at a time, and how many those are.

    A line of CSV whose quotes are escaped with a backslash is JSON too, with the same exception.
    """
    columns = columns_of(row)
    rest = iter(rows)
    while piece := list(islice(rest, size)):
        lines = [_line(columns, values) for values in piece]
        yield b"\n".join(lines) + b"\n", len(lines)


def load(row: Callable[..., Row], values: Iterable[Sequence[Any]]) -> list[Row]:
    """Rows from the values of their columns."""
    loaders = [(nth, c.load) for nth, c in enumerate(columns_of(row)) if c.load]
    rows = []
    for selected_values in values:
        fields = list(selected_values)
        for nth, loader in loaders:
            fields[nth] = loader(fields[nth])
        rows.append(row(*fields))
    return rows


async def rows_of(
    row: Callable[..., Row],
    conn: AsyncConnection[Any],
    query: LiteralString,
    parameters: Mapping[str, object],
) -> list[Row]:
    """The rows a query selects, whose `{columns}` are those of the row, of a table named `v`.

    Planned each time: a plan kept from when a table was small would scan it when it is large.
    """
    statement = _statement(query, row)
    async with conn.cursor(binary=True, row_factory=tuple_row) as cursor:
        await cursor.execute(statement, parameters, prepare=False)
        return load(row, await cursor.fetchall())


@cache
def _statement(query: LiteralString, row: Callable[..., Any]) -> Composed:
    return SQL(query).format(columns=selected(columns_of(row)))


@cache
def _selecting(row: Callable[..., Any], query: LiteralString) -> bytes:
    """Put together once: that takes longer than running it."""
    return SQL(query).format(columns=selected(columns_of(row))).as_bytes(None)


def _column(name: str, hint: Any) -> Column:  # noqa: ANN401 a type expression has no type
    if get_origin(hint) is tuple:
        return Column(name, "text[]", "text", _array_literal, tuple)
    if get_origin(hint) is Mapping or hasattr(hint, "_fields"):
        return Column(name, "jsonb", "text", _json, msgspec.json.Decoder(hint).decode)
    bare = next((part for part in get_args(hint) if part is not NoneType), hint)
    kind = _TYPES[bare]
    return Column(name, kind, kind, None, _utc if bare is datetime else None)


def _line(columns: Sequence[Column], values: Sequence[Any]) -> bytes:
    fields = [
        column.dump(value) if column.dump else value
        for column, value in zip(columns, values, strict=True)
    ]
    line = _ENCODER.encode(fields)[1:-1]
    if b"\\" not in line or all(map(_is_plain, _texts(columns, fields))):
        return line
    return ",".join(
        _quoted(field) if column.type in _TEXTS and field is not None else _json(field)
        for column, field in zip(columns, fields, strict=True)
    ).encode()


def _texts(columns: Sequence[Column], fields: Sequence[Any]) -> list[Any]:
    return [field for column, field in zip(columns, fields, strict=True) if column.type in _TEXTS]


def _is_plain(value: str | None) -> bool:
    """Nothing in it that JSON escapes by name."""
    return value is None or value.isprintable()


@lru_cache(maxsize=1_000)
def _array_literal(values: tuple[str, ...]) -> str:
    """The same few again and again: the portals and the school of an order."""
    return "{" + ",".join(map(_quoted, values)) + "}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _json(value: object) -> str:
    return _ENCODER.encode(value).decode()


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None

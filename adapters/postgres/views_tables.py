"""The tables of the projections, and the statements that read and write many rows at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from psycopg.sql import SQL, Composed, Identifier

from adapters.postgres.views_rows import Column, columns_of, selected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.registry import Projection


class Table(NamedTuple):
    """A table and its statements; each takes an array per column, of the key or of all."""

    key: tuple[Column, ...]
    read: bytes
    write: bytes
    remove: bytes
    copy: bytes


@cache
def table_of(projection: Projection) -> Table:
    """The live table of a projection."""
    return table_in(projection, "view", projection.name)


@cache
def table_in(projection: Projection, *name: str) -> Table:
    """Some table of the shape of a projection's, by its name in full."""
    table = Identifier(*name)
    columns = columns_of(projection.row)
    by_name = {column.name: column for column in columns}
    key = tuple(by_name[name] for name in projection.key)
    return Table(
        key=key,
        read=_read(table, columns, key).as_bytes(None),
        write=_write(table, columns, key).as_bytes(None),
        remove=_remove(table, key).as_bytes(None),
        copy=_copy(table, columns).as_bytes(None),
    )


def _read(table: Identifier, columns: Sequence[Column], key: Sequence[Column]) -> Composed:
    """Rows by key, walked once per key by the primary key, whatever the statistics say."""
    return SQL(
        "SELECT {columns} FROM unnest({arrays}) AS k ({names})"
        " CROSS JOIN LATERAL (SELECT * FROM {table} v WHERE {same} OFFSET 0) v"
    ).format(
        columns=selected(columns),
        arrays=_arrays(key),
        names=_names(key),
        table=table,
        same=_same(key),
    )


def _write(table: Identifier, columns: Sequence[Column], key: Sequence[Column]) -> Composed:
    """New rows, and rows that take the place of those with the same key."""
    values = [column for column in columns if column not in key]
    return SQL(
        "INSERT INTO {table} ({names}) SELECT {cast} FROM unnest({arrays}) AS k ({names})"
        " ON CONFLICT ({key}) DO UPDATE SET {changes}"
    ).format(
        table=table,
        names=_names(columns),
        cast=SQL(", ").join(
            SQL("k.{}::{}").format(Identifier(column.name), SQL(column.type)) for column in columns
        ),
        arrays=_arrays(columns),
        key=_names(key),
        changes=SQL(", ").join(
            SQL("{0} = excluded.{0}").format(Identifier(column.name)) for column in values
        ),
    )


def _copy(table: Identifier, columns: Sequence[Column]) -> Composed:
    """Rows as lines of CSV whose quotes are escaped with a backslash."""
    return SQL(
        "COPY {} ({}) FROM STDIN (FORMAT csv, QUOTE '\"', ESCAPE E'\\\\', NULL 'null')"
    ).format(table, _names(columns))


def _remove(table: Identifier, key: Sequence[Column]) -> Composed:
    return SQL("DELETE FROM {} v USING unnest({}) AS k ({}) WHERE {}").format(
        table, _arrays(key), _names(key), _same(key)
    )


def _arrays(columns: Sequence[Column]) -> Composed:
    return SQL(", ").join(SQL("%s::{}[]").format(SQL(each.travels_as)) for each in columns)


def _names(columns: Sequence[Column]) -> Composed:
    return SQL(", ").join(Identifier(column.name) for column in columns)


def _same(key: Sequence[Column]) -> Composed:
    return SQL(" AND ").join(SQL("v.{0} = k.{0}").format(Identifier(column.name)) for column in key)

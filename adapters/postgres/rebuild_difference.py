"""What would change: the rows of a view against those that the log gives, without any person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg.sql import SQL, Composable, Composed, Identifier

from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psycopg import AsyncConnection

    from projections.registry import Projection

EXAMPLES: Final = 5
"""Of each kind of difference."""
ABOUT_A_PERSON: Final = ("subject_id", "user_reference_id")
"""Columns of which a report says that they differ, never what is in them."""
SOMEBODY: Final = "(somebody)"
_WHICH: Final = {
    "appear": "l.{key} IS NULL",
    "vanish": "n.{key} IS NULL",
    "change": "l.{key} IS NOT NULL AND n.{key} IS NOT NULL",
}


@dataclass(frozen=True, kw_only=True)
class Example:
    """A row by its key; `fields` that differ, now and then. `kind`: appear, vanish or change."""

    kind: str
    key: Mapping[str, Any]
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How many rows of a view would appear, vanish and change, with a few examples of each."""

    view: str
    appear: int = 0
    vanish: int = 0
    change: int = 0
    examples: tuple[Example, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.appear or self.vanish or self.change)

    def __add__(self, other: Difference) -> Difference:
        """Both, with the examples of the first ones."""
        return Difference(
            view=self.view,
            appear=self.appear + other.appear,
            vanish=self.vanish + other.vanish,
            change=self.change + other.change,
            examples=tuple(_few((*self.examples, *other.examples))),
        )


async def compare(
    conn: AsyncConnection[Any], projection: Projection, live: Composable, following: Composable
) -> Difference:
    """Compare two tables of the shape of a view, or what stands between brackets, as they are."""
    parts = {
        "live": live,
        "next": following,
        "key": Identifier(projection.key[0]),
        "same": SQL(" AND ").join(
            SQL("l.{0} = n.{0}").format(Identifier(column)) for column in projection.key
        ),
    }
    counts = await (await conn.execute(_query("differences", **parts))).fetchone() or (0, 0, 0)
    examples: list[Example] = []
    for (kind, which), number in zip(_WHICH.items(), counts, strict=True):
        if number:
            chosen = _query("examples", **parts, which=SQL(which).format(key=parts["key"]))
            cursor = await conn.execute(chosen, {"limit": EXAMPLES})
            rows = await cursor.fetchall()
            examples += [_example(projection, kind, had or {}, has or {}) for had, has in rows]
    appear, vanish, change = counts
    return Difference(
        view=projection.name,
        appear=appear,
        vanish=vanish,
        change=change,
        examples=tuple(examples),
    )


def _example(
    projection: Projection, kind: str, had: Mapping[str, Any], has: Mapping[str, Any]
) -> Example:
    key = {column: _shown(column, (has or had)[column]) for column in projection.key}
    fields = {
        column: (_shown(column, had.get(column)), _shown(column, has.get(column)))
        for column in had or has
        if column not in projection.key and had.get(column) != has.get(column)
    }
    return Example(kind=kind, key=key, fields=fields)


def _shown(column: str, value: object) -> object:
    return SOMEBODY if column in ABOUT_A_PERSON and value is not None else value


def _few(examples: tuple[Example, ...]) -> Iterator[Example]:
    taken = dict.fromkeys(_WHICH, 0)
    for example in examples:
        taken[example.kind] += 1
        if taken[example.kind] <= EXAMPLES:
            yield example


def _query(name: str, /, **parts: Composable) -> Composed:
    return SQL(load("rebuild")[name]).format(**parts)

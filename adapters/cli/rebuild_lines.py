"""What a rebuild shows: which rows would change, and how."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from adapters.cli.terminal import print_line

if TYPE_CHECKING:
    from adapters.postgres.rebuild_difference import Difference, Example

WILL = {"appear": "appears", "vanish": "vanishes", "change": "changes"}


def show_difference(difference: Difference, *, would: bool) -> None:
    """How many rows differ, and a few of them, field by field; a person is in none of them."""
    verb = "would " if would else "had to "
    if not difference:
        print_line(f"{difference.view}: no row differs")
        return
    counts = ", ".join(
        f"{getattr(difference, kind):,} {verb}{kind}" for kind in ("appear", "vanish", "change")
    )
    print_line(f"{difference.view}, rows: {counts}", "bold")
    for example in difference.examples:
        print_line(f"  {WILL[example.kind]}: {_key(example)}")
        if example.kind == "change":
            for field, had, has in _fields(example):
                print_line(f"    {field}: {had} -> {has}")


def _key(example: Example) -> str:
    return ", ".join(f"{column} {value}" for column, value in example.key.items())


def _fields(example: Example) -> Iterator[tuple[str, str, str]]:
    """Of a document only the entries that differ."""
    for field, (had, has) in example.fields.items():
        if isinstance(had, Mapping) and isinstance(has, Mapping):
            for entry in sorted(had.keys() | has.keys()):
                if had.get(entry) != has.get(entry):
                    yield f"{field}.{entry}", _value(had.get(entry)), _value(has.get(entry))
        else:
            yield field, _value(had), _value(has)


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)

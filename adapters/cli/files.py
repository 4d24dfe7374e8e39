"""Files with entries of one kind: every entry is judged alone, and the good ones count."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Generic, TypeVar

import typer

from adapters.cli.terminal import Exit, print_error, stop
from adapters.wire.parsing import parse
from adapters.wire.problems import SchemaIncorrect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from adapters.wire.message import Message

M = TypeVar("M", bound="Message")

Cells = Mapping[str, str]
"""The cells of a row that are not empty, by the names in the heading."""


class UnreadableFile(Exception):
    """The file is not a list of entries in a form that is understood."""


@dataclass(frozen=True, kw_only=True)
class Entries(Generic[M]):
    """What was in a file: the good entries, and a sentence for each bad one, which names it."""

    good: tuple[M, ...]
    bad: tuple[str, ...]


def read_entries(
    path: Path, model: type[M], row_of: Callable[[Cells], object] | None = None
) -> Entries[M]:
    """Read a JSON array of entries, or a CSV where `row_of` makes an entry of the cells of a row.

    Entries are counted from 1, rows by the line of the file where they end; the heading is line 1.
    A file that is no JSON array, and no CSV where one is understood, ends the verb.
    """
    try:
        return _read(path, model, row_of)
    except UnreadableFile as error:
        stop(Exit.WRONG_USE, str(error))


def complain(refused: Sequence[str]) -> None:
    """Say what was refused, a line each; anything refused ends the verb."""
    for sentence in refused:
        print_error(sentence)
    if refused:
        raise typer.Exit(Exit.REFUSED)


def _read(path: Path, model: type[M], row_of: Callable[[Cells], object] | None) -> Entries[M]:
    content = path.read_bytes()
    if row_of is not None and content.lstrip()[:1] not in {b"[", b"{"}:
        return _judged(model, ((f"line {n}", row_of(row)) for n, row in _rows(path, content)))
    return _judged(
        model, ((f"entry {n}", entry) for n, entry in enumerate(_array(path, content), start=1))
    )


def _array(path: Path, content: bytes) -> list[object]:
    try:
        entries = json.loads(content)
    except ValueError as error:
        raise UnreadableFile(f"{path.name} is not JSON: {error}") from None
    if not isinstance(entries, list):
        raise UnreadableFile(f"{path.name} is not a JSON array")
    return entries


def _rows(path: Path, content: bytes) -> Iterator[tuple[int, Cells]]:
    """Cells are separated by comma or semicolon, whichever the heading has more of."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile(f"{path.name} is not UTF-8") from None
    heading, _, _ = text.partition("\n")
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    rows = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter)
    for row in rows:
        cells = {name.strip(): value.strip() for name, value in row.items() if name and value}
        yield rows.line_num, {name: value for name, value in cells.items() if value}


def _judged(model: type[M], named: Iterable[tuple[str, object]]) -> Entries[M]:
    good: list[M] = []
    bad: list[str] = []
    for name, entry in named:
        try:
            good.append(parse(model, json.dumps(entry).encode()))
        except SchemaIncorrect as error:
            bad.append(f"{name}: " + "; ".join(map(str, error.problems)))
    return Entries(good=tuple(good), bad=tuple(bad))

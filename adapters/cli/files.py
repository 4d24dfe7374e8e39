"""Files with entries of one kind: every entry is judged alone, and the good ones count."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from adapters.wire.parsing import parse
from adapters.wire.problems import SchemaIncorrect

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.wire.message import Message

M = TypeVar("M", bound="Message")


class UnreadableFile(Exception):
    """The file is not a JSON array of objects."""


@dataclass(frozen=True, kw_only=True)
class Entries(Generic[M]):
    """What was in a file: the good entries, and a sentence for each bad one, which names it."""

    good: tuple[M, ...]
    bad: tuple[str, ...]


def read_entries(path: Path, model: type[M]) -> Entries[M]:
    """Read a JSON array of entries; numbers of entries count from 1.

    Raises:
        UnreadableFile: the file is no JSON, or no array.
        OSError: the file cannot be read.
    """
    try:
        content = json.loads(path.read_bytes())
    except ValueError as error:
        raise UnreadableFile(f"{path.name} is not JSON: {error}") from None
    if not isinstance(content, list):
        raise UnreadableFile(f"{path.name} is not a JSON array")
    good: list[M] = []
    bad: list[str] = []
    for number, entry in enumerate(content, start=1):
        try:
            good.append(parse(model, json.dumps(entry).encode()))
        except SchemaIncorrect as error:
            bad.append(f"entry {number}: " + "; ".join(map(str, error.problems)))
    return Entries(good=tuple(good), bad=tuple(bad))

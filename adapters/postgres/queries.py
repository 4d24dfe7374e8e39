"""Named queries: SQL stays in `.sql` files, each query under a `-- name:` line."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, LiteralString, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER = Path(__file__).with_name("sql")
_HEADING = re.compile(r"^-- name: *(\w+) *$", re.MULTILINE)


@cache
def load(topic: str) -> Mapping[str, LiteralString]:
    """The queries of `sql/<topic>.sql` by name.

    They are files of this package, so they count as literals: psycopg's guard against SQL made from
    input stays on for everything else.
    """
    _, *parts = _HEADING.split((_FOLDER / f"{topic}.sql").read_text(encoding="utf-8"))
    names, bodies = parts[::2], parts[1::2]
    if len(set(names)) < len(names):
        raise ValueError(f"sql/{topic}.sql has two queries of one name")
    return {
        name: cast("LiteralString", body.strip().removesuffix(";"))
        for name, body in zip(names, bodies, strict=True)
    }

"""The console's own files for browsers, read once, named by what is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from adapters.console.place import BASE

FOLDER: Final = Path(__file__).parent / "static"
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Asset(NamedTuple):
    """One file: what it holds, and a mark that changes with it."""

    content: bytes
    media_type: str
    mark: str


@cache
def assets() -> Mapping[str, Asset]:
    """Every file that browsers may have, by its name."""
    return {
        path.name: Asset(
            content := path.read_bytes(),
            TYPES[path.suffix],
            hashlib.sha256(content).hexdigest()[:12],
        )
        for path in sorted(FOLDER.iterdir())
        if path.suffix in TYPES
    }


def url_of(name: str) -> str:
    """Where a file is: with its mark, so that it may be kept for ever."""
    return f"{BASE}/static/{name}?v={assets()[name].mark}"

"""docs/events/*.json and docs/asyncapi.json: `python -m tests.adapters.event_documents`.

Schemas within a major version only grow, so what takes anything away from them is not written.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from adapters.kafka import asyncapi
from adapters.kafka.event_schemas import Schema, dashboard_schemas, event_schemas, taken_away

DOCS = Path(__file__).parents[2] / "docs"
ASYNCAPI = DOCS / "asyncapi.json"
SCHEMAS: Mapping[Path, Callable[[], Schema]] = {
    DOCS / "events" / "events.v1.json": event_schemas,
    DOCS / "events" / "dashboard.v1.json": dashboard_schemas,
}
DOCUMENTS = {**SCHEMAS, ASYNCAPI: asyncapi.document}


def written(document: Schema) -> str:
    """A document as it lies in docs/."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def write(path: Path, document: Schema) -> list[str]:
    """Write it, unless something in it is missing or other than before: then return what."""
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"$defs": {}}
    missed = taken_away(before, document)
    if not missed:
        path.write_text(written(document), encoding="utf-8")
    return missed


if __name__ == "__main__":
    faults = [
        f"{path.name}, {what}"
        for path, document in SCHEMAS.items()
        for what in write(path, document())
    ]
    ASYNCAPI.write_text(written(asyncapi.document()), encoding="utf-8")
    sys.exit("\n".join(["readers would miss:", *faults]) if faults else None)

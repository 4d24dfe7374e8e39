"""docs/openapi.json, as the application gives it: `python -m tests.adapters.openapi_document`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from adapters.http.app import create_app

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"


def document() -> dict[str, Any]:
    """The document; to describe itself the application needs none of its parts."""
    return create_app(cast("Any", None)).openapi()


def written() -> str:
    """The same, as it lies in docs/."""
    return json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(written(), encoding="utf-8")

"""The page about the sandbox names every option."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from adapters.sandbox.behaviour import Behaviour

PAGE = Path(__file__).parents[2] / "docs" / "sandbox.md"


def test_every_option_is_explained_and_no_other() -> None:
    table = PAGE.read_text().split("## Behaviour")[1].split("## Control")[0]
    first_cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    explained = {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}
    assert explained == {field.encode_name for field in msgspec.structs.fields(Behaviour)}

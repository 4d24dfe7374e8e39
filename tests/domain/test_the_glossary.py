from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ")
][1:]
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("aanspraak", "projections", "adapters", "migrations")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".sql"}
)
NAMES = sorted({name for row in ROWS for name in re.findall(r"`([^`]+)`", row[2])})


def test_it_is_one_table_of_four_columns() -> None:
    assert len(ROWS) > 30
    assert {len(row) for row in ROWS} == {4}


def test_no_word_has_two_rows() -> None:
    words = [row[0] for row in ROWS]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("name", NAMES)
def test_every_name_in_it_is_in_the_code(name: str) -> None:
    assert re.search(rf"\b{re.escape(name)}\b", CODE)

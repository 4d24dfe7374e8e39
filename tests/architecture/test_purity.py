"""aanspraak/ and projections/ are pure: only these modules, no clock, no chance, no environment."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.architecture.sources import CODE, PURE, ROOT, imported_modules, python_files, shown, tree

if TYPE_CHECKING:
    from pathlib import Path

ALLOWED = {
    "__future__",
    "bisect",
    "calendar",
    "collections",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "hashlib",
    "itertools",
    "operator",
    "re",
    "types",
    "typing",
    "uuid",
    "zoneinfo",
}
"""Of the standard library; asyncio, os, random, time and the like are missing on purpose."""

IMPURE_CALLS = {"now", "utcnow", "today", "uuid1", "uuid4", "open", "print", "input"}
WAITING = ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith
AGGREGATES = sorted(
    path.parent.name for path in (ROOT / "aanspraak" / "domain").glob("*/__init__.py")
)


def test_a_pure_file_imports_only_what_is_allowed() -> None:
    outside = {
        shown(path): extra
        for path in python_files(*PURE)
        if (
            extra := {name.partition(".")[0] for name in imported_modules(path)} - ALLOWED - {*PURE}
        )
    }
    assert outside == {}


def test_a_pure_file_asks_no_clock_and_no_chance() -> None:
    asking = {
        shown(path): calls
        for path in python_files(*PURE)
        if (calls := _names_called(path) & IMPURE_CALLS)
    }
    assert asking == {}


def test_a_pure_file_is_not_asynchronous() -> None:
    waiting = [
        shown(path)
        for path in python_files(*PURE)
        if any(isinstance(node, WAITING) for node in ast.walk(tree(path)))
    ]
    assert waiting == []


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_an_aggregate_never_imports_another(aggregate: str) -> None:
    others = tuple(f"aanspraak.domain.{other}." for other in AGGREGATES if other != aggregate)
    imported = {
        name
        for path in python_files(f"aanspraak/domain/{aggregate}")
        for name in imported_modules(path)
    }
    assert not [name for name in imported if f"{name}.".startswith(others)]


def test_the_environment_is_read_in_one_file() -> None:
    readers = {
        shown(path)
        for path in python_files(*CODE)
        if any(name in path.read_text() for name in ("os.environ", "getenv"))
    }
    assert readers == {"adapters/config.py"}


def test_a_new_package_at_the_top_needs_a_rule_first() -> None:
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} == {*CODE, "bench", "tests"}


def _names_called(path: Path) -> set[str]:
    return {
        node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
    }

"""The project's own files, read as text and as syntax trees."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PURE = ("aanspraak", "projections")
CODE = (*PURE, "adapters")
NOT_OURS = {".git", ".venv", "var", "__pycache__", "aanspraak.egg-info"}


def python_files(*folders: str) -> list[Path]:
    """Every Python file in these folders, in order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def text_files() -> Iterator[Path]:
    """Every file of the project, without what was installed, kept or cached here."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        cached = any(part in NOT_OURS or part.endswith("_cache") for part in parts)
        if path.is_file() and not cached and parts[0] != ".hypothesis":
            yield path


def tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(), filename=str(path))


def imported_modules(path: Path) -> set[str]:
    """Every module that a file imports, those for type checking included."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(module)):
                found |= {f"{module}.{alias.name}" for alias in node.names} | {module}
            case _:
                pass
    return found


def shown(path: Path) -> str:
    """The path as a reader of the project knows it."""
    return str(path.relative_to(ROOT))

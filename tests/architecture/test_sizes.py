"""Files and functions stay small enough to be read in one sitting."""

from __future__ import annotations

import ast

from tests.architecture.sources import CODE, python_files, shown, tree

FILE_LINES = 300
FUNCTION_LINES = 30
TEST_FUNCTION_LINES = 40


def test_no_file_is_too_long() -> None:
    lines = {
        shown(path): len(path.read_text().splitlines())
        for path in python_files(*CODE, "bench", "tests")
    }
    assert {path: count for path, count in lines.items() if count > FILE_LINES} == {}


def test_no_function_is_too_long() -> None:
    assert _functions_longer_than(FUNCTION_LINES, *CODE, "bench") == {}


def test_no_test_is_too_long() -> None:
    assert _functions_longer_than(TEST_FUNCTION_LINES, "tests") == {}


def _functions_longer_than(limit: int, *folders: str) -> dict[str, int]:
    return {
        f"{shown(path)}:{node.lineno} {node.name}": _lines(node)
        for path in python_files(*folders)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _lines(node) > limit
    }


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From `def` to the end; what the docstring takes is not counted."""
    last = function.end_lineno or function.lineno
    first = function.body[0]
    documented = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
    return last - function.lineno + 1 - docstring

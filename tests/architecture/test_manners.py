"""Names, log events, migrations and decisions keep to the manners of the house."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from adapters.telemetry import LOG_EVENTS
from tests.architecture.sources import (
    CODE,
    ROOT,
    imported_modules,
    python_files,
    shown,
    text_files,
    tree,
)

NAMELESS = {"utils", "common", "helpers", "base", "manager", "service"}
MIGRATIONS = sorted((ROOT / "migrations").iterdir())
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
THIS_MACHINE = re.compile(
    r"(?<![\w.*:-])/(?:work|root|home)/\w"  # a folder of whoever wrote it
    r"|\b(?:pypi|pythonhosted|npmjs|crates)\.(?:org|io|com)\b|\bproxy\.golang\b|/opt/whee[l]s"
)


def test_no_file_is_named_after_nothing() -> None:
    parts = {part for path in python_files(*CODE, "tests") for part in path.parts}
    assert not {part.removesuffix(".py") for part in parts} & NAMELESS


@pytest.mark.parametrize("path", MIGRATIONS, ids=shown)
def test_a_migration_has_a_legal_name_a_reason_and_a_lock_timeout(path: Path) -> None:
    text = path.read_text()
    assert re.fullmatch(r"\d{4}_(pre|post)_[a-z0-9_]+\.sql", path.name)
    assert text.startswith("-- why: ")
    assert "SET LOCAL lock_timeout" in text


def test_no_two_migrations_have_the_same_number() -> None:
    numbers = [int(path.name[:4]) for path in MIGRATIONS]
    assert len(set(numbers)) == len(numbers)


def test_no_file_tells_about_the_machine_it_was_written_on() -> None:
    telling = {
        shown(path): found
        for path in text_files()
        if (found := THIS_MACHINE.findall(path.read_text(errors="replace")))
    }
    assert telling == {}


def test_no_file_has_two_sides_of_a_merge_in_it() -> None:
    unmerged = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
    found = [
        shown(path) for path in text_files() if unmerged.search(path.read_text(errors="replace"))
    ]
    assert found == []


def test_the_list_has_every_log_event_and_no_other() -> None:
    assert {event for path in python_files("adapters") for event in _log_events(path)} == LOG_EVENTS


def test_nothing_of_ours_is_mocked() -> None:
    mocking = {
        shown(path): found for path in python_files("tests") if (found := _doubles_used(path))
    }
    assert mocking == {}


@pytest.mark.parametrize("path", DECISIONS, ids=shown)
def test_a_decision_fits_on_a_page_and_names_the_check_that_enforces_it(path: Path) -> None:
    text = path.read_text()
    assert re.match(rf"# 0*{int(path.name[:4])}\.? .+\n\nStatus: ", text)
    *sections, check = re.findall(r"(?m)^## (.+)$", text)
    assert sections == ["Context", "Decision", "Consequences", "Alternatives"]
    assert "check" in check.lower()
    assert len(text.splitlines()) <= 60


@pytest.mark.parametrize("path", DECISIONS, ids=shown)
def test_what_a_decision_names_as_its_check_is_there(path: Path) -> None:
    *_, check = re.split(r"(?m)^## .*check.*$", path.read_text(), flags=re.IGNORECASE)
    named = re.findall(r"`([\w./*]+)`", check)
    files = [name for name in named if "/" in name or name.endswith(".py")]
    assert files
    assert not [name for name in files if not _found(name)]


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))


def _found(name: str) -> list[Path]:
    """The files a text means: from the root, or a test of that name wherever it stands."""
    return [*ROOT.glob(name), *((ROOT / "tests").rglob(name) if "/" not in name else ())]


def _doubles_used(path: Path) -> set[str]:
    arguments = {node.arg for node in ast.walk(tree(path)) if isinstance(node, ast.arg)}
    modules = {name.partition(".")[0] for name in imported_modules(path)}
    return arguments & {"monkeypatch", "mocker"} | modules & {"unittest", "mock"}


def _log_events(path: Path) -> set[str]:
    """The names given to a logger: `log.info("subject.verb", ...)`."""
    found = set()
    for node in ast.walk(tree(path)):
        match node:
            case ast.Call(
                func=ast.Attribute(attr=level, value=ast.Name(id="log" | "_log")),
                args=[ast.Constant(value=str(event)), *_],
            ) if level in LEVELS:
                found.add(event)
            case _:
                pass
    return found

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import aanspraak.domain

DOMAIN = Path(aanspraak.domain.__path__[0])
NOT_DECIDING = {"commands.py", "events.py", "withdrawal_events.py", "state.py", "evolve.py"}


def dataclass_fields(state: Path) -> Iterator[tuple[str, str]]:
    """Class and field of every dataclass of a state."""
    for node in ast.parse(state.read_text()).body:
        if isinstance(node, ast.ClassDef) and node.decorator_list:
            for line in node.body:
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                    yield node.name, line.target.id


def deciding(aggregate: Path) -> Iterator[ast.AST]:
    for module in aggregate.glob("*.py"):
        if module.name not in NOT_DECIDING:
            yield from ast.walk(ast.parse(module.read_text()))


def reads(aggregate: Path) -> Iterator[str]:
    """Names that are read, and `Class.name` of values that are compared as a whole."""
    for node in deciding(aggregate):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield node.attr
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from (f"{node.func.id}.{keyword.arg}" for keyword in node.keywords)


FIELDS = [
    pytest.param(state.parent, owner, field, id=f"{owner}.{field}")
    for state in sorted(DOMAIN.glob("*/state.py"))
    for owner, field in dataclass_fields(state)
]


def test_there_are_states_to_look_at() -> None:
    assert len(FIELDS) > 20


@pytest.mark.parametrize(("aggregate", "owner", "field"), FIELDS)
def test_every_field_is_read_where_it_is_decided(aggregate: Path, owner: str, field: str) -> None:
    assert {field, f"{owner}.{field}"} & set(reads(aggregate))

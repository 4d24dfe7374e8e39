"""Whatever opens an incident is explained: how bad, what it means, what to do, what closes it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from string import Formatter

import pytest

from aanspraak.domain.status_codes import STATUS_CODES
from projections.code_words import code_means
from projections.incident_kinds import KINDS, tell
from projections.kind_of_incident import CLOSES, SEVERITIES
from projections.languages import LANGUAGES
from tests.architecture.sources import ROOT, python_files, shown, tree

KIND = re.compile(r"[a-z]+(-[a-z]+)+")
OPENS = re.compile(r"(?i)concern|incident|refusal")
"""Names of functions and classes that are handed a kind."""
NAMED_IN = ("adapters/http/incidents.py", "adapters/postgres/clock_incidents.py")
"""Where kinds are constants."""
CONCERNS = "aanspraak/application/concerns.py"
ANOMALIES = ROOT / "aanspraak/domain/entitlement/activation.py"
LINKS = ("link-expired", "link-cancelled", "link-blocked")
"""Made of what a portal reports."""


def _kinds() -> Iterator[tuple[str, str]]:
    for path in python_files("aanspraak", "adapters"):
        named = dict(_named(path))
        for node in ast.walk(tree(path)):
            for kind in _in(node, path, named):
                yield shown(path), kind
    yield from (("what a portal reports", kind) for kind in LINKS)


def _in(node: ast.AST, path: Path, named: Mapping[str, str]) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if OPENS.search(name):
            given = [*node.args, *(each.value for each in node.keywords if each.arg == "kind")]
            yield from _texts(given, named)
        case ast.Assign(value=ast.expr() as value) | ast.AnnAssign(value=ast.expr() as value):
            if shown(path) in NAMED_IN:
                yield from _texts([value], named)
            elif shown(path) == CONCERNS and isinstance(value, ast.Dict):
                yield from _texts(value.values, named)
        case ast.Dict(keys=keys) if path == ANOMALIES:
            yield from _texts([key for key in keys if key], named)
        case _:
            pass


def _named(path: Path) -> Iterator[tuple[str, str]]:
    """The texts that this file gives a name."""
    for node in tree(path).body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(text))):
                yield name, text
            case _:
                pass


def _texts(nodes: Iterable[ast.expr], named: Mapping[str, str]) -> Iterator[str]:
    """What is a text itself or by name, or becomes one or the other."""
    for node in nodes:
        match node:
            case ast.Constant(value=str(text)) if KIND.fullmatch(text):
                yield text
            case ast.Name(id=name) if KIND.fullmatch(named.get(name, "")):
                yield named[name]
            case ast.IfExp():
                yield from _texts([node.body, node.orelse], named)
            case _:
                pass


FOUND = sorted(set(_kinds()))


def test_there_are_kinds_to_look_at() -> None:
    assert len({kind for _, kind in FOUND}) > 15


@pytest.mark.parametrize(("where", "kind"), FOUND)
def test_every_kind_that_is_opened_is_explained(where: str, kind: str) -> None:
    assert kind in KINDS, f"{where} opens {kind}; add it to projections/incident_kinds_*.py"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_said_of_a_kind_is_complete_in_both_languages(kind: str) -> None:
    known = KINDS[kind]
    assert known.severity in SEVERITIES
    assert known.closes in CLOSES
    for texts in (known.means, known.next_step):
        assert len(texts) == len(LANGUAGES)
        for text in texts:
            assert {name for _, name, _, _ in Formatter().parse(text) if name} <= {"party"}
            assert text[-1] != "."


def test_a_kind_that_a_newer_release_opened_is_shown_all_the_same() -> None:
    told = tell("never-heard-of", "uitgever", "nl")
    assert told.explanation == "iets dat niet hoort: never-heard-of bij uitgever"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_ours_means_something(language: str) -> None:
    unlisted = code_means(123456, language)
    codes = {0, 1, 2, 11, 12, 21, 22, 23, 99, 4099, 4199, *STATUS_CODES.values()}
    assert [code for code in codes if code_means(code, language) == unlisted] == []


def test_a_number_means_the_same_about_a_delivery_and_an_entitlement() -> None:
    assert code_means(4011) == code_means(4111) == "the product is unknown"
    assert code_means(11) == "the message does not fit its schema"

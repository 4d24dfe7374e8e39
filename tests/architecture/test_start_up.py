"""A process imports what it needs and nothing else: every verb of a chain pays for its imports."""

from __future__ import annotations

import subprocess
import sys
from inspect import cleandoc
from typing import TYPE_CHECKING

import pytest

from adapters.bootstrap.following import FOLLOWERS
from adapters.cli.following import FollowerName
from adapters.cli.verbs import VERBS, load
from tests.architecture.sources import ROOT

if TYPE_CHECKING:
    from collections.abc import Collection

WEB = ("fastapi", "starlette", "uvicorn")
PARTNERS = ("aiohttp", "adapters.eduv")
DATABASE = ("psycopg", "eventsourcing", "adapters.postgres")

UNNEEDED = {
    "adapters.cli": (*WEB, *PARTNERS, *DATABASE, "pydantic", "msgspec", "aanspraak", "projections"),
    "adapters.cli.sandboxing": (*WEB, *DATABASE, "adapters.eduv", "adapters.bootstrap"),
    "adapters.cli.following": (*WEB, *PARTNERS),
    "adapters.bootstrap.log_followers": (*WEB, *PARTNERS, "adapters.cli"),
    "adapters.bootstrap.partner_followers": (*WEB, "adapters.cli"),
}


@pytest.mark.parametrize("module", UNNEEDED)
def test_a_process_does_not_import_what_it_does_not_need(module: str) -> None:
    loaded = _loaded_by(f"import {module}")
    assert [name for name in UNNEEDED[module] if name in loaded] == []


@pytest.mark.parametrize("verb", ["migrate", "trace", "report", "forecast", "consent"])
def test_only_the_verb_that_serves_imports_the_web_framework(verb: str) -> None:
    loaded = _loaded_by(f"from adapters.cli.verbs import load; load({verb!r})")
    assert [name for name in WEB if name in loaded] == []


@pytest.mark.parametrize("verb", VERBS)
def test_help_has_the_line_that_a_verb_has_of_itself(verb: str) -> None:
    own, _, _ = cleandoc(load(verb).help or "").partition("\n\n")
    assert VERBS[verb][1] == own


def test_a_follower_that_can_be_named_is_one_that_there_is() -> None:
    assert {name.value for name in FollowerName} == set(FOLLOWERS)


def _loaded_by(statement: str) -> Collection[str]:
    answer = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport sys; print(*sys.modules)"],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return set(answer.stdout.split())

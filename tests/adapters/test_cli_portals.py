"""`aanspraak portal`: a school's portals at the terminal."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from adapters.postgres.connection import connect
from adapters.postgres.event_log import read_after
from tests.adapters.verb_case import entries_file, partner_entry, typed

if TYPE_CHECKING:
    from pathlib import Path

SCHOOL = "104A158"


@pytest.fixture
def registered(database_url: str, tmp_path: Path) -> str:
    """Give the URL of a hub that knows two portals, a shop and a school."""
    partners = [
        partner_entry("oost", "oost", role="portal"),
        partner_entry("west", "west", role="portal"),
        partner_entry("winkel", "winkel", role="shop"),
    ]
    file = entries_file(tmp_path, *partners)
    assert typed(database_url, tmp_path, "partner", "import", file).exit_code == 0
    given = ("consent", "give", SCHOOL, "oost", "--confirmed", "--reason", "known")
    assert typed(database_url, tmp_path, *given).exit_code == 0
    return database_url


def _decisions(url: str) -> list[tuple[str, str]]:
    """What was decided, and by whom."""

    async def read() -> list[tuple[str, str]]:
        async with await connect(url, "test") as conn:
            facts = await read_after(conn, 0)
        decided = ("PortalAdded", "PortalRemoved", "PortalReplaced")
        return [
            (type(fact.event).__name__, fact.actor.partition(":")[0])
            for fact in facts
            if type(fact.event).__name__ in decided
        ]

    return asyncio.run(read())


def test_added_removed_and_replaced_for_a_reason(registered: str, tmp_path: Path) -> None:
    def verb(*given: str) -> Any:  # noqa: ANN401 - of the runner
        return typed(registered, tmp_path, "portal", *given)

    planned = verb("add", SCHOOL, "west", "--reason", "asked", "--dry-run")
    assert planned.exit_code == 0
    assert "touched: 0" in planned.stdout
    assert "does not consent to west" in planned.stdout
    assert "nothing was done" in planned.stdout
    assert _decisions(registered) == []
    assert "changed" in verb("add", SCHOOL, "west", "--reason", "asked").stdout
    assert "it was so before" in verb("add", SCHOOL, "west", "--reason", "asked").stdout
    assert "changed" in verb("replace", SCHOOL, "oost", "west", "--reason", "moves").stdout
    assert "changed" in verb("remove", SCHOOL, "west", "--reason", "leaves").stdout
    assert _decisions(registered) == [
        ("PortalAdded", "operator"),
        ("PortalReplaced", "operator"),
        ("PortalRemoved", "operator"),
    ]
    assert "instead of oost: nothing" in verb("list", SCHOOL).stdout


@pytest.mark.parametrize(
    ("given", "exit_code", "said"),
    [
        (("add", "000A000", "west"), 1, "no school 000A000 is known"),
        (("add", "BRIN:09", "west"), 2, "the type of a school's identifier"),
        (("add", SCHOOL, "winkel"), 1, "This hub serves no portal of this name: PORTAL"),
        (("replace", SCHOOL, "west", "nergens"), 1, "no portal of this name: NEW_PORTAL"),
    ],
)
def test_what_is_wrong_is_said(
    registered: str, tmp_path: Path, given: tuple[str, ...], exit_code: int, said: str
) -> None:
    result = typed(registered, tmp_path, "portal", *given, "--reason", "typed wrong")
    assert result.exit_code == exit_code
    assert said in result.output
    assert _decisions(registered) == []


def test_without_a_reason_nothing_is_done(registered: str, tmp_path: Path) -> None:
    assert typed(registered, tmp_path, "portal", "add", SCHOOL, "west").exit_code == 2
    assert _decisions(registered) == []

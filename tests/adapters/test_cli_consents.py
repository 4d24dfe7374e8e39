"""The verbs about consents."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from adapters.postgres.connection import connect
from tests.adapters.verb_case import entries_file, partner_entry, typed
from tests.contracts.view_rows import follow

if TYPE_CHECKING:
    from pathlib import Path

PORTAL = "portaal"


@pytest.fixture
def registered(database_url: str, tmp_path: Path) -> str:
    """Give the URL of a hub that knows a portal, an administration and a shop."""
    partners = [
        partner_entry(PORTAL, PORTAL, role="portal"),
        partner_entry("las", "las", role="administration"),
        partner_entry("winkel", "winkel", role="shop"),
    ]
    file = entries_file(tmp_path, *partners)
    assert typed(database_url, tmp_path, "partner", "import", file).exit_code == 0
    return database_url


def test_a_file_is_taken_over_entry_by_entry(registered: str, tmp_path: Path) -> None:
    entries: list[dict[str, Any]] = [
        {"partner": PORTAL, "school": {"organisationMasterIdentifier": "104A158"}},
        {"partner": "las", "school": {"organisationMasterIdentifier": "104A158"}},
        {"partner": "winkel", "school": {"organisationMasterIdentifier": "104A158"}},
        {"partner": PORTAL},
    ]
    result = typed(registered, tmp_path, "consent", "import", entries_file(tmp_path, *entries))
    assert result.exit_code == 1
    assert "4 consents taken over, 0 as they were" in result.stdout
    assert "consent 3 (winkel): The hub does not exchange this" in result.stderr
    assert "entry 4: school is missing" in result.stderr
    again = typed(registered, tmp_path, "consent", "import", entries_file(tmp_path, *entries[:2]))
    assert "0 consents taken over, 4 as they were" in again.stdout


def test_a_csv_names_schools_as_at_the_terminal(registered: str, tmp_path: Path) -> None:
    path = tmp_path / "consents.csv"
    path.write_text(
        "partner;school;providerStatus;consumerStatus\n"
        f"{PORTAL};OIE_CODE:09QQ;accepted;pending\n"
        f"{PORTAL};104A158;;\n"
    )
    assert typed(registered, tmp_path, "consent", "import", str(path)).exit_code == 0
    assert _listed(registered, tmp_path) == [
        (PORTAL, "104A158", "holds"),
        (PORTAL, "OIE_CODE 09QQ", ""),
    ]


def test_given_and_taken_back(registered: str, tmp_path: Path) -> None:
    def verb(*given: str) -> Any:  # noqa: ANN401 - of the runner
        return typed(registered, tmp_path, "consent", *given)

    planned = verb("give", "104A158", PORTAL, "--dry-run")
    assert "nothing was done" in planned.stdout
    assert _listed(registered, tmp_path) == []
    given = verb("give", "104A158", PORTAL, "--confirmed", "--reason", "brief")
    assert "entitlement.portal: done" in given.stdout
    assert _listed(registered, tmp_path) == [(PORTAL, "104A158", "holds")]
    assert "done" in verb("revoke", "104A158", PORTAL).stdout
    assert "unchanged" in verb("revoke", "104A158", PORTAL).stdout
    assert _listed(registered, tmp_path) == [(PORTAL, "104A158", "")]
    assert verb("give", "104A158", "niemand").exit_code == 1
    assert verb("give", " ", PORTAL).exit_code == 2


def _listed(url: str, folder: Path) -> list[tuple[str, str, str]]:
    """Partner, school and whether it holds, as `consent list` shows them."""

    async def catch_up() -> None:
        async with await connect(url, "test") as conn:
            await follow(conn)

    asyncio.run(catch_up())
    lines = typed(url, folder, "consent", "list").stdout.splitlines()[1:]
    rows = [line.split("  ") for line in lines if line.strip()]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    return sorted((row[0], row[1], "holds" if row[-1] == "holds" else "") for row in cells)

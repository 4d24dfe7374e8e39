"""`aanspraak leavers`: who is held back, and letting them go."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from tests.adapters.verb_case import typed


def test_nobody_is_held_back_where_nothing_was_ordered(database_url: str, tmp_path: Path) -> None:
    result = typed(database_url, tmp_path, "leavers")
    assert result.exit_code == 0
    assert "nobody is held back" in result.output


def test_of_an_order_without_leavers_nobody_can_go(database_url: str, tmp_path: Path) -> None:
    given = ("leavers", "release", str(uuid4()), "--reason", "the school says so")
    result = typed(database_url, tmp_path, *given)
    assert result.exit_code == 1
    assert "Nobody of this order is held back" in result.output

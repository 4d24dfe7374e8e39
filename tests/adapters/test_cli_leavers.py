"""`aanspraak leavers`: who is held back, and letting them go."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from typer.testing import CliRunner, Result

from adapters.cli import app

KEYS = f'{{"1": "{"01" * 32}"}}'


def _verb(url: str, folder: Path, *given: str) -> Result:
    environment = {
        "DATABASE_URL": url,
        "AANSPRAAK_TOKEN_ISSUER": "https://tokens.example.org",
        "AANSPRAAK_TOKEN_KEYS": str(folder / "keys.json"),
        "AANSPRAAK_CLIENT_KEY": str(folder / "client.json"),
        "AANSPRAAK_VAULT_HASH_KEYS": KEYS,
        "AANSPRAAK_VAULT_ENCRYPTION_KEYS": KEYS,
    }
    return CliRunner().invoke(app, list(given), env=environment)


def test_nobody_is_held_back_where_nothing_was_ordered(database_url: str, tmp_path: Path) -> None:
    result = _verb(database_url, tmp_path, "leavers")
    assert result.exit_code == 0
    assert "nobody is held back" in result.output


def test_of_an_order_without_leavers_nobody_can_go(database_url: str, tmp_path: Path) -> None:
    given = ("leavers", "release", str(uuid4()), "--reason", "the school says so")
    result = _verb(database_url, tmp_path, *given)
    assert result.exit_code == 1
    assert "Nobody of this order is held back" in result.output

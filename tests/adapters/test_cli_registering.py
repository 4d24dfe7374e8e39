"""The verbs that make partners and products known: each entry is judged alone, and by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from typer.testing import CliRunner, Result

from adapters.cli import app

if TYPE_CHECKING:
    from pathlib import Path

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


def _file(folder: Path, *entries: dict[str, Any]) -> str:
    path = folder / "entries.json"
    path.write_text(json.dumps(entries))
    return str(path)


def _partner(partner: str, client_id: str, **changes: str) -> dict[str, Any]:
    url = "https://uitgever.example/v1"
    return {
        "partner": partner,
        "role": "registry",
        "clientId": client_id,
        "url": url,
        "tokenUrl": url,
        **changes,
    }


def _product(product_id: str, registry: str) -> dict[str, Any]:
    return {
        "productId": product_id,
        "registry": registry,
        "name": "Getal & Ruimte",
        "type": "digital",
        "status": "available",
        "licensePeriod": {"licenseVariant": "schoolyear"},
    }


def test_a_client_id_belongs_to_one_partner(database_url: str, tmp_path: Path) -> None:
    entries = (_partner("een", "client"), _partner("twee", "client"), _partner("drie", "derde"))
    result = _verb(database_url, tmp_path, "partner", "import", _file(tmp_path, *entries))
    assert result.exit_code == 1
    assert "twee: clientId is another partner's" in result.output
    assert "drie" in result.stdout


def test_what_was_done_is_a_table_with_a_head(database_url: str, tmp_path: Path) -> None:
    file = _file(tmp_path, _partner("een", "client"))
    heads, row, *_ = _verb(database_url, tmp_path, "partner", "import", file).stdout.splitlines()
    assert (heads.split(), row.split()) == (["outcome", "partner"], ["known", "een"])


def test_an_address_that_is_none_is_refused(database_url: str, tmp_path: Path) -> None:
    file = _file(tmp_path, _partner("een", "client", url="not a url"))
    result = _verb(database_url, tmp_path, "partner", "import", file)
    assert result.exit_code == 1
    assert "url is not an http address" in result.output


def test_a_product_needs_a_registry_that_is_registered(database_url: str, tmp_path: Path) -> None:
    _verb(database_url, tmp_path, "partner", "import", _file(tmp_path, _partner("een", "client")))
    file = _file(tmp_path, _product("1", "een"), _product("2", "nobody"))
    result = _verb(database_url, tmp_path, "catalogue", "import", file)
    assert result.exit_code == 1
    assert "2: registry is no partner with that role" in result.output
    again = _verb(database_url, tmp_path, "catalogue", "import", file)
    assert "unchanged" in again.stdout


def test_a_database_that_is_away_is_one_line_and_exit_code_three(tmp_path: Path) -> None:
    result = _verb("postgresql://127.0.0.1:1/none", tmp_path, "migrate")
    assert result.exit_code == 3
    assert "Traceback" not in result.output

"""The verbs that make partners and products known: each entry is judged alone, and by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from adapters.security.issuing import new_key
from tests.adapters.verb_case import entries_file, partner_entry, typed

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result


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
    entries = (
        partner_entry("een", "client"),
        partner_entry("twee", "client"),
        partner_entry("drie", "derde"),
    )
    result = typed(database_url, tmp_path, "partner", "import", entries_file(tmp_path, *entries))
    assert result.exit_code == 1
    assert "twee: clientId is another partner's" in result.output
    assert "drie" in result.stdout


def test_what_was_done_is_a_table_with_a_head(database_url: str, tmp_path: Path) -> None:
    file = entries_file(tmp_path, partner_entry("een", "client"))
    heads, row, *_ = typed(database_url, tmp_path, "partner", "import", file).stdout.splitlines()
    assert (heads.split(), row.split()) == (["outcome", "partner"], ["known", "een"])


def test_an_address_that_is_none_is_refused(database_url: str, tmp_path: Path) -> None:
    file = entries_file(tmp_path, partner_entry("een", "client", url="not a url"))
    result = typed(database_url, tmp_path, "partner", "import", file)
    assert result.exit_code == 1
    assert "url is not an http address" in result.output


def test_a_partner_has_a_key_until_it_is_removed(database_url: str, tmp_path: Path) -> None:
    typed(
        database_url,
        tmp_path,
        "partner",
        "import",
        entries_file(tmp_path, partner_entry("een", "client")),
    )
    key, secret = tmp_path / "public.json", tmp_path / "private.json"
    pair = new_key()
    key.write_text(json.dumps(pair.as_dict(private=False)))
    secret.write_text(json.dumps(pair.as_dict(private=True)))

    def said(*given: str) -> Result:
        return typed(database_url, tmp_path, "partner", "key", "een", "--reason", "asked", *given)

    assert "een reads Kafka" in said("--file", str(key)).stdout
    assert "unchanged" in said("--file", str(key)).stdout
    assert "private" in (refused := said("--file", str(secret))).output
    assert (refused.exit_code, said().exit_code) == (2, 2)
    assert "een is called over HTTP" in said("--remove").stdout


def test_who_reads_kafka_alone_is_registered_without_an_address(
    database_url: str, tmp_path: Path
) -> None:
    one = partner_entry("een", "client", url="")
    refused = typed(database_url, tmp_path, "partner", "import", entries_file(tmp_path, one))
    assert "url is empty" in refused.output
    file = entries_file(tmp_path, {**one, "readsKafka": True})
    assert "known" in typed(database_url, tmp_path, "partner", "import", file).stdout
    given = ("twee", "--role", "portal", "--client-id", "ander", "--reads-kafka")
    assert "known" in typed(database_url, tmp_path, "partner", "add", *given).stdout


def test_who_is_no_partner_has_neither_key_nor_access(database_url: str, tmp_path: Path) -> None:
    key = typed(database_url, tmp_path, "partner", "key", "een", "--remove", "--reason", "asked")
    grant = typed(database_url, tmp_path, "partner", "grant", "een", "--principal", "User:een")
    assert "it is not registered" in key.output
    assert "een is no partner" in grant.output
    assert (key.exit_code, grant.exit_code) == (1, 1)


def test_a_product_needs_a_registry_that_is_registered(database_url: str, tmp_path: Path) -> None:
    typed(
        database_url,
        tmp_path,
        "partner",
        "import",
        entries_file(tmp_path, partner_entry("een", "client")),
    )
    file = entries_file(tmp_path, _product("1", "een"), _product("2", "nobody"))
    result = typed(database_url, tmp_path, "catalogue", "import", file)
    assert result.exit_code == 1
    assert "2: registry is no partner with that role" in result.output
    again = typed(database_url, tmp_path, "catalogue", "import", file)
    assert "unchanged" in again.stdout


def test_a_database_that_is_away_is_one_line_and_exit_code_three(tmp_path: Path) -> None:
    result = typed("postgresql://127.0.0.1:1/none", tmp_path, "migrate")
    assert result.exit_code == 3
    assert "Traceback" not in result.output

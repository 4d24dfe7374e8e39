"""The settings are complete, documented, and silent about secrets."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from adapters.config import Settings, describe, environment_key, environment_of_others

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.env"
LINE = re.compile(r"(?P<comment>#?)(?P<key>[A-Z][A-Z_]+)=(?P<value>.*)")
FACE = "fa" * 32


def settings() -> Settings:
    return Settings(
        database_url="postgresql://hub:tiger@db:5432/hub",
        token_issuer="https://tokens.example.org",
        token_keys=Path("keys.json"),
        client_key=Path("client.json"),
        vault_hash_keys={1: SecretStr(FACE)},
        vault_encryption_keys={1: SecretStr(FACE), 2: SecretStr(FACE)},
    )


def test_the_example_file_names_every_setting_and_nothing_else() -> None:
    assert {key for key, _ in _example()} == {
        environment_key(name) for name in Settings.model_fields
    }


def test_the_example_file_comments_out_just_what_has_a_default() -> None:
    given = {key for key, commented in _example() if not commented}
    required = {environment_key(n) for n, f in Settings.model_fields.items() if f.is_required()}
    assert given == required


WITHOUT_A_DEFAULT_VALUE = {
    "DATABASE_URL",
    "KAFKA_BOOTSTRAP_SERVERS",
    "AANSPRAAK_KAFKA_SASL_MECHANISM",
    "AANSPRAAK_KAFKA_SASL_USERNAME",
    "AANSPRAAK_KAFKA_SASL_PASSWORD",
    "AANSPRAAK_KAFKA_CA_FILE",
    "AANSPRAAK_KAFKA_KEY",
    "AANSPRAAK_NOTICE_WEBHOOK_URL",
    "AANSPRAAK_NOTICE_WEBHOOK_SECRET",
    "AANSPRAAK_NOTICE_SMTP_HOST",
    "AANSPRAAK_NOTICE_SMTP_USERNAME",
    "AANSPRAAK_NOTICE_SMTP_PASSWORD",
    "AANSPRAAK_NOTICE_MAIL_FROM",
    "AANSPRAAK_NOTICE_QUIET_HOURS",
    "AANSPRAAK_CONSOLE_URL",
    "AANSPRAAK_CONSOLE_ISSUER",
    "AANSPRAAK_CONSOLE_CLIENT_SECRET",
    "AANSPRAAK_REBUILD_DATABASE_URL",
}
"""What is there or is not: the file shows an example."""


def test_the_example_file_works_with_keys_of_ones_own_and_shows_the_real_defaults() -> None:
    without_defaults = _load(_required())
    lines = _values(r"(?m)^#?([A-Z_]+)=(.*)$")
    given = {key: value for key, value in lines.items() if key not in WITHOUT_A_DEFAULT_VALUE}
    assert "make one" in _load(given).stderr  # nobody runs on the keys that everybody can read
    with_defaults = _load(_with_keys(given))
    assert without_defaults.returncode == 0, without_defaults.stderr
    assert with_defaults.stdout == without_defaults.stdout


@pytest.mark.parametrize(
    "name", [name for name, field in Settings.model_fields.items() if field.is_required()]
)
def test_a_missing_key_is_named(name: str) -> None:
    environment = _required()
    del environment[environment_key(name)]
    assert f"{environment_key(name)} is missing" in _load(environment).stderr


@pytest.mark.parametrize("name", ["vault_hash_keys", "vault_encryption_keys", "client_key"])
def test_no_secret_has_a_default(name: str) -> None:
    assert Settings.model_fields[name].is_required()


def test_a_key_with_a_typing_error_is_refused_by_name() -> None:
    environment = _required()
    assert "unknown: AANSPRAAK_PROT" in _load({**environment, "AANSPRAAK_PROT": "80"}).stderr


def test_a_bad_key_of_the_vault_is_refused_without_being_shown() -> None:
    environment = _required()
    for bad in ('{"1": "tiger"}', "{}", '{"1": tiger}'):
        answer = _load({**environment, "AANSPRAAK_VAULT_HASH_KEYS": bad}).stderr
        assert "vault_hash_keys" in answer.lower()
        assert "tiger" not in answer


def test_a_description_shows_every_setting_and_no_secret() -> None:
    described = {line.key: line for line in describe(settings())}
    assert described["DATABASE_URL"].value == "postgresql://hub:***@db:5432/hub"
    assert described["AANSPRAAK_VAULT_ENCRYPTION_KEYS"].value == "1: ***, 2: ***"
    assert described["AANSPRAAK_PORT"] == ("AANSPRAAK_PORT", "8000", "default")
    assert described["AANSPRAAK_TOKEN_KEYS"].source == "given"
    assert len(described) == len(Settings.model_fields)
    assert not any(secret in str(described) for secret in ("tiger", FACE))


def test_a_child_process_gets_the_environment_without_our_settings() -> None:
    assert environment_of_others().keys() <= os.environ.keys()
    assert not [
        name for name in Settings.model_fields if environment_key(name) in environment_of_others()
    ]


def test_settings_never_change() -> None:
    with pytest.raises(ValidationError):
        settings().port = 1  # type: ignore[misc]


def test_every_setting_says_what_it_is() -> None:
    assert not [name for name, field in Settings.model_fields.items() if not field.description]


def _example() -> list[tuple[str, bool]]:
    matches = (LINE.fullmatch(line) for line in EXAMPLE.read_text().splitlines())
    return [(match["key"], match["comment"] == "#") for match in matches if match]


def _required() -> dict[str, str]:
    return _with_keys(_values(r"(?m)^([A-Z_]+)=(.*)$"))


def _with_keys(given: dict[str, str]) -> dict[str, str]:
    return {key: value.replace("00" * 32, FACE) for key, value in given.items()}


@pytest.mark.parametrize("codec", ["zstd", "snappy"])
def test_a_compression_that_the_client_lacks_is_refused_with_those_it_has(codec: str) -> None:
    refused = _load({**_required(), "AANSPRAAK_KAFKA_COMPRESSION": codec})
    assert refused.returncode == 1
    assert "kafka_compression" in refused.stderr.lower()
    assert "'none', 'gzip' or 'lz4'" in refused.stderr


def _values(line: str) -> dict[str, str]:
    """The values as a shell reads them: without the quotes around them."""
    found = re.findall(line, EXAMPLE.read_text())
    return {key: shlex.split(value)[0] for key, value in found}


def _load(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Load in a process of its own, which has this environment and no other."""
    code = (
        "from adapters.config import *\n"
        "try: print([tuple(line)[:2] for line in describe(load())])\n"
        "except ConfigurationError as error: raise SystemExit(str(error))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=ROOT,
        env={"PATH": os.defpath, **environment},
        capture_output=True,
        text=True,
    )

"""The settings: every value a deployment may choose, read once from the environment."""

from __future__ import annotations

import os
import re
from datetime import time
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    ByteSize,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
)
from pydantic_settings import SettingsConfigDict, SettingsError

from adapters.notice_settings import NoticeSettings

PREFIX = "AANSPRAAK_"
PREFIX_OF_TESTS = "AANSPRAAK_TEST_"
HIDDEN = "***"
KEY_BYTES = 32


class ConfigurationError(Exception):
    """The environment gives no complete and valid set of settings; the message names each key."""


def _thirty_two_bytes(keys: dict[int, SecretStr]) -> dict[int, SecretStr]:
    for number, key in keys.items():
        if not re.fullmatch(rf"[0-9a-fA-F]{{{2 * KEY_BYTES}}}", key.get_secret_value()):
            raise ValueError(f"key {number} is not {KEY_BYTES} bytes in hexadecimal")
        if not int(key.get_secret_value(), 16):
            raise ValueError(f"key {number} is the example's; make one: openssl rand -hex 32")
    return keys


Keys = Annotated[dict[int, SecretStr], Field(min_length=1), AfterValidator(_thirty_two_bytes)]


class Settings(NoticeSettings):
    """Every setting, with its meaning; those without a default must be given."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
        use_attribute_docstrings=True,
    )

    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    """The PostgreSQL database; not given, an embedded server under the state directory."""
    state_dir: Path = Path("var")
    """Where the embedded database and what belongs to it are kept."""
    host: str = "127.0.0.1"
    """The address to listen on."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """The port to listen on."""
    channel: Literal["database", "kafka"] = "database"
    """Where messages to partners wait until they are sent."""
    kafka_bootstrap_servers: str | None = Field(
        default=None, validation_alias="KAFKA_BOOTSTRAP_SERVERS"
    )
    """The Kafka brokers; not given, an embedded one under the state directory."""
    kafka_topic_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")] = "aanspraak"
    """What the names of topics, groups and transactions begin with."""
    kafka_partitions: PositiveInt = 12
    """How many partitions a topic gets whose records may be shared out; fixed when it is made."""
    kafka_replication: PositiveInt = 3
    """On how many brokers a record is; the embedded one is alone."""
    kafka_keep_days: PositiveInt = 14
    """How long records stay."""
    kafka_compression: Literal["none", "gzip", "lz4"] = "lz4"
    """How batches of records are compressed."""
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """How brokers are spoken to."""
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    """How the hub says who it is, under SASL."""
    kafka_sasl_username: str | None = None
    """Who it is, under SASL."""
    kafka_sasl_password: SecretStr | None = None
    """Its password, under SASL."""
    kafka_ca_file: Path | None = None
    """The authorities (PEM) by which the brokers' certificates are judged, under SSL."""
    kafka_partners: tuple[str, ...] = ()
    """The partners that write to Kafka; each has topics of its own."""
    kafka_key: Path | None = None
    """The file with the private key (a JWK) to which partners seal what they write there."""
    kafka_cache: Path = Path("~/.cache/aanspraak/kafka")
    """Where the programs of the broker for development and tests are kept, once fetched."""
    token_issuer: str
    """The issuer (`iss`) whose bearer tokens are accepted."""
    token_audience: str = "aanspraakmanager"  # noqa: S105 - a name, not a secret
    """The audience (`aud`) a token must name: this hub."""
    token_keys: Path
    """The file with the issuer's public keys (a JWK Set) that tokens are verified with."""
    client_id: str = "aanspraakmanager"
    """The name under which the hub itself asks partners' token endpoints for a token."""
    client_key: Path
    """The file with the hub's own private key (a JWK) for asking tokens (private_key_jwt)."""
    vault_hash_keys: Keys
    """Keys for pseudonyms, by number, 32 bytes in hexadecimal; the highest number is current."""
    vault_encryption_keys: Keys
    """Keys for encrypting people's references, by number, as above; the highest is current."""
    retry_ladder_seconds: Annotated[tuple[PositiveFloat, ...], Field(min_length=1)] = (
        60,
        300,
        3600,
        86400,
    )
    """How long to wait after each failed attempt: a message is given up after the last step, the
    pause of a partner that is unreachable repeats it."""
    probe_seconds: PositiveFloat = 900
    """How often an unreachable partner is tried with one message."""
    unreachable_after: PositiveInt = 5
    """How many failures in a row make a partner unreachable."""
    partner_concurrency: PositiveInt = 8
    """How many requests may be under way to one partner."""
    request_timeout_seconds: PositiveFloat = 10
    """How long a partner may take to answer one request."""
    usage_cache_seconds: NonNegativeFloat = 3600
    """How old what a registry said of use may be before it is asked again."""
    catalogue_pull_seconds: PositiveFloat = 3600
    """How often a provider's catalogue is asked for changes."""
    reconcile_at: time = time(3)
    """At what time (Europe/Amsterdam) the nightly comparison with partners begins."""
    overdue_seconds: PositiveFloat = 900
    """After how long an open exchange counts as overdue, unless its partner has its own time."""
    roster_pull_seconds: PositiveFloat = 21600
    """How often a followed school's roster is pulled when nobody tells that it changed."""
    roster_wait_seconds: NonNegativeFloat = 10
    """How long an order with what the last roster lacks waits for a fresh one to be judged by."""
    leaver_grace_seconds: NonNegativeFloat = 86400
    """How long two takes of a roster that both lack somebody must lie apart to make a leaver."""
    order_user_limit: PositiveInt = 20_000
    """How many users one order may list."""
    small_order: NonNegativeInt = 50
    """Up to how many users an order takes the fast lane."""
    admin_roles: Annotated[tuple[str, ...], Field(min_length=1)] = (
        "administratief-medewerker",
        "applicatiebeheerder",
        "leermiddelencoordinator",
    )
    """The roles of employees who get what a school orders for its administrators."""
    leaver_brake_percent: Annotated[float, Field(ge=0, le=100)] = 5
    """When an order would lose more than this part of its users at once (and more than the number
    below), nobody loses anything until an operator has looked."""
    leaver_brake_count: NonNegativeInt = 10
    """How many users an order may lose at once whatever part of them that is."""
    body_limit_bytes: ByteSize = ByteSize(16 * 1024 * 1024)
    """How large the body of a request may be; a larger one gets 413."""
    worker_concurrency: PositiveInt = 4
    """How many jobs a worker carries out at once."""
    worker_silence_seconds: PositiveFloat = 30
    """How long a worker may be silent before what it had goes to another."""
    rebuild_database_url: str | None = None
    """The database as its owner reaches it, for workers: only the owner may rebuild views."""
    send_again_confirm_above: NonNegativeInt = 1_000
    """How many messages may go again without a second operator; more takes one."""
    send_again_confirm_seconds: PositiveFloat = 3_600
    """For so long what went to a partner without a second operator counts towards that number."""
    believed_clients: tuple[str, ...] = ()
    """Clients that know who uses them: the names they give can be two operators."""
    queue_limit: PositiveInt = 5_000
    """How many commands may wait for the committer; more get 503 with Retry-After."""
    group_limit: PositiveInt = 1_000
    """How many facts are committed in one transaction at most."""
    console_url: str | None = None
    """The address at which browsers reach the hub; with the issuer and secret below: a console."""
    console_issuer: str | None = None
    """The OpenID provider at which people sign in to the console."""
    console_client_id: str = "aanspraak-console"
    """The name under which the console is known there."""
    console_client_secret: SecretStr | None = None
    """Its secret there."""
    console_name_claim: str = "preferred_username"
    """The claim that names a person on record: one that is never given to somebody else."""
    console_roles_claim: str = "roles"
    """The claim with roles (viewer, support, operator, admin); dots lead into it."""
    console_idle_seconds: PositiveFloat = 1800
    """After how long without a request somebody is signed out of the console."""
    console_session_seconds: PositiveFloat = 28_800
    """After how long somebody has to sign in to the console again, whatever they do."""
    metrics_port: Annotated[int, Field(ge=0, le=65535)] = 0
    """Where a follower shows its metrics; 0: nowhere. `serve` shows its own at /metrics."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """From which level on log lines are written."""


class Effective(NamedTuple):
    """One setting as it is in force."""

    key: str
    value: str
    source: Literal["given", "default"]


def load() -> Settings:
    """Read the settings from the environment.

    Raises:
        ConfigurationError: a key is missing, unknown or has a value that cannot be.
    """
    _refuse_unknown_keys()
    try:
        return Settings()
    except ValidationError as error:
        sentences = [_sentence(str(each["loc"][0]), each["msg"]) for each in error.errors()]
        raise ConfigurationError("\n".join(sentences)) from None
    except SettingsError as error:
        raise ConfigurationError(f"{error}: it must be JSON, see config.example.env") from None


def describe(settings: Settings) -> list[Effective]:
    """List every setting as it is in force, secrets as `***`."""
    return [
        Effective(
            key=environment_key(name),
            value=_shown(getattr(settings, name)),
            source="given" if name in settings.model_fields_set else "default",
        )
        for name in Settings.model_fields
    ]


def environment_key(name: str) -> str:
    """Name the environment variable of a setting."""
    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else PREFIX + name.upper()


def database_of_environment() -> str | None:
    """Give the database that the environment names, for a demo that makes its other settings."""
    return os.environ.get(environment_key("database_url")) or None


def kafka_cache() -> Path:
    """Give the folder for the broker's programs, for who needs no other setting."""
    given = os.environ.get(environment_key("kafka_cache"))
    return Path(given or Settings.model_fields["kafka_cache"].default)


def environment_of_others() -> dict[str, str]:
    """Give the environment without our own settings, for a child process that is told them anew."""
    known = {environment_key(name) for name in Settings.model_fields}
    return {key: value for key, value in os.environ.items() if key not in known}


def _refuse_unknown_keys() -> None:
    known = {environment_key(name) for name in Settings.model_fields}
    ours = {key for key in os.environ if key.startswith(PREFIX)}
    unknown = sorted(key for key in ours - known if not key.startswith(PREFIX_OF_TESTS))
    if unknown:
        raise ConfigurationError(f"unknown: {', '.join(unknown)} (config.example.env lists all)")


def _sentence(location: str, message: str) -> str:
    key = environment_key(location) if location in Settings.model_fields else location
    if message == "Field required":
        return f"{key} is missing (config.example.env says what it is for)"
    return f"{key} is not valid: {message}"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{number}: {HIDDEN}" for number in sorted(value))
    if isinstance(value, tuple):
        return ", ".join(step if isinstance(step, str) else f"{step:g}" for step in value)
    return re.sub(
        r"(?<=://)([^:/@]*):[^@]*@", rf"\1:{HIDDEN}@", "" if value is None else str(value)
    )

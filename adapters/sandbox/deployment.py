"""A hub on this machine for demo and tests: its keys, and the environment with them.

Never for production: the issuer's private key lies beside the hub, so anybody here can be anybody.
"""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
from joserfc.jwk import ECKey

from adapters.config import environment_key, environment_of_others
from adapters.security.issuing import mint, new_key, write_key_set, write_private_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ISSUER: Final = "https://issuer.sandbox.example"
AUDIENCE: Final = "aanspraakmanager"
SCOPES: Final[Mapping[str, tuple[str, ...]]] = {
    "shop": ("eduv.delivery.entitlor", "eduv.entitlement.seller", "aanspraak.trace"),
    "registry": (
        "eduv.entitlement.licensor",
        "eduv.usage.entitlor",
        "eduv.activationcode",
        "aanspraak.trace",
    ),
    "portal": ("eduv.entitlement.portal", "eduv.consent", "aanspraak.trace"),
    "dashboard": ("eduv.entitlement.dashboard", "eduv.consent", "aanspraak.trace"),
    "catalogue": ("eduv.catalogue",),
    "administration": ("eduv.education", "eduv.association", "eduv.student.basic"),
    "operator": ("aanspraak.trace", "aanspraak.operate"),
}
"""What a partner of each role is allowed to ask."""
BELOW_OUTGOING: Final = range(15_000, 32_000)
"""Ports that neither Linux nor others give to outgoing connections by themselves."""
_GIVEN: Final[set[int]] = set()


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """Where it lives, and the environment in which its processes run."""

    folder: Path
    port: int
    environment: Mapping[str, str]

    @property
    def hub_url(self) -> str:
        """The root of its APIs."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def runtime_url(self) -> str:
        """The database for processes that run: under the role that cannot change the log."""
        url = self.environment["DATABASE_URL"]
        return f"{url}{'&' if '?' in url else '?'}options=-c%20role%3Daanspraak_runtime"

    @property
    def issuer_key(self) -> Path:
        """The private key that tokens of this deployment are signed with."""
        return self.folder / "issuer.json"

    def token(self, client_id: str, role: str) -> str:
        """A bearer token for a partner, or for `operator`; an hour valid."""
        return token(self.issuer_key, client_id, SCOPES[role])

    def write_environment(self) -> Path:
        """Write the environment as a file for a shell to source; readable by us alone."""
        lines = [
            f"export {key}='{value}'"
            for key, value in self.environment.items()
            if key.startswith("AANSPRAAK_") or key in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS")
        ]
        path = self.folder / "environment"
        path.touch(mode=0o600)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path


def over_kafka(bootstrap_servers: str, prefix: str) -> dict[str, str]:
    """Settings for messages that go over one broker, in topics whose names begin with `prefix`."""
    return {
        "channel": "kafka",
        "kafka_bootstrap_servers": bootstrap_servers,
        "kafka_topic_prefix": prefix,
        "kafka_partitions": "2",
        "kafka_replication": "1",
    }


def prepare(folder: Path, database_url: str, port: int, **settings: str) -> Deployment:
    """Make the keys that are not there yet; `settings` are further ones, by their short name."""
    folder.mkdir(parents=True, exist_ok=True)
    issuer, client = folder / "issuer.json", folder / "client.json"
    if not issuer.exists():
        key = new_key()
        write_private_key(issuer, key)
        write_key_set(folder / "keys.json", key)
    if not client.exists():
        key = new_key()
        write_private_key(client, key)
        write_key_set(folder / "client-keys.json", key)
    ours = {
        "port": str(port),
        "token_issuer": ISSUER,
        "token_audience": AUDIENCE,
        "token_keys": str(folder / "keys.json"),
        "client_key": str(client),
        "vault_hash_keys": _vault_key(folder / "hash-key"),
        "vault_encryption_keys": _vault_key(folder / "encryption-key"),
        **settings,
    }
    environment = {
        **environment_of_others(),
        **{environment_key(key): value for key, value in ours.items()},
        "DATABASE_URL": database_url,
        "PYTHONUNBUFFERED": "1",
    }
    return Deployment(folder=folder, port=port, environment=environment)


def token(issuer_key: Path, client_id: str, scopes: tuple[str, ...]) -> str:
    """A bearer token of the sandbox's issuer."""
    key = ECKey.import_key(msgspec.json.decode(issuer_key.read_bytes()))
    return mint(key, issuer=ISSUER, audience=AUDIENCE, client_id=client_id, scopes=scopes)


def free_port(wanted: int = 0) -> int:
    """The wanted port of 127.0.0.1, or a free one that nobody else was given.

    A free one lies below those that the system gives to outgoing connections: one of them could
    take it before its server listens.
    """
    if wanted and _is_free(wanted):
        return wanted
    others = secrets.SystemRandom().sample(BELOW_OUTGOING, 200)
    port = next(port for port in others if port not in _GIVEN and _is_free(port))
    _GIVEN.add(port)
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _vault_key(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    return f'{{"1": "{path.read_text(encoding="ascii")}"}}'

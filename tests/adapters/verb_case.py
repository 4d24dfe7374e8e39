"""Verbs run as people type them, and files as they write them."""

from __future__ import annotations

import json
from asyncio import to_thread
from typing import TYPE_CHECKING, Any

from typer.testing import CliRunner, Result

from adapters.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.http_case import Hub

KEYS = f'{{"1": "{"01" * 32}"}}'


def environment(url: str, folder: Path, **settings: str) -> dict[str, str]:
    """What a verb is told of a hub on this database, with keys that nobody looks at."""
    return {
        "DATABASE_URL": url,
        "AANSPRAAK_TOKEN_ISSUER": "https://tokens.example.org",
        "AANSPRAAK_TOKEN_KEYS": str(folder / "keys.json"),
        "AANSPRAAK_CLIENT_KEY": str(folder / "client.json"),
        "AANSPRAAK_VAULT_HASH_KEYS": KEYS,
        "AANSPRAAK_VAULT_ENCRYPTION_KEYS": KEYS,
        **settings,
    }


def typed(url: str, folder: Path, *given: str, typing: str = "", **settings: str) -> Result:
    """Run a verb on a database, and type this into it."""
    told = environment(url, folder, **settings)
    return CliRunner().invoke(app, list(given), input=typing, env=told)


async def run_verb(hub: Hub, folder: Path, *given: str) -> Result:
    """Run a verb in a thread, for it has an event loop of its own."""
    return await to_thread(typed, hub.url, folder, *given)


def entries_file(folder: Path, *entries: dict[str, Any]) -> str:
    """A file with these entries."""
    path = folder / "entries.json"
    path.write_text(json.dumps(entries))
    return str(path)


def partner_entry(partner: str, client_id: str, **changes: str) -> dict[str, Any]:
    """A registry as an operator writes it."""
    url = "https://uitgever.example/v1"
    return {
        "partner": partner,
        "role": "registry",
        "clientId": client_id,
        "url": url,
        "tokenUrl": url,
        **changes,
    }

"""`aanspraak vault`: what is left over goes, and how much that would be."""

from __future__ import annotations

import asyncio
from pathlib import Path

from typer.testing import CliRunner, Result

from adapters.cli import app
from tests.adapters.sweep_case import sweeping
from tests.adapters.vault_case import pupil

KEYS = f'{{"1": "{"01" * 32}"}}'


async def _verb(url: str, folder: Path, *given: str) -> Result:
    environment = {
        "DATABASE_URL": url,
        "AANSPRAAK_TOKEN_ISSUER": "https://tokens.example.org",
        "AANSPRAAK_TOKEN_KEYS": str(folder / "keys.json"),
        "AANSPRAAK_CLIENT_KEY": str(folder / "client.json"),
        "AANSPRAAK_VAULT_HASH_KEYS": KEYS,
        "AANSPRAAK_VAULT_ENCRYPTION_KEYS": KEYS,
    }
    given = ("vault", "sweep", *given)
    return await asyncio.to_thread(CliRunner().invoke, app, list(given), env=environment)


async def test_a_sweep_says_what_went_and_a_dry_run_what_would(
    database_url: str, tmp_path: Path
) -> None:
    async with sweeping(database_url) as case:
        await case.remember(pupil(NEPPI="1"), pupil(NEPPI="2"))
        await case.later()
        told = [
            (await _verb(database_url, tmp_path, *given)).output.strip()
            for given in (("--dry-run",), (), ())
        ]
    rest = "persons, 0 references of others, 0 texts"
    assert told == [f"would go: 2 {rest}", f"gone: 2 {rest}", f"gone: 0 {rest}"]

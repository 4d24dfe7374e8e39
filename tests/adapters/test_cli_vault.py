"""`aanspraak vault`: what is left over goes, and how much that would be."""

from __future__ import annotations

import asyncio
from pathlib import Path

from typer.testing import Result

from tests.adapters.sweep_case import sweeping
from tests.adapters.vault_case import pupil
from tests.adapters.verb_case import typed


async def _verb(url: str, folder: Path, *given: str) -> Result:
    return await asyncio.to_thread(typed, url, folder, "vault", "sweep", *given)


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

"""`aanspraak forget`: whom to forget comes from a file or standard input, never as an argument."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from uuid import UUID

from typer.testing import Result

from adapters.security.persons import customer
from tests.adapters.vault_case import ECK_ID, open_vault, pupil
from tests.adapters.verb_case import typed

STUDENT = json.dumps({"userMasterIdentifier": ECK_ID})


async def _verb(url: str, folder: Path, *given: str, typing: str = "") -> Result:
    # The number of the key that vault_case encrypts with.
    key = {"AANSPRAAK_VAULT_ENCRYPTION_KEYS": f'{{"1": "{"65" * 32}"}}'}
    verb = ("forget", "--reason", "asked for it", *given)
    return await asyncio.to_thread(typed, url, folder, *verb, typing=typing, **key)


async def _remember(url: str) -> UUID:
    async with open_vault(url) as vault:
        (known,) = await vault.remember_many([pupil(ECK_ID)])
    return known.subject_id


async def _known(url: str) -> UUID | None:
    async with open_vault(url) as vault:
        return await vault.find(pupil(ECK_ID))


async def test_whom_to_forget_is_read_from_standard_input(
    database_url: str, tmp_path: Path
) -> None:
    subject = await _remember(database_url)
    done = await _verb(database_url, tmp_path, "--user", "-", typing=STUDENT)
    assert done.exit_code == 0, done.output
    assert f"forgotten: {subject}" in done.output
    assert ECK_ID not in done.output
    assert await _known(database_url) is None


async def test_a_customer_of_a_shop_is_named_by_what_its_orders_say(
    database_url: str, tmp_path: Path
) -> None:
    parent = customer("A. de Vries", "a@example.nl", shop="boekhandel")
    async with open_vault(database_url) as vault:
        (known,) = await vault.remember_many([parent])
    typing = json.dumps({"displayName": "A. de Vries", "email": "a@example.nl"})
    stranger = await _verb(database_url, tmp_path, "--user", "-", "--shop", "other", typing=typing)
    assert stranger.exit_code == 1
    done = await _verb(database_url, tmp_path, "--user", "-", "--shop", "boekhandel", typing=typing)
    assert f"forgotten: {known.subject_id}" in done.output
    async with open_vault(database_url) as vault:
        assert await vault.find(parent) is None


async def test_a_dry_run_tells_how_much_there_is_and_leaves_it(
    database_url: str, tmp_path: Path
) -> None:
    subject = await _remember(database_url)
    file = tmp_path / "whom.json"
    file.write_text(STUDENT)
    told = await _verb(database_url, tmp_path, "--user", str(file), "--dry-run")
    assert "would be forgotten (nothing is in the way)" in told.output
    assert await _known(database_url) == subject


async def test_an_identifier_as_an_argument_is_no_file_and_is_not_repeated(
    database_url: str, tmp_path: Path
) -> None:
    for given in (STUDENT, ECK_ID, str(tmp_path / "nowhere.json")):
        result = await _verb(database_url, tmp_path, "--user", given)
        assert result.exit_code == 2
        assert ECK_ID not in result.output


async def test_nobody_or_nonsense_is_told_by_the_exit_code(
    database_url: str, tmp_path: Path
) -> None:
    stranger = await _verb(database_url, tmp_path, "--user", "-", typing=STUDENT)
    assert stranger.exit_code == 1
    nonsense = await _verb(database_url, tmp_path, "--user", "-", typing="{")
    assert nonsense.exit_code == 2

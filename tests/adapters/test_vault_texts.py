"""Free text and activations that came too early."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

from adapters.postgres.vault import FreeText, HeldActivation
from tests.adapters.vault_case import NOON, open_vault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.postgres.vault import Vault


@pytest.fixture
async def vault(database_url: str) -> AsyncIterator[Vault]:
    async with open_vault(database_url) as vault:
        yield vault


@pytest.mark.parametrize("text", ["", "gezien, mama belt terug", "a\0b", "\ud800", "€" * 5_000])
async def test_a_text_is_read_as_it_was_written(vault: Vault, text: str) -> None:
    assert await vault.read_text(await vault.keep_text(text)) == text


async def test_a_text_that_was_redacted_is_gone_and_its_key_stays_harmless(vault: Vault) -> None:
    gone, stays = await vault.keep_texts([FreeText("one"), FreeText("two", uuid4())])
    await vault.redact_text(gone)
    await vault.redact_text(gone)
    assert await vault.read_texts([gone, stays]) == {stays: "two"}


def early(**changes: object) -> HeldActivation:
    activation = HeldActivation(
        entitlement_id=uuid4(),
        party="lr-1",
        message={"user": {"userMasterIdentifier": "x"}, "usageDate": "2026-08-24"},
        received_at=NOON,
    )
    return replace(activation, **changes)  # type: ignore[arg-type]


async def test_an_early_activation_is_held_once_until_its_entitlement_appears(
    vault: Vault, database_url: str
) -> None:
    first = early()
    later = replace(first, message={"usageDate": "2026-08-25"}, received_at=NOON + timedelta(1))
    others = early()
    assert [await vault.hold_activation(one) for one in (later, first, first, others)] == [
        True,
        True,
        False,
        True,
    ]
    assert await vault.held_count() == 3
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        taken = await vault.take_up(conn, [first.entitlement_id, uuid4()])
    assert taken == [first, later]
    assert await vault.held_count() == 1


async def test_what_was_taken_up_stays_held_when_the_facts_are_rolled_back(
    vault: Vault, database_url: str
) -> None:
    held = early()
    await vault.hold_activation(held)
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        assert await vault.take_up(conn, [held.entitlement_id]) == [held]
        await conn.rollback()
    assert await vault.held_count() == 1


def test_a_text_and_a_message_are_not_shown() -> None:
    shown = repr(FreeText("mama")) + repr(early(message={"user": "mama"}))
    assert "mama" not in shown

"""Whoever is remembered while the vault is swept is there afterwards, as the id that was given."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from psycopg import AsyncConnection

from adapters.postgres import vault_sweep
from adapters.postgres.vault import FreeText
from adapters.postgres.vault_sweep import Swept
from tests.adapters.sweep_case import NOTHING, Sweeping, sweeping
from tests.adapters.vault_case import keys, open_vault, pupil

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID


@pytest.fixture
async def case(database_url: str) -> AsyncIterator[Sweeping]:
    async with sweeping(database_url) as one:
        yield one


@asynccontextmanager
async def holding_up(case: Sweeping, table: str) -> AsyncIterator[AsyncConnection[Any]]:
    """Whoever would change a row of this table waits until the end of the block."""
    async with await AsyncConnection.connect(case.url) as conn:
        await conn.execute(f"SELECT FROM vault.{table} FOR UPDATE".encode())
        yield conn


async def _waiting(conn: AsyncConnection[Any], count: int) -> None:
    async with asyncio.timeout(30):
        while True:
            cursor = await conn.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            row = await cursor.fetchone()
            if row and row[0] >= count:
                return
            await asyncio.sleep(0.01)


async def test_who_is_being_remembered_is_not_swept(case: Sweeping) -> None:
    (known,) = await case.remember(pupil(NEPPI="1"))
    await case.later()
    async with holding_up(case, "person_references") as other:
        remembering = asyncio.create_task(case.remember(pupil(NEPPI="1")))
        await _waiting(other, 1)
        sweep = asyncio.create_task(case.sweep())
        await _waiting(other, 2)
    assert await remembering == [known]
    assert await sweep == NOTHING
    assert await case.named([known]) == [True]


async def test_who_is_being_swept_is_remembered_anew(case: Sweeping) -> None:
    (known,) = await case.remember(pupil(NEPPI="1"))
    await case.later()
    async with holding_up(case, "identifiers") as other:
        sweep = asyncio.create_task(case.sweep())
        await _waiting(other, 1)
        remembering = asyncio.create_task(case.remember(pupil(NEPPI="1")))
        await _waiting(other, 2)
    assert await sweep == Swept(1, 0, 0)
    (anew,) = await remembering
    assert anew.subject_id != known.subject_id
    assert await case.named([known, anew]) == [False, True]


async def test_a_sweep_reads_all_of_the_log_also_beside_another_that_has_got_further(
    case: Sweeping,
) -> None:
    known = await case.remember(pupil(NEPPI="1"))
    await case.conn.execute(
        "INSERT INTO log.stored_events (originator_id, originator_version, topic, state)"
        " SELECT gen_random_uuid(), 1, 'any', '{}' FROM generate_series(1, %s)",
        (vault_sweep.FACTS,),
    )
    await case.refer(*known)
    await case.later()
    async with holding_up(case, "swept") as other:
        sweep = asyncio.create_task(case.sweep())
        await _waiting(other, 1)
        await other.execute("UPDATE vault.swept SET position = %s", (vault_sweep.FACTS,))
    assert await sweep == NOTHING
    assert await case.named(known) == [True]


@pytest.mark.parametrize("first", ["kept", "swept"])
async def test_a_text_that_is_kept_again_at_that_moment_can_be_read(
    case: Sweeping, first: str
) -> None:
    text_id: UUID = await case.vault.keep_text("why")
    await case.later()
    async with holding_up(case, "texts") as other:
        again = FreeText("why", text_id=text_id)
        both = {
            "kept": lambda: case.vault.keep_texts([again]),
            "swept": case.sweep,
        }
        tasks = [asyncio.create_task(both.pop(first)())]
        await _waiting(other, 1)
        tasks += [asyncio.create_task(one()) for one in both.values()]
        await _waiting(other, 2)
    await asyncio.gather(*tasks)
    assert await case.vault.read_text(text_id) == "why"


async def test_who_is_forgotten_while_keys_are_replaced_is_gone(database_url: str) -> None:
    for turn in range(10):
        person = pupil(NEPPI=str(turn))
        async with open_vault(database_url, keys()) as vault:
            (known,) = await vault.remember_many([person])
        async with open_vault(database_url, keys(hashing=(1, 2), encryption=(1, 2))) as vault:
            await asyncio.gather(vault.reencrypt(), vault.forget(known.subject_id))
            assert await vault.find(person) is None
            assert await vault.references([known.reference_id]) == {}

"""Keys are replaced while everybody is still found and everything can be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from adapters.postgres.attempts import (
    Attempt,
    add_attempts,
    attempts_of,
    count_stale_answers,
    open_answer,
    reencrypt_answers,
)
from adapters.postgres.channel import prepare_days
from adapters.postgres.connection import connect
from adapters.postgres.vault import HeldActivation
from adapters.security.cipher import Unopenable, VaultKeys
from tests.adapters.vault_case import ECK_ID, NOON, keys, open_vault, pupil
from tests.contracts.messaging import message

OLD = keys()
BOTH = keys(hashing=(1, 2), encryption=(1, 2))
NEW = keys(hashing=(2,), encryption=(2,))
PEOPLE = [pupil(NEPPI=str(number), BPI=str(number)) for number in range(10)]
EARLY = HeldActivation(entitlement_id=uuid4(), party="lr", message={"a": "b"}, received_at=NOON)


async def test_during_rotation_people_are_found_under_old_keys_and_new(database_url: str) -> None:
    async with open_vault(database_url, OLD) as vault:
        known = await vault.remember_many(PEOPLE)
    async with open_vault(database_url, BOTH) as vault:
        assert await vault.remember_many(PEOPLE) == known
        assert await vault.find_many(PEOPLE) == [one.subject_id for one in known]
        assert await vault.same_person(known[0].subject_id, pupil(BPI="0")) == "same"
        assert await vault.same_person(known[0].subject_id, pupil(BPI="1")) == "other"
        (newcomer, extended) = await vault.remember_many([pupil(ECK_ID), pupil(BPI="1", eduID="1")])
        assert extended.subject_id == known[1].subject_id
        assert await vault.find(pupil(ECK_ID)) == newcomer.subject_id
        assert len(await vault.references([one.reference_id for one in known])) == len(known)


async def test_after_rewriting_the_old_keys_are_not_needed_any_more(database_url: str) -> None:
    async with open_vault(database_url, OLD) as vault:
        known = await vault.remember_many(PEOPLE)
        before = await vault.references([one.reference_id for one in known])
        texts = [await vault.keep_text(str(number)) for number in range(7)]
        await vault.hold_activation(EARLY)
    async with open_vault(database_url, BOTH) as vault:
        assert await vault.stale() == 2 * 10 + 10 + 7 + 1
        assert await vault.reencrypt(batch=3) == (2 * 10 + 10 + 7 + 1, 0)
        assert await vault.stale() == 0
        assert await vault.reencrypt() == (0, 0)
    async with open_vault(database_url, NEW) as vault:
        assert await vault.remember_many(PEOPLE) == known
        assert await vault.references([one.reference_id for one in known]) == before
        assert list((await vault.read_texts(texts)).values()) == list("0123456")
        assert not await vault.hold_activation(EARLY)
        async with vault._connections.connection() as conn:  # noqa: SLF001 the test's own pool
            assert await vault.take_up(conn, [EARLY.entitlement_id]) == [EARLY]


async def test_old_answers_of_partners_open_without_their_old_key_too(database_url: str) -> None:
    attempts = [
        Attempt(at=NOON + timedelta(hours=9 * nth), message=message(nth), outcome="rejected")
        for nth in range(7)
    ]
    said = [replace(one, answer=f"no {nth}".encode()) for nth, one in enumerate(attempts)]
    batches: list[int] = []
    async with await connect(database_url, "test") as conn:
        await conn.execute("SET ROLE aanspraak_runtime")
        await prepare_days(conn, NOON.date(), days=2)
        await add_attempts(conn, OLD.cipher, [*said, attempts[0]])
        assert await count_stale_answers(conn, BOTH.cipher) == 7
        assert await reencrypt_answers(conn, BOTH.cipher, 2, batches.append) == 7
        assert sum(batches) == 7
        assert max(batches) == 2
        assert await reencrypt_answers(conn, BOTH.cipher) == 0
        rows = await attempts_of(conn, [one.message.key for one in attempts])
    opened = [open_answer(NEW.cipher, row) for row in rows]
    assert [one for one in opened if one] == [one.answer for one in said]


@pytest.mark.parametrize("using", [keys(hashing=(1, 2)), keys(encryption=(1, 2))])
async def test_one_of_the_two_keys_can_be_replaced_alone(
    database_url: str, using: VaultKeys
) -> None:
    async with open_vault(database_url, OLD) as vault:
        known = await vault.remember_many(PEOPLE)
    async with open_vault(database_url, using) as vault:
        assert (await vault.reencrypt()).rows == 30
        assert await vault.remember_many(PEOPLE) == known


async def test_without_its_key_a_row_is_refused_and_not_misread(database_url: str) -> None:
    async with open_vault(database_url, OLD) as vault:
        (known,) = await vault.remember_many([pupil(ECK_ID)])
    async with open_vault(database_url, NEW) as vault:
        with pytest.raises(Unopenable, match="encryption key 1 is not configured"):
            await vault.references([known.reference_id])


async def test_somebody_written_twice_by_processes_with_different_keys_stays_who_is_found(
    database_url: str,
) -> None:
    async with open_vault(database_url, OLD) as vault:
        (old,) = await vault.remember_many([pupil(ECK_ID)])
    async with open_vault(database_url, NEW) as vault:
        (new,) = await vault.remember_many([pupil(ECK_ID)])
    async with open_vault(database_url, BOTH) as vault:
        assert await vault.find(pupil(ECK_ID)) == new.subject_id
        assert await vault.reencrypt() == (2, 1)
        assert await vault.remember_many([pupil(ECK_ID)]) == [new]
        assert len(await vault.references([old.reference_id, new.reference_id])) == 2


async def test_a_row_put_in_the_place_of_another_does_not_open(database_url: str) -> None:
    async with open_vault(database_url) as vault:
        mine, yours = await vault.remember_many([pupil(NEPPI="1"), pupil(NEPPI="2")])
        with psycopg.connect(database_url) as connection:
            connection.execute(
                "UPDATE vault.person_references r SET cipher = o.cipher"
                " FROM vault.person_references o WHERE r.reference_id = %s AND o.reference_id = %s",
                (mine.reference_id, yours.reference_id),
            )
        with pytest.raises(Unopenable, match="does not open"):
            await vault.references([mine.reference_id])

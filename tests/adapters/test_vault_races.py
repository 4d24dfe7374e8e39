"""Several processes write the same persons at the same moment."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

from tests.adapters.vault_case import open_vault, pupil

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.postgres.vault import Vault

WRITERS = 6


@pytest.fixture
async def vault(database_url: str) -> AsyncIterator[Vault]:
    async with open_vault(database_url, connections=WRITERS) as vault:
        yield vault


async def test_the_same_new_persons_in_concurrent_batches_are_one_each(vault: Vault) -> None:
    people = [pupil(NEPPI=str(number), BPI=str(number)) for number in range(500)]
    orders = [random.Random(seed).sample(people, len(people)) for seed in range(WRITERS)]
    answers = await asyncio.gather(*map(vault.remember_many, orders))
    told = [
        {reference.as_given["userIds"][0]["userId"]: known for reference, known in pairs}  # type: ignore[index]
        for pairs in (zip(*pair, strict=True) for pair in zip(orders, answers, strict=True))
    ]
    assert all(one == told[0] for one in told)
    assert not any(known.conflict for known in answers[0])


async def test_batches_that_share_half_a_person_do_not_tear_them_apart(vault: Vault) -> None:
    for turn in range(20):
        a, b, c = (f"{turn}-{letter}" for letter in "abc")
        await asyncio.gather(
            vault.remember_many([pupil(NEPPI=a, BPI=b)]),
            vault.remember_many([pupil(eduID=c, BPI=b)]),
        )
        found = await vault.find_many([pupil(NEPPI=a), pupil(BPI=b), pupil(eduID=c)])
        assert len(set(found)) == 1


async def test_nothing_is_left_of_somebody_who_is_forgotten_while_being_remembered(
    vault: Vault,
) -> None:
    for turn in range(20):
        (me,) = await vault.remember_many([pupil(NEPPI=str(turn))])
        (again,), _, verdict = await asyncio.gather(
            vault.remember_many([pupil(NEPPI=str(turn), BPI=str(turn))]),
            vault.forget(me.subject_id),
            vault.same_person(me.subject_id, pupil(eduID=str(turn))),
        )
        assert verdict in ("same", "learned")
        if again.subject_id == me.subject_id:
            assert await vault.references([again.reference_id]) == {}
        assert await vault.find(pupil(eduID=str(turn))) is None
        assert await vault.find(pupil(BPI=str(turn))) != me.subject_id


async def test_a_school_that_is_new_to_several_at_once_has_one_id(vault: Vault) -> None:
    for turn in range(20):
        master, code = f"{turn}A", ("OIE_CODE", str(turn))
        schools = await asyncio.gather(
            vault.school_id(master, []),
            vault.school_id(master, [code]),
            vault.school_id(None, [code]),
        )
        told = {school.school_id for school in schools if not school.conflict}
        both = await vault.school_id(master, [code])
        assert both.school_id == schools[0].school_id == schools[1].school_id
        assert len(told) == 1 or both.conflict

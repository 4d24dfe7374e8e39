"""A school has one id, whatever it is called; schools that look alike stay apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.postgres.vault import NoSchoolNamed, School
from tests.adapters.vault_case import open_vault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.postgres.vault import Vault

OIE, BP = ("OIE_CODE", "09QQ"), ("BP_ID", "4711")


@pytest.fixture
async def vault(database_url: str) -> AsyncIterator[Vault]:
    async with open_vault(database_url) as vault:
        yield vault


async def test_aliases_that_come_together_are_one_school_from_then_on(vault: Vault) -> None:
    school = await vault.school_id("104A158", [OIE])
    assert not school.conflict
    for master, others in (("104A158", []), (None, [OIE]), (None, [OIE, BP]), (None, [BP])):
        assert await vault.school_id(master, others) == school


async def test_looking_is_not_learning(vault: Vault) -> None:
    assert await vault.find_school("104A158", []) is None
    school = await vault.school_id("104A158", [])
    assert await vault.find_school("104A158", [OIE]) == school
    assert await vault.find_school(None, [OIE]) is None


async def test_a_school_known_by_a_secondary_id_gets_its_master_later(vault: Vault) -> None:
    school = await vault.school_id(None, [OIE])
    assert await vault.school_id("104A158", [OIE]) == school
    assert await vault.find_school("104A158", []) == school


async def test_the_master_wins_where_aliases_disagree_and_nothing_is_learned(
    vault: Vault,
) -> None:
    first = await vault.school_id("104A158", [])
    second = await vault.school_id("204B158", [OIE])
    assert await vault.school_id("104A158", [OIE, BP]) == School(first.school_id, conflict=True)
    assert await vault.find_school(None, [OIE]) == second
    assert await vault.find_school(None, [BP]) is None


async def test_another_master_is_another_school_even_with_the_same_code(vault: Vault) -> None:
    first = await vault.school_id("104A158", [OIE])
    second = await vault.school_id("104A159", [OIE])
    assert second.school_id != first.school_id
    assert second.conflict
    assert await vault.find_school(None, [OIE]) == first
    assert await vault.find_school("104A159", []) == School(second.school_id, conflict=False)


async def test_without_a_master_the_first_of_two_schools_is_taken_and_reported(
    vault: Vault,
) -> None:
    bp, oie = await vault.school_id(None, [BP]), await vault.school_id(None, [OIE])
    assert bp != oie
    assert await vault.school_id(None, [OIE, BP]) == School(bp.school_id, conflict=True)


async def test_the_same_value_of_another_type_is_another_alias(vault: Vault) -> None:
    one = await vault.school_id(None, [("OIE_CODE", "1")])
    two = await vault.school_id(None, [("BP_ID", "1")])
    assert one.school_id != two.school_id


async def test_another_process_finds_the_same_school(vault: Vault, database_url: str) -> None:
    school = await vault.school_id("104A158", [OIE])
    async with open_vault(database_url) as other:
        assert await other.school_id(None, [OIE]) == school


@pytest.mark.parametrize("blank", [None, "", "  "])
async def test_a_school_without_a_name_is_refused(vault: Vault, blank: str | None) -> None:
    with pytest.raises(NoSchoolNamed):
        await vault.school_id(blank, [("OIE_CODE", "")])

"""The classes of a school: by an id, or by what people call them where that may be kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg import AsyncConnection

from adapters.postgres.roster import Membership
from adapters.postgres.roster_groups import (
    Group,
    groups_of_school,
    keep_titles,
    members_of_group,
    title_to_keep,
)
from adapters.postgres.roster_take import TakenMember, take

SCHOOL = UUID(int=1)
ADA, BEA, CAS = (UUID(int=number) for number in (11, 12, 13))
TODAY = date(2026, 9, 2)
NOW = datetime(2026, 9, 2, 9, tzinfo=UTC)


@pytest.mark.anyio
async def test_a_class_is_found_by_its_id_or_by_its_name_however_it_is_spelt(
    conn: AsyncConnection[Any],
) -> None:
    await _take(conn, {"g1": [ADA, BEA], "g2": [CAS]}, {"g1": "3B"})
    for said in ("3b", " 3B ", "G1"):
        assert await members_of_group(conn, SCHOOL, said, TODAY) == frozenset((ADA, BEA))
    assert await members_of_group(conn, SCHOOL, "g2", TODAY) == frozenset((CAS,))
    assert await members_of_group(conn, SCHOOL, "4C", TODAY) is None
    assert await members_of_group(conn, UUID(int=2), "3B", TODAY) is None


@pytest.mark.anyio
async def test_two_groups_of_one_name_are_one_class_to_whoever_calls(
    conn: AsyncConnection[Any],
) -> None:
    await _take(conn, {"g1": [ADA], "g2": [ADA, CAS]}, {"g1": "3B", "g2": "3b"})
    assert await members_of_group(conn, SCHOOL, "3B", TODAY) == frozenset((ADA, CAS))


@pytest.mark.anyio
async def test_groups_are_listed_with_who_is_in_them_today(conn: AsyncConnection[Any]) -> None:
    await _take(conn, {"g1": [ADA, BEA], "g2": [CAS]}, {"g1": "3B"})
    assert await groups_of_school(conn, SCHOOL, TODAY) == [
        Group("g1", "3B", 2),
        Group("g2", None, 1),
    ]
    assert await groups_of_school(conn, SCHOOL, date(2027, 8, 1)) == []
    assert await members_of_group(conn, SCHOOL, "3B", date(2027, 8, 1)) == frozenset()


@pytest.mark.anyio
async def test_a_name_is_as_the_last_take_had_it(conn: AsyncConnection[Any]) -> None:
    for titles in ({"g1": "3B"}, {"g1": "3C"}, {}):
        await _take(conn, {"g1": [ADA]}, titles)
        (group,) = await groups_of_school(conn, SCHOOL, TODAY)
        assert group.title == titles.get("g1")


@pytest.mark.parametrize("name", ["3B", "h4.wis1", "klas 1a", "Groep 5", "4 VWO b", "V5-2"])
def test_what_a_class_is_called_is_kept_where_that_is_a_code(name: str) -> None:
    assert title_to_keep(f" {name} ") == name


@pytest.mark.parametrize(
    "name", ["juf Marieke", "Groep 5 Anna", "5 Jan", "de eekhoorns", "", "None", "klas", "1" * 40]
)
def test_what_may_name_somebody_is_not(name: str) -> None:
    assert title_to_keep(name) is None


async def _take(
    conn: AsyncConnection[Any], groups: Mapping[str, Sequence[UUID]], titles: Mapping[str, str]
) -> None:
    """The school has these classes until the summer."""
    until = {"valid_from": date(2026, 8, 1), "valid_until": date(2027, 8, 1)}
    everybody = {one for members in groups.values() for one in members}
    members = [
        TakenMember(
            subject_id=one,
            kind="student",
            user_reference_id=one,
            memberships=tuple(
                Membership(target_kind="group", target_id=group, **until)
                for group, theirs in groups.items()
                if one in theirs
            ),
        )
        for one in sorted(everybody)
    ]
    known: Any = {("group", group) for group in groups}
    async with conn.transaction():
        await take(conn, SCHOOL, "pull", members, known, NOW, timedelta(days=1))
        await keep_titles(conn, SCHOOL, titles)

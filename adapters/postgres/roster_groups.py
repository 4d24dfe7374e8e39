"""The groups of a school: classes and lesson groups, as people call them, and who is in one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from adapters.postgres.fetching import all_as, all_rows
from adapters.postgres.queries import load
from adapters.postgres.roster import members_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from psycopg import AsyncConnection

SQL: Final = load("roster")
LONGEST: Final = 30
_WORDS: Final = frozenset(
    ("klas", "groep", "class", "group", "leerjaar", "jaar", "havo", "vwo", "mavo", "vmbo", "gym")
)
_PART: Final = re.compile(r"\w+")


class Group(NamedTuple):
    """A group, what it is called where that is known, and how many students it has."""

    group_id: str
    title: str | None
    students: int


def title_to_keep(name: str) -> str | None:
    """What an administration calls a group, if it is a code: 3B, h4.wis1, klas 1a.

    A primary school may call one by its teacher. So every part must have a digit in it, be a single
    letter or one of a few words; anything else is not kept.
    """
    parts = _PART.findall(name)
    plain = all(
        len(part) == 1 or part.lower() in _WORDS or any(map(str.isdigit, part)) for part in parts
    )
    known = any(any(map(str.isdigit, part)) for part in parts)
    return name.strip() if plain and known and len(name) <= LONGEST else None


async def groups_of_school(conn: AsyncConnection[Any], school_id: UUID, today: date) -> list[Group]:
    """The groups of a school that have students today, by what they are called."""
    return await all_as(Group, conn, SQL["groups"], {"school": school_id, "today": today})


async def members_of_group(
    conn: AsyncConnection[Any], school_id: UUID, said: str, today: date
) -> frozenset[UUID] | None:
    """The students that are in the group of this id, or that is called so; None: there is none."""
    wanted = {"school": school_id, "said": said.strip()}
    called = [group for (group,) in await all_rows(conn, SQL["groups_called"], wanted)]
    if not called:
        return None
    members = await members_for(conn, school_id, "group", called, today, today)
    return frozenset(member.subject_id for member in members)


async def keep_titles(
    conn: AsyncConnection[Any], school_id: UUID, titles: Mapping[str, str]
) -> None:
    """What groups of the last take are called; in its transaction."""
    wanted = {"school": school_id, "ids": list(titles), "titles": list(titles.values())}
    await conn.execute(SQL["put_titles"], wanted, prepare=False)

"""Rosters: who studies what at a school, as the last takes had it; pseudonyms only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from psycopg.rows import class_row, tuple_row
from typing_extensions import override

from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from psycopg import AsyncConnection

Kind = Literal["student", "employee"]
TargetKind = Literal["school", "study", "subject", "group", "role"]
SubjectAndKind = tuple[UUID, str]

SQL: Final = load("roster")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SINCE_EVER: Final = date.min
WHOLE_SCHOOL: Final = "school"
"""The one target_id of the target_kind `school`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """What somebody belongs to: from the first day to the day before `valid_until`."""

    target_kind: TargetKind
    target_id: str
    valid_from: date = SINCE_EVER
    valid_until: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Who may get an entitlement, and the reference to send them by."""

    subject_id: UUID
    user_reference_id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class RosterState:
    """Where a school's roster comes from and how the last takes went.

    Without `last_success_at` nothing was ever taken. `last_error` is the short code of the attempts
    that failed since.
    """

    school_id: UUID
    provider: str | None
    sector: str | None
    asked_type: str | None
    asked_value: str | None
    source: str | None
    version: int
    last_success_at: datetime | None
    last_attempt_at: datetime | None
    last_error: str | None
    failures: int


class KnownTargets(frozenset[str]):
    """Ids of targets; a UUID is in it however it is spelt."""

    __slots__ = ()

    @override
    def __contains__(self, target: object) -> bool:
        return super().__contains__(canonical(target) if isinstance(target, str) else target)


def canonical(target_id: str) -> str:
    """An id as the rows have it: two systems may spell one UUID in two ways (RFC 9562, 4)."""
    return target_id.lower() if _UUID.fullmatch(target_id) else target_id


async def members_for(
    conn: AsyncConnection[Any],
    school_id: UUID,
    target_kind: TargetKind,
    target_ids: Collection[str],
    start: date,
    until: date,
) -> list[Member]:
    """Who belongs to any of these targets on a day of the period (both days included), each once.

    A role is one of employees, everything else is asked for students. Of the school as a whole
    `target_ids` says nothing. Whoever is missing counts until the grace is over.
    """
    asked = {
        "school": school_id,
        "target_kind": target_kind,
        "target_ids": [WHOLE_SCHOOL]
        if target_kind == "school"
        else sorted(set(map(canonical, target_ids))),
        "kind": "employee" if target_kind == "role" else "student",
        "start": start,
        "until": until,
    }
    async with conn.cursor(row_factory=class_row(Member)) as cursor:
        await cursor.execute(SQL["members_for"], asked, prepare=False)
        return await cursor.fetchall()


async def targets_known(
    conn: AsyncConnection[Any], school_id: UUID, target_kind: TargetKind
) -> KnownTargets:
    """The studies, subjects or groups that the school knew at the last take."""
    asked = {"school": school_id, "target_kind": target_kind}
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL["targets_known"], asked)
        return KnownTargets(str(row[0]) for row in await cursor.fetchall())


async def known(conn: AsyncConnection[Any], school_id: UUID) -> RosterState | None:
    """What is known of a school's roster; none for a school nobody spoke of."""
    async with conn.cursor(row_factory=class_row(RosterState)) as cursor:
        await cursor.execute(SQL["known"], {"school": school_id})
        return await cursor.fetchone()


async def in_a_roster(conn: AsyncConnection[Any], subject_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these persons who are at a school as things are."""
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL["in_a_roster"], {"ids": list(subject_ids)}, prepare=False)
        return {row[0] for row in await cursor.fetchall()}


async def counts(
    conn: AsyncConnection[Any], school_id: UUID
) -> list[tuple[str, str, int, int, int]]:
    """Per kind of person and of target: targets, persons, and persons the last take lacked."""
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL["counts"], {"school": school_id})
        return [(row[0], row[1], row[2], row[3], row[4]) for row in await cursor.fetchall()]

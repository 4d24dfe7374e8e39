"""Taking a roster: one pull or one file of a school, applied as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

from psycopg.rows import tuple_row

from adapters.postgres.roster import (
    SQL,
    WHOLE_SCHOOL,
    Kind,
    Membership,
    TargetKind,
    canonical,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta
    from uuid import UUID

    from psycopg import AsyncConnection

    from adapters.postgres.roster import SubjectAndKind

Source = Literal["pull", "file"]
KINDS: Final[tuple[Kind, ...]] = ("student", "employee")


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenMember:
    """Somebody as a take has them; whoever belongs to anything belongs to the school as well."""

    subject_id: UUID
    kind: Kind
    user_reference_id: UUID
    memberships: tuple[Membership, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What a take came to: persons of the school now, how many came and went, and targets.

    `failed_before` is how many attempts failed since the last take.
    """

    failed_before: int
    version: int
    members: int
    joined: int
    left: int
    targets: int


async def take(  # noqa: PLR0913, PLR0917 - one act with all that was found
    conn: AsyncConnection[Any],
    school_id: UUID,
    source: Source,
    members: Sequence[TakenMember],
    targets: Collection[tuple[TargetKind, str]],
    now: datetime,
    grace: timedelta,
    kinds: Collection[Kind] = KINDS,
) -> Taken:
    """Apply one take that succeeded, in the caller's transaction.

    It says everything about persons of these kinds, and nothing about others. What it lacks is
    missing; what was missing already `grace` ago is gone. The version rises
    when anything changed that a reader can see.
    """
    failed_before = await _number(conn, "lock_school", {"school": school_id})
    before = await _present(conn, school_id)
    await conn.execute(SQL["put_members"], _members(school_id, members), prepare=False)
    told = {"now": now, "gone_when_missing_since": now - grace, "said_of": sorted(kinds)}
    changed = await _number(conn, "put_memberships", _memberships(school_id, members) | told)
    known = _targets(school_id, targets) | {"whole": "student" in kinds}
    changed += await _number(conn, "put_targets", known)
    success = {"school": school_id, "source": source, "changed": int(changed > 0), "now": now}
    version = await _number(conn, "succeeded", success)
    after = await _present(conn, school_id)
    return Taken(
        failed_before=failed_before,
        version=version,
        members=len(after),
        joined=len(after - before),
        left=len(before - after),
        targets=len(set(targets)),
    )


async def _present(conn: AsyncConnection[Any], school_id: UUID) -> set[SubjectAndKind]:
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL["present"], {"school": school_id})
        return {(subject, kind) for subject, kind in await cursor.fetchall()}


async def _number(conn: AsyncConnection[Any], query: str, given: Mapping[str, object]) -> int:
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL[query], given, prepare=False)
        row = await cursor.fetchone()
        return int(row[0]) if row else 0


def _members(school_id: UUID, members: Sequence[TakenMember]) -> dict[str, object]:
    named = {(one.subject_id, one.kind): one.user_reference_id for one in members}
    return {
        "school": school_id,
        "subjects": [subject for subject, _ in named],
        "kinds": [kind for _, kind in named],
        "references": list(named.values()),
    }


def _memberships(school_id: UUID, members: Sequence[TakenMember]) -> dict[str, object]:
    rows = {
        (
            one.subject_id,
            one.kind,
            each.target_kind,
            canonical(each.target_id),
            each.valid_from,
        ): each
        for one in members
        for each in _longest_last((*one.memberships, *_of_the_school(one)))
    }
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * 5
    names = ("subjects", "kinds", "target_kinds", "target_ids", "valid_from")
    return {
        "school": school_id,
        **{name: list(column) for name, column in zip(names, columns, strict=True)},
        "valid_until": [each.valid_until for each in rows.values()],
    }


def _of_the_school(member: TakenMember) -> tuple[Membership, ...]:
    """Whoever is said to belong to nothing belongs to the school, without a date."""
    if any(each.target_kind == "school" for each in member.memberships):
        return ()
    return (Membership(target_kind="school", target_id=WHOLE_SCHOOL),)


def _longest_last(memberships: Iterable[Membership]) -> list[Membership]:
    """Said twice from the same day on, the longer one counts."""
    return sorted(memberships, key=lambda one: one.valid_until or date.max)


def _targets(school_id: UUID, targets: Collection[tuple[TargetKind, str]]) -> dict[str, object]:
    each = sorted({(kind, canonical(target)) for kind, target in targets})
    return {
        "school": school_id,
        "target_kinds": [kind for kind, _ in each],
        "target_ids": [target for _, target in each],
    }

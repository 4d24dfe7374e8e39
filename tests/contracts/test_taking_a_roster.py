"""The rows of a roster on a real PostgreSQL: joining, missing, leaving, and who belongs to what."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from adapters.postgres.queries import load
from adapters.postgres.roster import (
    Kind,
    Member,
    Membership,
    TargetKind,
    in_a_roster,
    known,
    members_for,
    targets_known,
)
from adapters.postgres.roster_take import Taken, TakenMember, take

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import AsyncConnection
from psycopg.sql import SQL

pytestmark = pytest.mark.anyio

SCHOOL = UUID("5b3c1a52-8c39-4e2e-9e6b-0c8f0d4f8a11")
MONDAY = datetime(2026, 8, 24, 12, tzinfo=UTC)
GRACE = timedelta(hours=24)
START, UNTIL = date(2026, 8, 1), date(2027, 7, 31)
AN, BOB, CEES = (UUID(int=number) for number in (1, 2, 3))


def pupil(subject: UUID, *memberships: Membership) -> TakenMember:
    return TakenMember(
        subject_id=subject,
        kind="student",
        user_reference_id=UUID(int=subject.int + 1000),
        memberships=memberships,
    )


def studies(
    target: str, start: date = START, end: date | None = None, kind: TargetKind = "study"
) -> Membership:
    return Membership(target_kind=kind, target_id=target, valid_from=start, valid_until=end)


async def taken(
    conn: AsyncConnection[Any], people: Sequence[TakenMember], at: datetime = MONDAY
) -> Taken:
    targets = {(m.target_kind, m.target_id) for one in people for m in one.memberships}
    async with conn.transaction():
        return await take(conn, SCHOOL, "pull", people, targets, at, GRACE)


async def found(
    conn: AsyncConnection[Any],
    kind: TargetKind,
    *targets: str,
    start: date = START,
    until: date = UNTIL,
) -> set[UUID]:
    members = await members_for(conn, SCHOOL, kind, targets, start, until)
    assert all(isinstance(one, Member) for one in members)
    return {one.subject_id for one in members}


async def test_the_first_take_has_everybody_as_a_joiner(conn: AsyncConnection[Any]) -> None:
    came = await taken(conn, [pupil(AN, studies("havo-1")), pupil(BOB)])
    assert came == Taken(failed_before=0, version=1, members=2, joined=2, left=0, targets=1)
    assert await found(conn, "school") == {AN, BOB}
    assert await found(conn, "study", "havo-1", "havo-2") == {AN}
    assert await targets_known(conn, SCHOOL, "study") == frozenset({"havo-1"})


async def test_the_same_again_raises_no_version(conn: AsyncConnection[Any]) -> None:
    people = [pupil(AN, studies("havo-1")), pupil(BOB)]
    await taken(conn, people)
    again = await taken(conn, people, MONDAY + timedelta(hours=6))
    assert again == Taken(failed_before=0, version=1, members=2, joined=0, left=0, targets=1)


async def test_who_is_missing_once_still_belongs(conn: AsyncConnection[Any]) -> None:
    await taken(conn, [pupil(AN), pupil(BOB)])
    missing = await taken(conn, [pupil(AN)], MONDAY + timedelta(days=30))
    assert (missing.version, missing.left) == (1, 0)
    assert await found(conn, "school") == {AN, BOB}


async def test_two_takes_without_somebody_make_a_leaver_when_a_day_apart(
    conn: AsyncConnection[Any],
) -> None:
    await taken(conn, [pupil(AN), pupil(BOB)])
    await taken(conn, [pupil(AN)], MONDAY + timedelta(hours=1))
    early = await taken(conn, [pupil(AN)], MONDAY + timedelta(hours=24))
    assert early.left == 0
    late = await taken(conn, [pupil(AN)], MONDAY + timedelta(hours=25))
    assert (late.left, late.members, late.version) == (1, 1, 2)
    assert await found(conn, "school") == {AN}


async def test_who_was_seen_in_between_is_missing_anew(conn: AsyncConnection[Any]) -> None:
    await taken(conn, [pupil(AN), pupil(BOB)])
    await taken(conn, [pupil(AN)], MONDAY + timedelta(hours=1))
    back = await taken(conn, [pupil(AN), pupil(BOB)], MONDAY + timedelta(hours=7))
    assert (back.version, back.joined) == (1, 0)
    missing = await taken(conn, [pupil(AN)], MONDAY + timedelta(hours=26))
    assert missing.left == 0


async def test_who_left_and_comes_back_joins(conn: AsyncConnection[Any]) -> None:
    await taken(conn, [pupil(AN), pupil(BOB)])
    for hours in (1, 26):
        await taken(conn, [pupil(AN)], MONDAY + timedelta(hours=hours))
    back = await taken(conn, [pupil(AN), pupil(BOB)], MONDAY + timedelta(hours=27))
    assert (back.joined, back.members, back.version) == (1, 2, 3)


async def test_moving_to_another_class_keeps_both_until_the_grace_is_over(
    conn: AsyncConnection[Any],
) -> None:
    await taken(conn, [pupil(AN, studies("1a", kind="group"))])
    moved = [pupil(AN, studies("1b", kind="group"))]
    came = await taken(conn, moved, MONDAY + timedelta(hours=1))
    assert (came.version, came.joined, came.left) == (2, 0, 0)
    assert await found(conn, "group", "1a") == await found(conn, "group", "1b") == {AN}
    await taken(conn, moved, MONDAY + timedelta(hours=26))
    assert await found(conn, "group", "1a") == set()


async def test_a_new_end_of_the_same_period_is_a_change(conn: AsyncConnection[Any]) -> None:
    await taken(conn, [pupil(AN, studies("havo-1"))])
    came = await taken(conn, [pupil(AN, studies("havo-1", end=date(2026, 9, 1)))])
    assert came.version == 2
    later = date(2026, 9, 1)
    assert await found(conn, "study", "havo-1", start=later) == set()
    assert await found(conn, "study", "havo-1", start=later - timedelta(days=1)) == {AN}


@pytest.mark.parametrize(
    ("start", "end", "there"),
    [
        (START, UNTIL, True),
        (date(2025, 8, 1), START, False),
        (date(2025, 8, 1), START + timedelta(days=1), True),
        (UNTIL, None, True),
        (UNTIL + timedelta(days=1), None, False),
        (date.min, None, True),
    ],
)
async def test_whoever_belongs_on_a_day_of_the_period_counts(
    conn: AsyncConnection[Any], start: date, end: date | None, there: bool
) -> None:
    await taken(conn, [pupil(AN, studies("havo-1", start, end))])
    assert (await found(conn, "study", "havo-1") == {AN}) is there


async def test_a_teacher_of_a_group_is_no_pupil_of_it_but_has_a_role(
    conn: AsyncConnection[Any],
) -> None:
    teacher = TakenMember(
        subject_id=CEES,
        kind="employee",
        user_reference_id=uuid4(),
        memberships=(studies("1a", kind="group"), studies("applicatiebeheerder", kind="role")),
    )
    await taken(conn, [pupil(AN, studies("1a", kind="group")), teacher])
    assert await found(conn, "group", "1a") == {AN}
    assert await found(conn, "school") == {AN}
    assert await found(conn, "role", "applicatiebeheerder", "leraar") == {CEES}


async def test_a_member_goes_out_under_the_newest_reference(conn: AsyncConnection[Any]) -> None:
    await taken(conn, [pupil(AN)])
    renamed = TakenMember(
        subject_id=AN, kind="student", user_reference_id=UUID(int=7), memberships=()
    )
    await taken(conn, [renamed])
    (member,) = await members_for(conn, SCHOOL, "school", (), START, UNTIL)
    assert member == Member(subject_id=AN, user_reference_id=UUID(int=7))


async def test_targets_are_those_of_the_last_take(conn: AsyncConnection[Any]) -> None:
    await taken(conn, [pupil(AN, studies("havo-1"))])
    await taken(conn, [pupil(AN, studies("havo-2"))])
    assert await targets_known(conn, SCHOOL, "study") == frozenset({"havo-2"})
    assert await targets_known(conn, SCHOOL, "group") == frozenset()


async def test_a_uuid_is_the_same_target_however_it_is_spelt(conn: AsyncConnection[Any]) -> None:
    target = "3EFDC9BE-9127-4008-8809-8A24165315AF"
    await taken(conn, [pupil(AN, studies(target, kind="group"), studies("1A", kind="group"))])
    assert await found(conn, "group", target.lower()) == {AN}
    groups = await targets_known(conn, SCHOOL, "group")
    assert target in groups
    assert "1A" in groups
    assert "1a" not in groups


async def test_a_school_nobody_spoke_of_is_not_known(conn: AsyncConnection[Any]) -> None:
    assert await known(conn, SCHOOL) is None
    await taken(conn, [pupil(AN)])
    state = await known(conn, SCHOOL)
    assert state
    assert (state.source, state.version, state.last_success_at) == ("pull", 1, MONDAY)


async def test_who_is_at_a_school_is_in_a_roster_until_gone(conn: AsyncConnection[Any]) -> None:
    await taken(conn, [pupil(AN), pupil(BOB)])
    for hours in (1, 26):
        await taken(conn, [pupil(AN)], MONDAY + timedelta(hours=hours))
    assert await in_a_roster(conn, [AN, BOB, CEES]) == {AN}


async def test_a_take_of_employees_alone_says_nothing_of_students(
    conn: AsyncConnection[Any],
) -> None:
    await taken(conn, [pupil(AN, studies("havo-1")), pupil(BOB)])
    official = TakenMember(
        subject_id=CEES,
        kind="employee",
        user_reference_id=uuid4(),
        memberships=(studies("applicatiebeheerder", kind="role"),),
    )
    kinds: tuple[Kind, ...] = ("employee",)
    for hours in (1, 26):
        async with conn.transaction():
            at = MONDAY + timedelta(hours=hours)
            await take(conn, SCHOOL, "file", [official], (), at, GRACE, kinds)
    assert await targets_known(conn, SCHOOL, "study") == frozenset({"havo-1"})
    assert await found(conn, "school") == {AN, BOB}
    assert await found(conn, "role", "applicatiebeheerder") == {CEES}


async def test_a_school_of_1_500_with_ten_subjects_each_is_taken_in_one_go(
    conn: AsyncConnection[Any],
) -> None:
    subjects = [studies(f"subject-{n}", kind="subject") for n in range(10)]
    people = [pupil(UUID(int=n + 1), studies("havo-1"), *subjects) for n in range(1_500)]
    came = await taken(conn, people)
    again = await taken(conn, people, MONDAY + timedelta(hours=6))
    assert (came.joined, again.version) == (1_500, 1)
    # Nobody has analysed the table yet, and no row is compared with every other.
    plan = await _plan(conn)
    assert "hashed SubPlan" in plan
    assert "Seq Scan on memberships p" not in plan


async def _plan(conn: AsyncConnection[Any]) -> str:
    columns = ("subjects", "kinds", "target_kinds", "target_ids", "valid_from", "valid_until")
    given: dict[str, Any] = {column: [] for column in columns}
    when = {"now": MONDAY, "gone_when_missing_since": MONDAY, "said_of": ["student"]}
    query = SQL("EXPLAIN ") + SQL(load("roster")["put_memberships"])
    cursor = await conn.execute(query, {**given, **when, "school": SCHOOL}, prepare=False)
    return "\n".join(line for (line,) in await cursor.fetchall())

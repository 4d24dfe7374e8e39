"""Whatever takes come one after the other, the rows say what a few lines of Python say."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.postgres.connection import connect
from adapters.postgres.roster import Membership, members_for
from adapters.postgres.roster_take import TakenMember, take

START = datetime(2026, 8, 1, tzinfo=UTC)
GRACE = timedelta(hours=24)
PUPILS, CLASSES = range(4), ("1a", "1b")

Place = tuple[int, str]

PLACES = st.sets(st.tuples(st.sampled_from(PUPILS), st.sampled_from(CLASSES)), max_size=5)
TAKES = st.lists(st.tuples(PLACES, st.integers(min_value=1, max_value=30)), min_size=1, max_size=7)


@dataclass
class Model:
    """Who is in which class, by the rule as people say it."""

    there: set[Place] = field(default_factory=set)
    missing: dict[Place, datetime] = field(default_factory=dict)
    version: int = 0

    def take(self, places: set[Place], now: datetime) -> None:
        """Who is not named is missing; who was missing a day ago already is gone."""
        before = set(self.there)
        for place in self.there - places:
            since = self.missing.setdefault(place, now)
            if since <= now - GRACE and since < now:
                self.there.discard(place)
                del self.missing[place]
        for place in places:
            self.missing.pop(place, None)
        self.there |= places
        self.version += self.there != before


def _people(places: set[Place]) -> list[TakenMember]:
    return [
        TakenMember(
            subject_id=UUID(int=number + 1),
            kind="student",
            user_reference_id=UUID(int=number + 1),
            memberships=tuple(
                Membership(target_kind="group", target_id=group)
                for pupil, group in sorted(places)
                if pupil == number
            ),
        )
        for number in sorted({pupil for pupil, _ in places})
    ]


async def _play(url: str, takes: list[tuple[set[Place], int]]) -> None:
    school, model, now = uuid4(), Model(), START
    async with await connect(url, "test") as conn:
        for places, hours in takes:
            now += timedelta(hours=hours)
            targets = {("group", group) for group in CLASSES}
            async with conn.transaction():
                await take(conn, school, "pull", _people(places), targets, now, GRACE)  # type: ignore[arg-type]
            model.take(set(places), now)
            for group in CLASSES:
                day = date(2026, 9, 1)
                found = await members_for(conn, school, "group", [group], day, day)
                expected = {UUID(int=pupil + 1) for pupil, name in model.there if name == group}
                assert {one.subject_id for one in found} == expected


@given(takes=TAKES)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_whoever_belongs_is_who_was_not_missing_for_a_day(
    database_url: str, takes: list[tuple[set[Place], int]]
) -> None:
    asyncio.run(_play(database_url, takes))

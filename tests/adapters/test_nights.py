"""When the nightly comparison is on: in Amsterdam, also when the clocks change."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from adapters.eduv.nights import Nights, night_of
from adapters.postgres import reads_reconciled
from adapters.postgres.connection import connect
from tests.adapters.http_stories import eck, entitled
from tests.adapters.reconcile_case import told, used

THREE = time(3)


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (datetime(2026, 11, 22, 1, 59, tzinfo=UTC), None),
        (datetime(2026, 11, 22, 2, 0, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 7, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 8, 0, tzinfo=UTC), None),
        (datetime(2026, 7, 1, 1, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 0, 59, tzinfo=UTC), None),
    ],
)
def test_it_is_on_from_its_hour_for_six_hours(now: datetime, night: date | None) -> None:
    assert night_of(now, THREE) == night


def test_one_that_begins_before_midnight_goes_on_after_it() -> None:
    late = time(23, 30)
    assert night_of(datetime(2026, 11, 22, 0, 30, tzinfo=UTC), late) == date(2026, 11, 21)
    assert night_of(datetime(2026, 11, 21, 22, 29, tzinfo=UTC), late) is None


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_there_is_one_in_the_night_that_the_clocks_change(day: date) -> None:
    first = datetime(day.year, day.month, day.day, 0, 40, tzinfo=UTC)
    nights = [night_of(first + timedelta(hours=hours), time(2, 30)) for hours in range(3)]
    assert nights[1] == day
    assert {*nights} <= {None, day}


@pytest.mark.anyio
async def test_of_two_processes_one_carries_out_the_night(
    database_url: str, tmp_path: Path
) -> None:
    async with told(database_url, tmp_path) as story:
        so_far = await entitled(story.hub, eck(1))
        story.tells(so_far, used(so_far, user={}))
        nights = [
            Nights(
                url=database_url,
                reconciler=story.reconciler,
                at=THREE,
                now=lambda: datetime(2026, 11, 22, 3, tzinfo=UTC),
                tick_seconds=0.1,
            )
            for _ in range(2)
        ]
        running = [asyncio.create_task(night.run()) for night in nights]
        async with asyncio.timeout(20), await connect(database_url, "test") as conn:
            while len(runs := await reads_reconciled.runs(conn)) < 2 or not runs[0].finished_at:  # noqa: ASYNC110 - it tells when asked
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        assert len([path for path in story.server.asked if path.startswith("/usage")]) == 1
        assert {(run.kind, run.night) for run in runs} == {
            ("registry", date(2026, 11, 22)),
            ("shop", date(2026, 11, 22)),
        }
        assert len(await story.hub.facts("InitialActivationReported")) == 1
        async with await connect(database_url, "test") as conn:
            swept = await (await conn.execute("SELECT night FROM vault.swept")).fetchall()
        assert swept == [(date(2026, 11, 22),)]

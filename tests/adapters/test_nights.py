"""When the nightly comparison is on: in Amsterdam, also when the clocks change."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from aanspraak.domain import ids
from adapters.bootstrap.nightly import stages
from adapters.bootstrap.workers import worker
from adapters.eduv.reconcile import Reconciler
from adapters.jobs.carrying import Carrier
from adapters.jobs.nights import Nights, night_of
from adapters.postgres import reads_reconciled
from adapters.postgres.connection import connect
from tests.adapters.http_stories import eck, entitled
from tests.adapters.reconcile_case import told, used
from tests.contracts.job_case import facts_of, is_over, job_row, until_job

THREE = time(3)
NIGHT = date(2026, 11, 22)


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
async def test_of_two_workers_one_carries_out_the_night_and_everybody_sees_it(
    database_url: str, tmp_path: Path
) -> None:
    async with told(database_url, tmp_path) as story:
        so_far = await entitled(story.hub, eck(1))
        story.tells(so_far, used(so_far, user={}))
        stop = asyncio.Event()
        nights = [_nights(database_url, story.reconciler) for _ in range(2)]
        await asyncio.gather(*(one.begin() for one in nights))
        workers = [worker(database_url, story.hub.services.settings, one) for one in nights]
        running = [asyncio.create_task(one.run(stop)) for one in workers]
        job = await until_job(database_url, ids.night_job(NIGHT), is_over)
        stop.set()
        await asyncio.gather(*running)
        assert (job.status, job.done, job.total, job.actor) == ("done", 2, None, "hub")
        assert job.about == {"night": "2026-11-22"}
        assert await facts_of(database_url, job.job_id) == ["JobAsked", "JobEnded"]
        assert len([path for path in story.server.asked if path.startswith("/usage")]) == 1
        async with await connect(database_url, "test") as conn:
            runs = await reads_reconciled.runs(conn)
            swept = await (await conn.execute("SELECT night FROM vault.swept")).fetchall()
        assert {(run.kind, run.night) for run in runs} == {("registry", NIGHT), ("shop", NIGHT)}
        assert all(run.finished_at for run in runs)
        assert len(await story.hub.facts("InitialActivationReported")) == 1
        assert swept == [(NIGHT,)]


@pytest.mark.anyio
async def test_a_night_that_was_cut_short_goes_on_only_as_long_as_it_is_one(
    database_url: str,
) -> None:
    done: list[date] = []

    async def stage(night: date) -> None:
        done.append(night)

    at = [datetime(2026, 11, 22, 3, tzinfo=UTC)]
    nights = Nights(url=database_url, at=THREE, now=lambda: at[0], stages=(("x", stage),))
    carrier = Carrier(url=database_url, kinds={"night": nights})
    await nights.begin()
    at[0] += timedelta(hours=12)
    await nights.begin()
    await carrier.carry_out(ids.night_job(NIGHT))
    row = await job_row(database_url, ids.night_job(NIGHT))
    assert (row.status, row.error, done) == ("failed", "NightIsOver", [])
    at[0] += timedelta(hours=12)
    await nights.begin()
    await carrier.carry_out(ids.night_job(NIGHT + timedelta(days=1)))
    assert done == [NIGHT + timedelta(days=1)]


def _nights(url: str, comparing: Reconciler) -> Nights:
    return Nights(
        url=url,
        at=THREE,
        now=lambda: datetime(2026, 11, 22, 3, tzinfo=UTC),
        stages=stages(url, comparing),
    )

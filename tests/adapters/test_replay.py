"""`aanspraak replay`: a part of the log once more, with the same ids, and never to a partner."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from aanspraak.domain.errors import NothingToDo
from aanspraak.domain.job.events import REPLAY
from adapters.bootstrap.replays import replaying_to
from adapters.cli import app
from adapters.jobs.abilities import Abilities
from adapters.jobs.carrying import Carrier
from adapters.kafka import topics
from adapters.postgres.event_log import last_position
from adapters.postgres.replay_jobs import NoKafka, Range, ask_replay
from tests.adapters.stream_case import Stream
from tests.contracts.job_case import ONE, job_row


async def test_a_range_is_published_with_the_ids_it_always_has(
    stream: Stream, tmp_path: Path
) -> None:
    await stream.entitled()
    result = await _replay(stream, tmp_path, "2", "3", "replay.once-more")
    assert result.exit_code == 0, result.output
    assert "2 facts, from position 2 to 3" in result.output
    found = await stream.read("replay.once-more")
    assert [one.headers["ce_id"] for one in found] == ["2", "3"]


async def test_a_dry_run_counts_and_publishes_nothing(stream: Stream, tmp_path: Path) -> None:
    await stream.entitled()
    result = await _replay(stream, tmp_path, "1", "999", "replay.dry", "--dry-run")
    assert "entitlement.created" in result.output
    assert f"{await last_position(stream.conn)} facts" in result.output
    assert "would go to" in result.output
    assert await stream.read("replay.dry") == []


async def test_what_came_after_a_moment_until_another_is_a_range(
    stream: Stream, tmp_path: Path
) -> None:
    await stream.entitled()
    result = await _replay(stream, tmp_path, "2020-01-01T00:00", "2020-01-02T00:00", "events.v1")
    assert "0 facts, from position 1 to 0" in result.output
    result = await _replay(stream, tmp_path, "2020-01-01T00:00", "2999-01-01T00:00", "replay.all")
    assert len(await stream.read("replay.all")) == await last_position(stream.conn)


@pytest.mark.parametrize(
    "topic",
    [
        "requests.portal-a",
        "orders.shop",
        "confirmations.registry",
        "activations.registry",
        "dashboard.dashboard-a.v1",
        "dead-letter",
        "events.v1.x",
        "replay.",
        "replay.a b",
        "replay.a.b",
    ],
)
async def test_no_other_topic_is_written(stream: Stream, tmp_path: Path, topic: str) -> None:
    await stream.entitled()
    result = await _replay(stream, tmp_path, "1", "9", topic)
    assert result.exit_code == 1
    assert "never to what a partner or dashboard reads" in result.output
    assert await stream.read(topic) == []


async def test_nor_one_of_somebody_else(stream: Stream, tmp_path: Path) -> None:
    environment = stream.environment(tmp_path)
    given = ("replay", "--from", "1", "--to", "9", "--topic", "portal-a.inbox")
    result = await asyncio.to_thread(CliRunner().invoke, app, given, env=environment)
    assert result.exit_code == 1


async def test_the_stream_itself_is_written_by_one_at_a_time(
    stream: Stream, tmp_path: Path
) -> None:
    await stream.entitled()
    async with stream.following():
        await stream.caught_up()
        result = await _replay(stream, tmp_path, "1", "9", "events.v1")
    assert result.exit_code == 1
    assert "stop `aanspraak follow stream` first" in result.output
    before = len(await stream.read("events.v1"))
    with stream.cluster.admin() as admin:
        admin.delete_topics([topics.events(stream.cluster).name])
    result = await _replay(stream, tmp_path, "1", "999", "events.v1")
    assert result.exit_code == 0, result.output
    assert len(await stream.read("events.v1")) == before


async def test_a_job_publishes_the_same(stream: Stream) -> None:
    await stream.entitled()
    wanted = Range(first=2, last=3)
    with pytest.raises(NoKafka):
        await ask_replay(stream.conn, ONE, wanted, "by-a-job", 30)
    await Abilities(url=stream.url, owner_url=stream.url, others=[REPLAY]).say()
    with pytest.raises(NothingToDo):
        await ask_replay(stream.conn, ONE, Range(first=2, last=1), "by-a-job", 30)
    meant = await ask_replay(stream.conn, ONE, wanted, "by-a-job", 30)
    assert meant.job_id is not None
    carrier = Carrier(url=stream.url, kinds={REPLAY: replaying_to(stream.cluster)})
    await carrier.carry_out(meant.job_id)
    found = await stream.read("replay.by-a-job")
    assert [one.headers["ce_id"] for one in found] == ["2", "3"]
    row = await job_row(stream.url, meant.job_id)
    assert (row.status, row.total, row.done) == ("done", 2, 2)


async def _replay(stream: Stream, folder: Path, first: str, last: str, *given: str) -> Result:
    topic, *options = given
    named = f"{stream.cluster.prefix}.{topic}"
    verb = ("replay", "--from", first, "--to", last, "--topic", named, *options)
    environment = stream.environment(folder)
    return await asyncio.to_thread(CliRunner().invoke, app, verb, env=environment)

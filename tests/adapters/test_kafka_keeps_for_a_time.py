"""What Kafka did not keep until it was sent is told, and comes back from the log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from kafka import TopicPartition
from typer.testing import CliRunner

from aanspraak.domain.entitlement.events import RequestTaken
from adapters.cli import app
from adapters.kafka import topics
from adapters.kafka.channel import KafkaLanes
from adapters.postgres.flows import pause, resume
from adapters.postgres.gaps import open_gaps
from tests.adapters.gateway_case import MINUTE, NOON, Hub, gateway, opened
from tests.adapters.partner_case import PartnerServer
from tests.broker import environment

SINCE = "SELECT waiting_since IS NOT NULL FROM channel.flows WHERE partner = 'registry'"
MISSING = """
SELECT lane, "until" - "after", waiting_since IS NULL, settled_at IS NULL FROM channel.gaps
"""


@pytest.fixture
async def hub(database_url: str, kafka_lanes: KafkaLanes) -> AsyncIterator[Hub]:
    async with opened(database_url, kafka_lanes) as one:
        yield one


async def test_what_went_while_a_partner_was_paused_is_told_and_comes_back_from_the_log(
    hub: Hub, registry: PartnerServer, tmp_path: Path
) -> None:
    await pause(hub.conn, "registry", NOON)
    lost = await hub.entitle("registry", 5)
    async with gateway(hub, registry):
        await hub.until_row((True,), SINCE)
        _drop(hub, before=4)
        hub.clock.advance(2 * MINUTE)
        await hub.until_row(("prompt", 4, False, True), MISSING)
        (gap,) = await open_gaps(hub.conn)
        assert (gap.partner, gap.most) == ("registry", 4)
        await resume(hub.conn, "registry")
        await hub.until_facts(1, RequestTaken)
        assert gap.since is not None
        await _as_if_a_publisher_sent_it(hub)
        later = (gap.since + timedelta(days=1)).isoformat()
        assert "registry still misses messages" in await _republished(hub, tmp_path, later)
        said = await _republished(hub, tmp_path, gap.since.isoformat())
        assert "4 messages" in said
        assert "misses" not in said
        taken = await hub.until_facts(5, RequestTaken)
    assert sorted(one.stream_id for one in taken) == sorted(lost)
    assert len(registry.requests) == 5
    assert await open_gaps(hub.conn) == []


async def test_nothing_at_all_being_left_of_it_is_told_too_and_only_the_whole_log_is_enough(
    hub: Hub, registry: PartnerServer, tmp_path: Path
) -> None:
    await hub.entitle("registry", 3)
    _drop(hub, before=-1)
    async with gateway(hub, registry):
        await hub.until_row(("prompt", 4, True, True), MISSING)
        await _as_if_a_publisher_sent_it(hub)
        ((recorded_at,),) = await hub.rows("SELECT max(recorded_at) FROM log.stored_events")
        said = await _republished(hub, tmp_path, recorded_at.isoformat())
        assert "registry still misses messages, since nobody knows when" in said
        assert "misses" not in await _republished(hub, tmp_path, "2020-01-01T00:00")
        await hub.until_facts(3, RequestTaken)
    assert len(registry.requests) == 3


async def test_what_was_sent_in_time_is_not_missed_when_it_goes(
    hub: Hub, registry: PartnerServer
) -> None:
    await hub.entitle("registry", 3)
    async with gateway(hub, registry):
        await hub.until_facts(3, RequestTaken)
    _drop(hub, before=-1)
    await hub.entitle("registry", 2)
    async with gateway(hub, registry):
        await hub.until_facts(5, RequestTaken)
    assert await open_gaps(hub.conn) == []


def _drop(hub: Hub, before: int) -> None:
    """What retention does, at once: no record before this offset is left; -1: none at all."""
    assert hub.lanes is not None
    cluster = hub.lanes.cluster
    with cluster.admin() as admin:
        place = TopicPartition(topics.requests(cluster, "registry").name, 0)
        admin.delete_records({place: before})


async def _as_if_a_publisher_sent_it(hub: Hub) -> None:
    await hub.conn.execute(
        "INSERT INTO channel.bookmarks (name, position) SELECT 'publisher', max(notification_id)"
        " FROM log.stored_events"
    )


async def _republished(hub: Hub, folder: Path, since: str) -> str:
    assert hub.lanes is not None
    settings = environment(hub.lanes.cluster, hub.url, folder)
    given = ["channel", "republish", "--since", since]
    result = await asyncio.to_thread(CliRunner().invoke, app, given, env=settings)
    assert result.exit_code == 0, result.output
    return result.output

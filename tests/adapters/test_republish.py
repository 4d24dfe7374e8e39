"""`aanspraak channel republish`: what brokers lost goes once more, and nothing happens twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp.web import Response
from typer.testing import CliRunner, Result

from aanspraak.domain.entitlement.events import RequestTaken
from adapters.cli import app
from adapters.kafka.channel import REPUBLISHING, KafkaLanes
from adapters.kafka.embedded import Broker, halt, kill, start, wipe
from adapters.postgres.republish import republish
from tests.adapters.gateway_case import Hub, gateway, opened
from tests.adapters.partner_case import PartnerServer, Request
from tests.broker import environment, new_cluster

MESSAGES = 1_500
TAKEN = 100
"""Then the registry is slow: a part of the lane is received, and most of it is lost."""
LONG_AGO = "2020-01-01T00:00"


@pytest.fixture
def broker(kafka_programs: Path, tmp_path: Path) -> Iterator[Broker]:
    one = Broker(folder=tmp_path / "kafka", programs=kafka_programs)
    start(one)
    yield one
    halt(one)


@pytest.fixture
async def hub(database_url: str, broker: Broker) -> AsyncIterator[Hub]:
    lanes = KafkaLanes(new_cluster(broker.bootstrap_servers))
    async with opened(database_url, lanes) as one:
        yield one
    lanes.close()


@pytest.mark.timeout(180)
async def test_a_wiped_broker_costs_nothing_when_the_log_is_sent_once_more(
    hub: Hub, registry: PartnerServer, broker: Broker, tmp_path: Path
) -> None:
    streams = await hub.entitle("registry", MESSAGES)
    await _as_if_a_publisher_sent_it(hub)
    back = asyncio.Event()

    async def answer(_request: Request) -> Response:
        if len(registry.requests) > TAKEN:
            await back.wait()
        return Response(status=202)

    registry.answer = answer
    async with gateway(hub, registry, timeout_seconds=90):
        await registry.got(TAKEN + 1)
        await asyncio.to_thread(kill, broker)
        wipe(broker)
        await asyncio.to_thread(start, broker)
        assert len(await hub.facts(RequestTaken)) <= TAKEN
        would = await _republish(hub, tmp_path, "--dry-run")
        assert "would go again" in would.output, would.output
        again = await _republish(hub, tmp_path)
        assert again.exit_code == 0, again.output
        back.set()
        taken = await hub.until_facts(MESSAGES, RequestTaken)
    assert sorted(one.stream_id for one in taken) == sorted(streams)
    assert len({request.reference_id for request in registry.requests}) == MESSAGES
    assert await hub.rows("SELECT count(*) FROM channel.parked") == [(0,)]
    nothing = await _republish(hub, tmp_path)
    assert "0 messages" in nothing.output


async def test_only_what_has_no_outcome_goes_again_and_only_to_who_is_named(
    database_url: str, kafka_server: str, registry: PartnerServer, tmp_path: Path
) -> None:
    lanes = KafkaLanes(new_cluster(kafka_server))
    async with opened(database_url, lanes) as hub:
        await _some_of_it(hub, registry, tmp_path)
    lanes.close()


async def _some_of_it(hub: Hub, registry: PartnerServer, tmp_path: Path) -> None:
    await hub.entitle("registry", 3)
    async with gateway(hub, registry):
        await hub.until_facts(3, RequestTaken)
    await hub.entitle("registry", 2)
    await hub.entitle("another", 4)
    assert "0 messages" in (await _republish(hub, tmp_path)).output
    await _as_if_a_publisher_sent_it(hub)
    assert "6 messages" in (await _republish(hub, tmp_path, "--dry-run")).output
    assert len(await hub.sent_to("registry")) == 5
    assert hub.lanes is not None
    beside = KafkaLanes(hub.lanes.cluster, REPUBLISHING)
    channel, since = beside.on(hub.conn), datetime.fromisoformat(f"{LONG_AGO}Z")
    assert await republish(hub.conn, channel, since, "registry") == {"registry": 2}
    beside.close()
    assert len(await hub.sent_to("registry")) == 7
    assert len(await hub.sent_to("another")) == 4


async def _as_if_a_publisher_sent_it(hub: Hub) -> None:
    await hub.conn.execute(
        "INSERT INTO channel.bookmarks (name, position) SELECT 'publisher', max(notification_id)"
        " FROM log.stored_events"
    )


async def _republish(hub: Hub, tmp_path: Path, *options: str) -> Result:
    assert hub.lanes is not None
    told = environment(hub.lanes.cluster, hub.url, tmp_path)
    given = ["channel", "republish", "--since", LONG_AGO, *options]
    return await asyncio.to_thread(CliRunner().invoke, app, given, env=told)

"""What every channel keeps to, wherever its messages lie."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg import AsyncConnection

from aanspraak.application.messages import Message
from aanspraak.application.ports import Channel
from adapters.kafka.channel import KafkaLanes
from adapters.postgres.channel import PostgresChannel
from tests.broker import new_cluster
from tests.contracts.in_memory_channel import InMemoryChannel
from tests.contracts.messaging import message


@pytest.fixture(params=["memory", "postgres", "kafka"])
def channel(request: pytest.FixtureRequest) -> Iterator[Channel]:
    if request.param == "memory":
        yield InMemoryChannel()
        return
    conn: AsyncConnection[Any] = request.getfixturevalue("conn")
    if request.param == "postgres":
        yield PostgresChannel(conn)
        return
    lanes = KafkaLanes(new_cluster(request.getfixturevalue("kafka_server")))
    yield lanes.on(conn)
    lanes.close()


async def test_a_message_comes_out_as_it_went_in(channel: Channel) -> None:
    sent = message()
    await channel.send([sent])
    assert await _received(channel) == [sent]


async def test_a_lane_keeps_its_order(channel: Channel) -> None:
    sent = [message(key) for key in range(1, 50)]
    await channel.send(sent[:30])
    await channel.send(sent[30:])
    assert await _received(channel) == sent


async def test_partners_and_lanes_stand_apart(channel: Channel) -> None:
    here, elsewhere = message(), message(partner="portal-b")
    later = message(lane="bulk")
    await channel.send([here, elsewhere, later])
    assert await _received(channel) == [here]
    assert await _received(channel, partner="portal-b") == [elsewhere]
    assert await _received(channel, lane="bulk") == [later]
    assert await _received(channel, lane="refresh") == []


async def test_a_batch_is_no_larger_than_asked_and_the_next_begins_after_it(
    channel: Channel,
) -> None:
    sent = [message(key) for key in range(1, 6)]
    await channel.send(sent)
    first = await channel.receive("portal-a", "prompt", 0, 3)
    second = await channel.receive("portal-a", "prompt", first[-1].offset, 3)
    assert [one.message for one in (*first, *second)] == sent
    assert await channel.receive("portal-a", "prompt", second[-1].offset, 3) == []


async def test_receiving_takes_nothing_away(channel: Channel) -> None:
    await channel.send([message()])
    assert await _received(channel) == await _received(channel)


async def test_what_is_dealt_with_is_remembered_and_never_moves_back(channel: Channel) -> None:
    assert await channel.acknowledged("portal-a", "prompt") == 0
    await channel.acknowledge("portal-a", "prompt", 7)
    await channel.acknowledge("portal-a", "prompt", 5)
    assert await channel.acknowledged("portal-a", "prompt") == 7
    assert await channel.acknowledged("portal-a", "bulk") == 0
    assert await channel.acknowledged("portal-b", "prompt") == 0


async def test_since_when_the_oldest_waits_is_known_until_it_is_dealt_with(
    channel: Channel,
) -> None:
    noon = datetime(2026, 8, 1, 12, tzinfo=UTC)
    moments = [noon + timedelta(minutes=nth) for nth in range(3)]
    sent = [replace(message(nth), recorded_at=one) for nth, one in enumerate(moments)]
    assert await channel.waiting_since("portal-a", "prompt") is None
    await channel.send(sent)
    await channel.send([message(partner="portal-b")])
    assert await channel.waiting_since("portal-a", "prompt") == moments[0]
    first, second, third = await channel.receive("portal-a", "prompt", 0, 10)
    await channel.acknowledge("portal-a", "prompt", first.offset)
    assert await channel.waiting_since("portal-a", "prompt") == moments[1]
    assert await channel.receive("portal-a", "prompt", second.offset, 10) == [third]
    await channel.acknowledge("portal-a", "prompt", third.offset)
    assert await channel.waiting_since("portal-a", "prompt") is None
    assert await channel.waiting_since("portal-a", "bulk") is None


async def test_what_was_sent_since_a_moment_can_be_found_again(channel: Channel) -> None:
    await channel.send([message(1), message(2)])
    await asyncio.sleep(0.02)
    moment = datetime.now(UTC)
    await asyncio.sleep(0.02)
    await channel.send([message(3), message(4)])
    since = await channel.sent_before("portal-a", "prompt", moment)
    found = await channel.receive("portal-a", "prompt", since, 10)
    assert [one.message.key.int for one in found] == [3, 4]
    long_ago = await channel.sent_before("portal-a", "prompt", moment - timedelta(days=365))
    assert len(await channel.receive("portal-a", "prompt", long_ago, 10)) == 4
    later = await channel.sent_before("portal-a", "prompt", datetime.now(UTC) + timedelta(days=1))
    assert await channel.receive("portal-a", "prompt", later, 10) == []


async def test_sending_nothing_is_fine(channel: Channel) -> None:
    await channel.send([])
    assert await _received(channel) == []


async def _received(
    channel: Channel, partner: str = "portal-a", lane: str = "prompt"
) -> list[Message]:
    return [one.message for one in await channel.receive(partner, lane, 0, 1_000)]

"""A stored message that cannot be read is an operator's; everything else goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest

from aanspraak.domain.entitlement.events import RequestTaken
from adapters.postgres.channel import PostgresChannel
from adapters.postgres.parked import parked_of
from tests.adapters.gateway_case import MINUTE, Hub, gateway, opened
from tests.adapters.partner_case import PartnerServer, accepts, says, serving

COUNTED = "SELECT reason, count(*) FROM channel.parked GROUP BY reason"


@pytest.fixture
async def hub(database_url: str) -> AsyncIterator[Hub]:
    async with opened(database_url) as one:
        yield one


@pytest.fixture
async def other() -> AsyncIterator[PartnerServer]:
    async with serving("registry-b") as server:
        yield server


@pytest.mark.parametrize("stored", ['{"partner": 1}', "[]", '"text"', '{"key": "no id"}'])
async def test_in_a_lane_it_is_given_up_and_the_rest_goes_on(
    hub: Hub, registry: PartnerServer, other: PartnerServer, stored: str
) -> None:
    before, broken, after = await hub.entitle("registry", 3)
    (elsewhere,) = await hub.entitle("registry-b")
    await _break(hub, "messages", broken, stored)
    async with gateway(hub, registry, other):
        taken = await hub.until_facts(3, RequestTaken)
        await hub.until_row(("gave_up", 1), COUNTED)
    assert {one.stream_id for one in taken} == {before, after, elsewhere}
    (row,) = await parked_of(hub.conn, [broken])
    assert (row.partner, row.lane, row.number) == ("registry", "prompt", 1)
    assert (row.attempts, row.next_attempt_at, row.error) == (0, None, "ValidationError")


async def test_a_lane_full_of_them_is_read_to_its_end(hub: Hub) -> None:
    streams = await hub.entitle("registry", 9)
    for broken in streams[:8]:
        await _break(hub, "messages", broken)
    (found,) = await PostgresChannel(hub.conn).receive("registry", "prompt", 0, 3)
    assert found.message.key == streams[8]
    assert await hub.rows(COUNTED) == [("gave_up", 8)]


async def test_what_comes_after_it_about_the_same_thing_waits(
    hub: Hub, registry: PartnerServer
) -> None:
    (stream,) = await hub.entitle("registry")
    channel = PostgresChannel(hub.conn)
    (first,) = await channel.receive("registry", "prompt", 0, 1)
    later = replace(first.message, number=2, follows=1, position=first.offset + 1)
    await channel.send([later])
    await _break(hub, "messages", stream, number=1)
    async with gateway(hub, registry):
        await hub.until_row((2,), "SELECT count(*) FROM channel.parked")
    found = [(row.number, row.reason) for row in await parked_of(hub.conn, [stream])]
    assert found == [(1, "gave_up"), (2, "behind")]
    assert registry.requests == []


async def test_what_is_done_is_not_given_up_when_it_is_read_again(
    hub: Hub, registry: PartnerServer
) -> None:
    (stream,) = await hub.entitle("registry")
    async with gateway(hub, registry):
        await hub.until_facts(1, RequestTaken)
    await _break(hub, "messages", stream)
    assert await PostgresChannel(hub.conn).receive("registry", "prompt", 0, 3) == []
    assert await hub.rows(COUNTED) == []


async def test_among_the_parked_it_is_given_up_and_the_rest_goes_on(
    hub: Hub, registry: PartnerServer
) -> None:
    first, broken, last = await hub.entitle("registry", 3)
    registry.answer = says(500)
    async with gateway(hub, registry):
        await hub.until_row(("failed", 3), COUNTED)
    await _break(hub, "parked", broken)
    registry.answer = accepts
    await hub.let_go("registry", first, broken, last)
    async with gateway(hub, registry):
        taken = await hub.until_facts(2, RequestTaken)
        await hub.until_row(("gave_up", 1), COUNTED)
    assert {one.stream_id for one in taken} == {first, last}
    (row,) = await parked_of(hub.conn, [broken])
    assert (row.attempts, row.next_attempt_at, row.error) == (1, None, "ValidationError")


async def test_an_unreachable_partner_is_tried_with_one_that_can_be_read(
    hub: Hub, registry: PartnerServer
) -> None:
    *broken, readable = await hub.entitle("registry", 5)
    registry.answer = says(503)
    async with gateway(hub, registry, concurrency=1):
        await hub.until_row(("unreachable", 5), COUNTED)
        for stream in broken:
            await _break(hub, "parked", stream)
        registry.answer = accepts
        hub.clock.advance(MINUTE)
        (taken,) = await hub.until_facts(1, RequestTaken)
        await hub.until_row(("gave_up", 4), COUNTED)
    assert taken.stream_id == readable


async def _break(
    hub: Hub, table: str, stream: UUID, stored: str = "{}", *, number: int = 1
) -> None:
    query = f"UPDATE channel.{table} SET message = %s WHERE key = %s AND number = %s"
    await hub.conn.execute(query.encode(), (stored, stream, number))

"""Whatever breaks, and whenever: all is delivered, and a repeat has the same reference id."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress

import pytest

from aanspraak.domain.entitlement.events import RequestTaken
from adapters.eduv.recorder import UNRECORDED_LIMIT
from adapters.postgres.connection import connect
from tests.adapters.gateway_case import Hub, gateway, opened
from tests.adapters.partner_case import PartnerServer, serving

CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name LIKE 'aanspraak gateway%%' AND datname = current_database()
"""
LEASES = """
SELECT count(DISTINCT pid) FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

UNREADABLE = """
INSERT INTO log.stored_events (originator_id, originator_version, topic, state)
VALUES (%s, 3, 'from.the-future', '{}')
"""
BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"


@pytest.fixture
async def hub(database_url: str) -> AsyncIterator[Hub]:
    async with opened(database_url) as one:
        yield one


@pytest.mark.parametrize("seed", range(5))
async def test_a_gateway_that_dies_at_any_moment(
    hub: Hub, registry: PartnerServer, seed: int
) -> None:
    chance = random.Random(seed)
    streams = await hub.entitle("registry", 300)
    for _ in range(4):
        async with gateway(hub, registry) as running:
            enough = len(registry.requests) + chance.randrange(1, 60)
            await registry.got(enough)
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
    async with gateway(hub, registry):
        taken = await hub.until_facts(300, RequestTaken)
    assert sorted(one.stream_id for one in taken) == sorted(streams)
    assert len({request.reference_id for request in registry.requests}) == 300
    assert await hub.rows("SELECT count(*) FROM channel.parked") == [(0,)]


@pytest.mark.parametrize("seed", range(3))
async def test_a_database_connection_that_is_cut_at_any_moment(
    hub: Hub, registry: PartnerServer, seed: int
) -> None:
    chance = random.Random(seed)
    await hub.entitle("registry", 400)
    async with gateway(hub, registry):
        for _ in range(3):
            await registry.got(len(registry.requests) + chance.randrange(1, 40))
            await hub.conn.execute(CUT)
        await hub.until_facts(400, RequestTaken)
    assert len(await hub.facts(RequestTaken)) == 400
    assert len({request.reference_id for request in registry.requests}) == 400


async def test_what_cannot_be_recorded_is_not_sent_either(
    hub: Hub, registry: PartnerServer
) -> None:
    await hub.entitle("registry", 1_500)
    async with await connect(hub.url, "in the way") as other, AsyncExitStack() as running:
        async with other.transaction():
            await other.execute("LOCK TABLE channel.progress IN SHARE ROW EXCLUSIVE MODE")
            task = await running.enter_async_context(gateway(hub, registry))
            await registry.got(100)
            await hub.until_row((1,), BLOCKED, other.info.backend_pid)
            assert not task.done()
            assert len(registry.requests) < UNRECORDED_LIMIT + 10
        await hub.until_facts(1_500, RequestTaken)
    assert len(registry.requests) == 1_500


async def test_gateways_share_the_partners(hub: Hub) -> None:
    async with serving("a") as one, serving("b") as two, serving("c") as three:
        servers = (one, two, three)
        async with gateway(hub, *servers):
            async with gateway(hub, *servers):
                await hub.until_row((2,), LEASES)
                for server in servers:
                    await hub.entitle(server.name, 50)
                await hub.until_facts(150, RequestTaken)
            await hub.until_row((1,), LEASES)
            for server in servers:
                await hub.entitle(server.name)
            await hub.until_facts(153, RequestTaken)
    assert [len(server.requests) for server in servers] == [51, 51, 51]


async def test_another_takes_over_when_a_gateway_is_gone(hub: Hub, registry: PartnerServer) -> None:
    async with gateway(hub, registry) as first:
        await hub.until_row((1,), LEASES)
        async with gateway(hub, registry):
            first.cancel()
            with suppress(asyncio.CancelledError):
                await first
            await hub.entitle("registry")
            await hub.until_facts(1, RequestTaken)


async def test_a_partner_that_is_registered_later_is_served_too(
    hub: Hub, registry: PartnerServer
) -> None:
    registry.registered = False
    await hub.entitle("registry")
    async with serving("other") as other, gateway(hub, registry, other):
        await hub.entitle("other")
        await other.got(1)
        assert registry.requests == []
        registry.registered = True
        await registry.got(1)


async def test_an_entitlement_whose_facts_cannot_be_read_stops_only_itself(
    hub: Hub, registry: PartnerServer
) -> None:
    bad, *good = await hub.entitle("registry", 20)
    await hub.conn.execute(UNREADABLE, (bad,))
    async with gateway(hub, registry):
        await hub.until_row((19,), "SELECT count(*) FROM channel.progress")
        await hub.until_row(
            (bad, "gave_up", "UnreadableFact"), "SELECT key, reason, error FROM channel.parked"
        )
    done = {key for (key,) in await hub.rows("SELECT key FROM channel.progress")}
    assert done == {*good}

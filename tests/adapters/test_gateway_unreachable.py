"""A partner that cannot be reached is left alone, probed now and then, and nobody else notices."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from aanspraak.domain.entitlement.events import RequestGivenUp, RequestTaken
from adapters.kafka.channel import KafkaLanes
from adapters.postgres.flows import alive, pause, read_flow, read_flows, resume
from tests.adapters.gateway_case import MINUTE, NOON, Hub, gateway, opened
from tests.adapters.partner_case import PartnerServer, accepts, says, serving

SINCE = "SELECT unreachable_since FROM channel.flows WHERE partner = 'registry'"
REASONS = "SELECT reason, count(*) FROM channel.parked GROUP BY reason"


@pytest.fixture
async def hub(database_url: str, either_channel: KafkaLanes | None) -> AsyncIterator[Hub]:
    async with opened(database_url, either_channel) as one:
        yield one


@pytest.fixture
async def registry() -> AsyncIterator[PartnerServer]:
    async with serving("registry") as server:
        server.answer = says(503)
        yield server


@pytest.fixture
async def witness() -> AsyncIterator[PartnerServer]:
    async with serving("witness") as server:
        yield server


async def test_after_five_failures_it_is_left_alone(
    hub: Hub, registry: PartnerServer, witness: PartnerServer
) -> None:
    await hub.entitle("registry", 50)
    async with gateway(hub, registry, witness, concurrency=1):
        await hub.until_row((NOON,), SINCE)
        await hub.until_row(("unreachable", 5), REASONS)
        flow = await read_flow(hub.conn, "registry")
        assert (flow.next_try_at, flow.rung) == (NOON + MINUTE, 0)
        hub.clock.advance(MINUTE - timedelta(milliseconds=1))
        await hub.entitle("registry")
        await _looked(hub, witness)
        assert len(registry.requests) == 5
    assert await hub.rows("SELECT max(attempts), max(rung) FROM channel.parked") == [(1, 0)]


async def test_it_is_probed_with_another_thing_each_time(hub: Hub, registry: PartnerServer) -> None:
    await hub.entitle("registry", 20)
    async with gateway(hub, registry, concurrency=1):
        await hub.until_row((NOON,), SINCE)
        for probe, wait in enumerate((1, 5, 15, 15, 15), start=1):
            await _next_try(hub, hub.clock.now() + wait * MINUTE)
            hub.clock.advance(wait * MINUTE)
            await registry.got(5 + probe)
        await _next_try(hub, hub.clock.now() + 15 * MINUTE)
    assert len({one.reference_id for one in registry.requests}) == 10


async def test_what_was_tried_before_is_tried_again_when_there_is_nothing_else(
    hub: Hub, registry: PartnerServer
) -> None:
    await hub.entitle("registry", 5)
    async with gateway(hub, registry, concurrency=1):
        await hub.until_row((NOON,), SINCE)
        for probe in range(6):
            flow = await read_flow(hub.conn, "registry")
            assert flow.next_try_at is not None
            hub.clock.advance(flow.next_try_at - hub.clock.now())
            await registry.got(6 + probe)
            await hub.until_row(
                (True,), "SELECT next_try_at > %s FROM channel.flows", hub.clock.now()
            )
    asked = [one.reference_id for one in registry.requests]
    assert {*asked[5:10]} == {*asked[:5]}
    assert asked[10] == asked[5]
    assert await hub.facts(RequestGivenUp) == []


async def test_a_probe_that_is_taken_lets_everything_go(hub: Hub, registry: PartnerServer) -> None:
    await hub.entitle("registry", 100)
    async with gateway(hub, registry):
        await hub.until_row((NOON,), SINCE)
        registry.answer = accepts
        hub.clock.advance(MINUTE)
        await hub.until_facts(100, RequestTaken)
    assert (await read_flow(hub.conn, "registry")).unreachable_since is None
    assert await hub.rows("SELECT count(*) FROM channel.parked") == [(0,)]
    assert len({one.reference_id for one in registry.requests}) == 100


async def test_a_refusal_is_a_sign_of_life_too(hub: Hub, registry: PartnerServer) -> None:
    await hub.entitle("registry", 10)
    async with gateway(hub, registry):
        await hub.until_row((NOON,), SINCE)
        registry.answer = says(400)
        hub.clock.advance(MINUTE)
        await hub.until_row((None,), SINCE)


async def test_a_call_of_the_partner_ends_the_pause_at_once(
    hub: Hub, registry: PartnerServer
) -> None:
    await hub.entitle("registry", 30)
    async with gateway(hub, registry):
        assert not await alive(hub.conn, "registry")
        await hub.until_row((NOON,), SINCE)
        registry.answer = accepts
        assert await alive(hub.conn, "registry")
        assert not await alive(hub.conn, "registry")
        await hub.until_facts(30, RequestTaken)
    assert hub.clock.now() == NOON


async def test_a_partner_that_calls_but_takes_nothing_is_not_asked_without_end(
    hub: Hub, registry: PartnerServer, witness: PartnerServer
) -> None:
    await hub.entitle("registry", 100)
    async with gateway(hub, registry, witness, concurrency=1):
        await hub.until_row((NOON,), SINCE)
        hub.clock.advance(timedelta(seconds=1))
        await alive(hub.conn, "registry")
        await hub.until_row((NOON + timedelta(seconds=1),), SINCE)
        before = len(registry.requests)
        hub.clock.advance(timedelta(seconds=1))
        await alive(hub.conn, "registry")
        await _looked(hub, witness)
        assert len(registry.requests) == before
        hub.clock.advance(MINUTE)
        await hub.until_row((hub.clock.now(),), SINCE)


async def test_another_partner_does_not_notice(hub: Hub, registry: PartnerServer) -> None:
    async with serving("other") as other, gateway(hub, registry, other):
        await hub.entitle("registry", 50)
        await hub.until_row((NOON,), SINCE)
        await hub.entitle("other", 50)
        taken = await hub.until_facts(50, RequestTaken)
        assert {one.event.partner for one in taken} == {"other"}  # type: ignore[attr-defined]
    assert [flow.partner for flow in await read_flows(hub.conn)] == ["registry"]


async def test_it_is_still_left_alone_by_the_next_gateway(
    hub: Hub, registry: PartnerServer, witness: PartnerServer
) -> None:
    await hub.entitle("registry", 20)
    async with gateway(hub, registry, concurrency=1):
        await hub.until_row((NOON,), SINCE)
    async with gateway(hub, registry, witness, concurrency=1):
        await hub.entitle("registry")
        await _looked(hub, witness)
        assert len(registry.requests) == 5
        registry.answer = accepts
        hub.clock.advance(MINUTE)
        await registry.got(5 + 21)


async def test_an_operator_pauses_for_a_while(
    hub: Hub, registry: PartnerServer, witness: PartnerServer
) -> None:
    registry.answer = accepts
    async with gateway(hub, registry, witness):
        await _looked(hub, witness)
        await pause(hub.conn, "registry", NOON, until=NOON + MINUTE, reason_id=UUID(int=7))
        await _looked(hub, witness)
        await hub.entitle("registry", 3)
        await _looked(hub, witness)
        assert registry.requests == []
        hub.clock.advance(MINUTE)
        await registry.got(3)


async def test_an_operator_pauses_until_somebody_resumes(
    hub: Hub, registry: PartnerServer, witness: PartnerServer
) -> None:
    registry.answer = accepts
    await pause(hub.conn, "registry", NOON)
    await hub.entitle("registry")
    async with gateway(hub, registry, witness):
        hub.clock.advance(timedelta(days=365))
        await _looked(hub, witness)
        assert registry.requests == []
        await resume(hub.conn, "registry")
        await registry.got(1)


async def test_an_operator_does_not_wait_for_a_probe(hub: Hub, registry: PartnerServer) -> None:
    await hub.entitle("registry", 10)
    async with gateway(hub, registry):
        await hub.until_row((NOON,), SINCE)
        registry.answer = accepts
        await resume(hub.conn, "registry")
        await hub.until_facts(10, RequestTaken)


async def _next_try(hub: Hub, moment: object) -> None:
    await hub.until_row((moment,), "SELECT next_try_at FROM channel.flows")


async def _looked(hub: Hub, witness: PartnerServer) -> None:
    """Until the gateway has looked: it serves those who were woken in turn."""
    before = len(witness.requests)
    await hub.entitle("witness")
    await witness.got(before + 1)

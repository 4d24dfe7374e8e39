"""One message that fails while others succeed climbs the ladder alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime
from uuid import UUID

import pytest
from aiohttp import web

from aanspraak.domain.entitlement.events import RequestGivenUp, RequestTaken
from adapters.kafka.channel import KafkaLanes
from adapters.postgres.parked import parked_of
from tests.adapters.gateway_case import MINUTE, NOON, Hub, gateway, opened
from tests.adapters.partner_case import Answer, PartnerServer, Request, accepts, says

DAY = timedelta(days=1)


@pytest.fixture
async def hub(database_url: str, either_channel: KafkaLanes | None) -> AsyncIterator[Hub]:
    async with opened(database_url, either_channel) as one:
        yield one


async def test_one_that_always_gets_500_among_a_thousand(hub: Hub, registry: PartnerServer) -> None:
    streams = await hub.entitle("registry", 1_000, lane="bulk")
    registry.answer = _except_for(streams[500])
    async with gateway(hub, registry):
        taken = await hub.until_facts(999, RequestTaken)
        await hub.until_row((1,), "SELECT attempts FROM channel.parked")
    assert {one.stream_id for one in taken} == {*streams} - {streams[500]}
    (parked,) = await parked_of(hub.conn, streams)
    assert (parked.key, parked.reason, parked.error) == (streams[500], "failed", "http_500")
    assert parked.next_attempt_at == NOON + MINUTE
    assert await hub.rows("SELECT count(unreachable_since) FROM channel.flows") == [(0,)]
    assert await hub.rows("SELECT count(*) FROM channel.attempts") == [(1_000,)]


async def test_it_is_given_up_after_the_last_rung_and_waits_for_an_operator(
    hub: Hub, registry: PartnerServer
) -> None:
    (stream,) = await hub.entitle("registry")
    registry.answer = says(500)
    async with gateway(hub, registry):
        for attempts, wait in enumerate((MINUTE, 5 * MINUTE, 60 * MINUTE, DAY), start=1):
            await _failed(hub, attempts)
            assert len(registry.requests) == attempts
            hub.clock.advance(wait)
        (given_up,) = await hub.until_facts(1, RequestGivenUp)
        hub.clock.advance(30 * DAY)
        await hub.entitle("registry")
        await registry.got(6)
    assert given_up.event == RequestGivenUp(partner="registry", number=1, attempts=5)
    assert given_up.stream_id == stream
    assert len(await hub.facts(RequestGivenUp)) == 1
    (parked,) = await parked_of(hub.conn, [stream])
    assert (parked.reason, parked.attempts, parked.next_attempt_at) == ("gave_up", 5, None)


async def test_an_operator_sends_again_what_was_given_up(hub: Hub, registry: PartnerServer) -> None:
    (stream,) = await hub.entitle("registry")
    await _give_up(hub, registry)
    registry.answer = accepts
    async with gateway(hub, registry):
        assert await hub.let_go("registry", UUID(int=1)) == 0
        assert await hub.let_go("registry", stream) == 1
        await hub.until_facts(1, RequestTaken)
    assert {request.reference_id for request in registry.requests} == {
        registry.requests[0].reference_id
    }
    assert await parked_of(hub.conn, [stream]) == []


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        ("120", 2 * MINUTE),
        (format_datetime(NOON + 10 * MINUTE, usegmt=True), 10 * MINUTE),
        ("0", timedelta(seconds=1)),
        ("1000000", DAY),
        ("soon", MINUTE),
        ("²", MINUTE),
    ],
)
async def test_retry_after_is_obeyed(
    hub: Hub, registry: PartnerServer, retry_after: str, wait: timedelta
) -> None:
    await hub.entitle("registry")
    registry.answer = says(429, **{"Retry-After": retry_after})
    async with gateway(hub, registry):
        await hub.until_row((NOON + wait,), "SELECT next_attempt_at FROM channel.parked")
        registry.answer = accepts
        hub.clock.advance(wait - timedelta(milliseconds=1))
        await hub.entitle("publisher")
        assert len(registry.requests) == 1
        hub.clock.advance(timedelta(milliseconds=1))
        await hub.until_facts(1, RequestTaken)


async def test_retry_after_holds_everything_else_to_that_partner_too(
    hub: Hub, registry: PartnerServer
) -> None:
    registry.answer = says(429, **{"Retry-After": "90"})
    await hub.entitle("registry")
    async with gateway(hub, registry):
        await hub.until_row((1,), "SELECT count(*) FROM channel.parked")
        registry.answer = accepts
        await hub.entitle("registry", 3)
        await hub.until_row((NOON + timedelta(seconds=90),), "SELECT held_until FROM channel.flows")
        assert len(registry.requests) == 1
        hub.clock.advance(timedelta(seconds=90))
        await hub.until_facts(4, RequestTaken)


async def test_a_row_of_the_vault_that_does_not_open_stops_only_its_own_message(
    hub: Hub, registry: PartnerServer
) -> None:
    streams = await hub.entitle("registry", 2)
    other = UUID(int=99)
    await hub.conn.execute(
        "INSERT INTO vault.person_references SELECT %s, subject_id, 'other', hash_key, 'broken',"
        " cipher_key FROM vault.person_references",
        (other,),
    )
    (broken,) = await hub.entitle("registry", user_reference_id=other)
    async with gateway(hub, registry):
        taken = await hub.until_facts(2, RequestTaken)
        await hub.until_row((broken, "Unopenable"), "SELECT key, error FROM channel.parked")
    assert {one.stream_id for one in taken} == {*streams}


async def _give_up(hub: Hub, registry: PartnerServer) -> None:
    registry.answer = says(500)
    async with gateway(hub, registry):
        for attempts, wait in enumerate((MINUTE, 5 * MINUTE, 60 * MINUTE, DAY), start=1):
            await _failed(hub, attempts)
            hub.clock.advance(wait)
        await hub.until_facts(1, RequestGivenUp)


def _except_for(stream: UUID) -> Answer:
    def answer(request: Request) -> web.Response:
        return web.Response(status=500 if request.entitlement_id == stream else 202)

    return answer


async def _failed(hub: Hub, attempts: int) -> None:
    await hub.until_row(("failed", attempts), "SELECT reason, attempts FROM channel.parked")

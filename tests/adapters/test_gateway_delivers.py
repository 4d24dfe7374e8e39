"""The gateway delivers what is in the channel, and what came of it are facts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from aiohttp import web

from aanspraak.domain import ids
from aanspraak.domain.delivery_order.events import ConfirmationTaken
from aanspraak.domain.entitlement.events import (
    RequestDropped,
    RequestGivenUp,
    RequestRejected,
    RequestTaken,
)
from adapters.kafka.channel import KafkaLanes
from adapters.postgres.attempts import attempts_of, forget_answers, open_answer
from adapters.postgres.channel import encode_message
from tests.adapters.gateway_case import ECK_ID, Hub, gateway, opened
from tests.adapters.partner_case import Answer, PartnerServer, Request, accepts, says, serving
from tests.adapters.vault_case import keys
from tests.adapters.wire_case import body, faults
from tests.domain import orders


@pytest.fixture
async def hub(database_url: str, either_channel: KafkaLanes | None) -> AsyncIterator[Hub]:
    async with opened(database_url, either_channel) as one:
        yield one


async def test_a_request_is_sent_with_its_person_and_its_202_is_a_fact(
    hub: Hub, registry: PartnerServer
) -> None:
    (entitlement,) = await hub.entitle("registry")
    async with gateway(hub, registry):
        (request,) = await registry.got(1)
        (taken,) = await hub.until_facts(1, RequestTaken)
    assert (request.path, request.token) == ("/v1/entitlements", "registry-1")
    assert request.entitlement_id == entitlement
    assert request.reference_id == str(ids.request_reference(entitlement, "registry", 1))
    specification = request.body["entitlement"]["entitlementSpecification"]
    assert specification["student"] == {"userMasterIdentifier": ECK_ID}
    assert faults("entitlement", "EntitlementRequest", body(request.body)) == []
    assert taken.event == RequestTaken(partner="registry", number=1)
    assert (taken.stream_id, taken.actor, taken.correlation_id) == (entitlement, "gateway", "story")


async def test_what_is_recorded_of_a_request_names_nobody(
    hub: Hub, registry: PartnerServer
) -> None:
    (entitlement,) = await hub.entitle("registry")
    async with gateway(hub, registry):
        await hub.until_facts(1, RequestTaken)
    (attempt,) = await attempts_of(hub.conn, [entitlement])
    assert (attempt.at, attempt.outcome, attempt.http_status) == (hub.clock.now(), "taken", 202)
    assert await hub.channel(hub.conn).acknowledged("registry", "prompt") > 0
    assert await hub.rows("SELECT done FROM channel.progress") == [(1,)]
    (sent,) = await hub.sent_to("registry")
    assert "ketenid" not in encode_message(sent)


async def test_a_4xx_is_an_outcome_of_that_message_and_the_flow_goes_on(
    hub: Hub, registry: PartnerServer
) -> None:
    refused, taken = await hub.entitle("registry", 2)
    words = {"status": 4011, "statusMessage": f"{ECK_ID} is unknown here"}

    def answer(request: Request) -> web.Response:
        if request.entitlement_id == refused:
            return web.json_response(words, status=400)
        return web.Response(status=202)

    registry.answer = answer
    async with gateway(hub, registry):
        (rejected,) = await hub.until_facts(1, RequestRejected)
        (accepted,) = await hub.until_facts(1, RequestTaken)
    assert rejected.event == RequestRejected(
        partner="registry", number=1, http_status=400, status=4011
    )
    assert (rejected.stream_id, accepted.stream_id) == (refused, taken)


async def test_the_words_of_a_partner_are_encrypted_and_go_with_the_person(
    hub: Hub, registry: PartnerServer
) -> None:
    (entitlement,) = await hub.entitle("registry")
    registry.answer = says(400, {"status": 4011, "statusMessage": "x" * 5000})
    async with gateway(hub, registry):
        await hub.until_facts(1, RequestRejected)
    (attempt,) = await attempts_of(hub.conn, [entitlement])
    assert attempt.answer is not None
    assert b"xxx" not in attempt.answer
    opened_answer = open_answer(keys().cipher, attempt)
    assert opened_answer is not None
    assert (len(opened_answer), opened_answer[:16]) == (2048, b'{"status": 4011,')
    assert await forget_answers(hub.conn, [hub.subject]) == 1
    (attempt,) = await attempts_of(hub.conn, [entitlement])
    assert (attempt.answer, open_answer(keys().cipher, attempt)) == (None, None)


async def test_a_message_about_somebody_forgotten_is_dropped(
    hub: Hub, registry: PartnerServer
) -> None:
    (entitlement,) = await hub.entitle("registry")
    await hub.vault.forget(hub.subject)
    async with gateway(hub, registry):
        (dropped,) = await hub.until_facts(1, RequestDropped)
    assert dropped.event == RequestDropped(partner="registry", number=1, reason="forgotten")
    assert dropped.stream_id == entitlement
    assert registry.requests == []
    assert await hub.rows("SELECT done FROM channel.progress") == [(1,)]


async def test_a_shop_gets_its_confirmation(hub: Hub) -> None:
    command = replace(orders.RECEIVE, product=None, reference_id=str(UUID(int=5)))
    async with serving("bookshop") as shop, gateway(hub, shop):
        await hub.ask((orders.ORDER, command))
        (request,) = await shop.got(1)
        (taken,) = await hub.until_facts(1, ConfirmationTaken)
    assert request.path == "/v1/deliveryorders/confirmations"
    assert request.body["success"] is False
    assert faults("delivery", "DeliveryOrderConfirmation", body(request.body)) == []
    assert taken.stream_id == orders.ORDER


async def test_two_shops_that_order_under_one_id_each_get_their_answer(hub: Hub) -> None:
    first = replace(orders.RECEIVE, product=None, shop="first")
    second = replace(orders.RECEIVE, product=None, shop="second")
    async with serving("first") as one, serving("second") as two, gateway(hub, one, two):
        await hub.ask((orders.ORDER, first), (orders.ORDER, second))
        await hub.until_facts(2, ConfirmationTaken)
    assert (len(one.requests), len(two.requests)) == (1, 1)


async def test_a_process_that_stood_still_does_not_blame_the_partner(
    hub: Hub, registry: PartnerServer
) -> None:
    """As after SIGSTOP and SIGCONT: every request under way seems to have taken too long."""
    await hub.entitle("registry", 8)

    async def slowly(request: Request) -> web.Response:
        if len(registry.requests) == 8:
            time.sleep(2.4)  # noqa: ASYNC251 - partner and gateway are one process here
        await asyncio.sleep(0)
        return accepts(request)

    registry.answer = slowly
    async with gateway(hub, registry, timeout_seconds=0.3):
        await registry.got(8)
        await hub.until_row((8,), "SELECT count(*) FROM channel.attempts")
        hub.clock.advance(timedelta(seconds=1))
        await hub.until_facts(8, RequestTaken)
    assert await hub.rows("SELECT count(unreachable_since) FROM channel.flows") == [(0,)]


async def test_a_401_is_asked_once_more_with_a_fresh_token(
    hub: Hub, registry: PartnerServer
) -> None:
    def answer(request: Request) -> web.Response:
        return web.Response(status=401 if request.token == "registry-1" else 202)

    registry.answer = answer
    await hub.entitle("registry")
    async with gateway(hub, registry):
        await hub.until_facts(1, RequestTaken)
    first, second = registry.requests
    assert (first.token, second.token) == ("registry-1", "registry-2")
    assert first.reference_id == second.reference_id


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (says(401), "unauthorized"),
        (says(500), "http_500"),
        (says(503), "http_503"),
        (says(429), "too_many_requests"),
        (says(200), "http_200"),
        (says(302, Location="/elsewhere"), "http_302"),
    ],
)
async def test_a_failure_is_no_outcome(
    hub: Hub, registry: PartnerServer, answer: Answer, error: str
) -> None:
    await hub.entitle("registry")
    registry.answer = answer
    async with gateway(hub, registry):
        await hub.until_row(
            ("failed", 1, error), "SELECT reason, attempts, error FROM channel.parked"
        )
    assert await hub.facts(RequestTaken, RequestRejected, RequestGivenUp) == []


async def test_a_partner_that_does_not_answer_in_time_has_failed(
    hub: Hub, registry: PartnerServer
) -> None:
    async def never(_request: Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    registry.answer = never
    await hub.entitle("registry")
    async with gateway(hub, registry, timeout_seconds=0.2):
        await hub.until_row(("timeout",), "SELECT error FROM channel.parked")
    (attempt,) = await hub.rows("SELECT outcome, duration_ms >= 200 FROM channel.attempts")
    assert attempt == ("failed", True)


async def test_without_a_token_nothing_is_sent(hub: Hub, registry: PartnerServer) -> None:
    hub.tokens.away = True
    await hub.entitle("registry")
    async with gateway(hub, registry):
        await hub.until_row(("no_token",), "SELECT error FROM channel.parked")
    assert registry.requests == []


async def test_a_gateway_that_stops_finishes_what_is_under_way(
    hub: Hub, registry: PartnerServer
) -> None:
    asked = asyncio.Event()

    async def slowly(request: Request) -> web.Response:
        await asked.wait()
        return accepts(request)

    registry.answer = slowly
    await hub.entitle("registry", 20)
    async with gateway(hub, registry, concurrency=3):
        await registry.got(3)
        asyncio.get_running_loop().call_later(0.2, asked.set)
    assert len(registry.requests) == 3
    assert len(await hub.facts(RequestTaken)) == 3

"""Requests about activation codes go the way of every message: ladder, pause and order included."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from aanspraak.domain import ids
from aanspraak.domain.code_stock.commands import RequestCodes, RevokeCodes
from aanspraak.domain.code_stock.events import (
    CodeMessageDropped,
    CodeMessageRejected,
    CodeMessageTaken,
)
from adapters.security.persons import activation_code
from tests.adapters.gateway_case import MINUTE, Hub, gateway, opened
from tests.adapters.partner_case import PartnerServer, accepts, says, serving
from tests.contracts.waiting import until

PRODUCT = "9789006100013"
STOCK = ids.code_stock_stream(PRODUCT)
CODE = "ABCDE-00001"


@pytest.fixture
async def hub(database_url: str) -> AsyncIterator[Hub]:
    async with opened(database_url) as one:
        yield one


@pytest.fixture
async def registry() -> AsyncIterator[PartnerServer]:
    async with serving("uitgever") as server:
        yield server


async def test_codes_are_asked_for_and_one_is_revoked(hub: Hub, registry: PartnerServer) -> None:
    await hub.ask((STOCK, _request("first")), (STOCK, await _revoke(hub)))
    async with gateway(hub, registry):
        await hub.until_facts(2, CodeMessageTaken)
    asked, revoked = registry.requests
    assert (asked.path, revoked.path) == ("/v1/activationcodes", "/v1/activationcodes/revoke")
    assert asked.body == {
        "requestReferenceId": ids.code_request_reference(PRODUCT, 1),
        "productId": PRODUCT,
        "quantity": 3,
    }
    assert revoked.body == {
        "requestReferenceId": ids.code_request_reference(PRODUCT, 2),
        "activationCode": CODE,
    }
    assert CODE not in json.dumps([str(row) for row in await hub.rows("TABLE channel.messages")])


async def test_what_failed_is_tried_again_and_the_next_waits_behind_it(
    hub: Hub, registry: PartnerServer
) -> None:
    registry.answer = says(500)
    await hub.ask((STOCK, _request("first")), (STOCK, _request("second")))
    async with gateway(hub, registry):

        async def parked() -> bool:
            return len(await hub.rows("SELECT number FROM channel.parked")) == 2

        await until(parked)
        registry.answer = accepts
        hub.clock.advance(MINUTE)
        await hub.until_facts(2, CodeMessageTaken)
    assert [request.reference_id[-2:] for request in registry.requests] == ["-1", "-1", "-2"]


async def test_a_4xx_is_the_end_of_a_request(hub: Hub, registry: PartnerServer) -> None:
    registry.answer = says(400, {"status": 4011})
    await hub.ask((STOCK, _request("first")))
    async with gateway(hub, registry):
        (rejected,) = await hub.until_facts(1, CodeMessageRejected)
    assert getattr(rejected.event, "status", None) == 4011


async def test_a_code_that_was_forgotten_cannot_be_sent(hub: Hub, registry: PartnerServer) -> None:
    revoke = await _revoke(hub)
    await hub.vault.forget(revoke.subject_ids[0])
    await hub.ask((STOCK, revoke))
    async with gateway(hub, registry):
        await hub.until_facts(1, CodeMessageDropped)
    assert registry.requests == []


def _request(request_id: str) -> RequestCodes:
    return RequestCodes(
        product_id=PRODUCT,
        registry="uitgever",
        offered=True,
        request_id=request_id,
        quantity=3,
        contract_id=None,
    )


async def _revoke(hub: Hub) -> RevokeCodes:
    (known,) = await hub.vault.remember_many([activation_code(CODE, registry="uitgever")])
    return RevokeCodes(
        product_id=PRODUCT,
        registry="uitgever",
        offered=True,
        order=None,
        subject_ids=(known.subject_id,),
        user_reference_ids=(known.reference_id,),
    )

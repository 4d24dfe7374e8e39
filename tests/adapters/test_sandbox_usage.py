"""What a sandbox registry tells of use, and a sandbox shop of its orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec

from adapters.wire.parsing import parse
from adapters.wire.usage_v1 import EntitlementUsage
from tests.adapters.sandbox_case import entitlement_request, playing

if TYPE_CHECKING:
    from adapters.wire.entitlement_v1 import EntitlementRequest
    from tests.adapters.sandbox_case import Stage

USAGE = "/usage/v1/usage"


async def test_a_registry_tells_what_was_sent_and_activated() -> None:
    unused, used = entitlement_request(), entitlement_request()
    async with playing("registry") as stage:
        await stage.send(unused, used)
        await stage.hub.has(2)
        wish = {"entitlementIds": [_id(used)], "usageDate": "2026-09-01"}
        await stage.control("POST", "activate", wish)
        assert (await _usage(stage, unused)).entitlement_status == "entitled"
        shown = await _usage(stage, used)
        assert shown.entitlement_status == "licensed"
        assert shown.usage is not None
        assert shown.usage.first_used.isoformat() == "2026-09-01"
        assert shown.user == (await stage.hub.has(3))[2].user


async def test_an_activation_may_get_lost_on_its_way_to_the_hub() -> None:
    request = entitlement_request()
    async with playing("registry") as stage:
        await stage.send(request)
        await stage.control("POST", "activate", {"report": False})
        await stage.settled()
        assert len(await stage.hub.has(1)) == 1
        assert (await _usage(stage, request)).entitlement_status == "licensed"


async def test_an_order_and_a_contract_are_counted() -> None:
    request = entitlement_request()
    with_contract = msgspec.structs.replace(
        request, entitlement=msgspec.structs.replace(request.entitlement, contract_id="RC-1")
    )
    async with playing("registry") as stage:
        await stage.send(with_contract, entitlement_request())
        order = str(request.entitlement.delivery_order_id)
        for path in (f"deliveryorders/{order}", "contracts/RC-1"):
            status, body = await _get(stage, f"{USAGE}/{path}")
            assert (status, body["deliveryOrderId"]) == (200, order)
            assert (body["totalEntitled"], body["totalLicensed"]) == (1, 0)
            assert [each["entitlementId"] for each in body["entitlements"]] == [_id(request)]


async def test_what_was_never_sent_is_unknown() -> None:
    async with playing("registry") as stage:
        for path, code in (
            (f"entitlements/{uuid4()}", 4040),
            (f"deliveryorders/{uuid4()}", 4140),
            ("contracts/none", 4120),
        ):
            status, body = await _get(stage, f"{USAGE}/{path}")
            assert (status, body["status"]) == (404, code)


async def test_a_registry_may_be_made_to_disagree() -> None:
    request, other = entitlement_request(), uuid4()
    async with playing("registry") as stage:
        await stage.send(request)
        await stage.control("POST", "usage", {"status": "cancelled"})
        assert (await _usage(stage, request)).entitlement_status == "cancelled"
        await stage.control("POST", "usage", {"alsoKnownAs": str(other)})
        order = request.entitlement.delivery_order_id
        _, body = await _get(stage, f"{USAGE}/deliveryorders/{order}")
        assert {each["entitlementId"] for each in body["entitlements"]} == {
            _id(request),
            str(other),
        }
        await stage.control("POST", "usage", {"entitlementIds": [_id(request)], "unknown": True})
        status, _ = await _get(stage, f"{USAGE}/entitlements/{_id(request)}")
        assert status == 404


async def test_a_shop_tells_of_its_orders_and_may_be_made_to_disagree() -> None:
    order = {"deliveryOrderId": str(uuid4()), "contractId": "RC-1", "status": "ordered"}
    path = f"/delivery/v2/deliveryorders/{order['deliveryOrderId']}"
    async with playing("shop") as stage:
        stage.hub.status = 400
        sent = {"deliveryOrder": order}
        await stage.control("POST", "order", sent)
        assert await _get(stage, path) == (200, order)
        contract = "/delivery/v2/deliveryorders/contracts/RC-1"
        assert await _get(stage, contract) == (200, [order])
        wish = {"deliveryOrderId": order["deliveryOrderId"], "says": {"status": "cancelled"}}
        await stage.control("POST", "differ", wish)
        assert await _get(stage, path) == (200, {**order, "status": "cancelled"})
        await stage.control("POST", "differ", {**wish, "says": None})
        assert (await _get(stage, path))[0] == 404
        assert await _get(stage, contract) == (200, [])


async def _usage(stage: Stage, request: EntitlementRequest) -> EntitlementUsage:
    status, body = await _get(stage, f"{USAGE}/entitlements/{_id(request)}")
    assert status == 200
    return parse(EntitlementUsage, msgspec.json.encode(body))


async def _get(stage: Stage, path: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {stage.token}"}
    async with stage.session.get(stage.url + path, headers=headers) as answer:
        return answer.status, await answer.json()


def _id(request: EntitlementRequest) -> str:
    return str(request.entitlement.entitlement_id)

"""Scenario 10: support and the shop ask how a product is used, and know as of when that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from adapters.sandbox.orders import student_order
from tests.acceptance.conftest import BOOK, until

if TYPE_CHECKING:
    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

CONTRACT = "RC-2026-17"


async def test_what_a_registry_says_of_use_is_told_to_whose_it_is(start_chain: StartChain) -> None:
    async with start_chain(request_timeout_seconds="1") as chain:
        order = student_order("104A158", BOOK, range(3), portals=("portaal",), contract_id=CONTRACT)
        await _delivered(chain, order)
        wish = {"count": 1, "usageDate": "2026-09-01"}
        await chain.sandbox("uitgever", "POST", "activate", wish)
        await _becomes(chain, order, "in-use")

        path = f"/trace/v1/usage/orders/{order.delivery_order_id}"
        told = await chain.get(path)
        assert (told["totals"]["licensed"], told["totals"]["entitled"]) == (1, 2)
        (used,) = [each for each in told["entitlements"] if each["status"] == "licensed"]
        assert (used["firstUsed"], used["frequencyOfUsage"]) == ("2026-09-01", 1)
        assert told["sources"][0]["registry"] == "uitgever"
        assert "warnings" not in told
        await _the_same_everywhere(chain, order, used["entitlementId"], told["asOf"])
        await _of_no_other(chain, path)
        await _with_the_registry_away(chain, path, told["asOf"])


async def _the_same_everywhere(chain: Chain, order: Order, entitlement_id: str, as_of: str) -> None:
    path = f"/trace/v1/usage/orders/{order.delivery_order_id}"
    assert (await chain.get(path, "winkel", "shop"))["asOf"] == as_of
    assert (await chain.get(path, "uitgever", "registry"))["asOf"] == as_of
    one = await chain.get(f"/trace/v1/usage/entitlements/{entitlement_id}")
    assert [each["status"] for each in one["entitlements"]] == ["licensed"]
    contract = await chain.get(f"/trace/v1/usage/contracts/{CONTRACT}")
    assert len(contract["entitlements"]) == 3
    lines = await chain.verb("usage", "contract", CONTRACT)
    assert "2 entitled, 1 licensed" in lines


async def _of_no_other(chain: Chain, path: str) -> None:
    for partner, role in (("andere-winkel", "shop"), ("portaal", "portal")):
        with pytest.raises(aiohttp.ClientResponseError) as refused:
            await chain.get(path, partner, role)
        assert refused.value.status == 404


async def _with_the_registry_away(chain: Chain, path: str, as_of: str) -> None:
    await chain.sandbox("uitgever", "PUT", "behaviour", {"failShare": 1, "failWith": "timeout"})
    told = await chain.get(f"{path}?fresh=true")
    assert told["asOf"] == as_of
    assert told["sources"][0]["error"] == "timeout"
    assert len(told["entitlements"]) == 3
    assert "did not answer" in told["warnings"][0]


async def _delivered(chain: Chain, order: Order) -> None:
    await chain.sandbox("winkel", "POST", "order", order.request())
    await _becomes(chain, order, "link-placed")


async def _becomes(chain: Chain, order: Order, status: str) -> None:
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return await chain.trace(order.delivery_order_id)

    await until(ask, lambda trace: bool(trace and trace["status"] == status), seconds=60)

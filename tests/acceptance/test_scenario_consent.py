"""A school consents to its portal, and takes that back: what goes there, and what is read."""

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

SCHOOL, PORTAL = "104A158", "portaal"
OF_SCHOOL = f"/entitlement/v1/entitlements/school?orgMasterId={SCHOOL}"
NO_CONSENT = (403, 22)


async def test_a_portal_gets_links_while_its_school_consents(start_chain: StartChain) -> None:
    async with start_chain(consenting=()) as chain:
        first = await _ordered(chain, range(3))
        trace = await _settled(chain, first)
        assert _at_portal(trace) == {"no-consent": 3}
        assert (trace["status"], trace["delivered"]) == ("set-ready", 3)
        assert await _portal(chain, "receipts") == 0
        assert await _read(chain, OF_SCHOOL) == NO_CONSENT

        told = await chain.verb("consent", "give", SCHOOL, PORTAL, "--reason", "brief")
        assert "entitlement.portal: 3 entitlements" in told
        await until(lambda: _portal(chain, "links"), lambda links: links == 3, about="links")
        await until(lambda: _read(chain, OF_SCHOOL), lambda answer: answer == (200, 3))
        (consent,) = await chain.get("/consent/v0/consent/statuses", PORTAL, "portal")
        assert (consent["providerStatus"], consent["consumerStatus"]) == ("accepted", "accepted")

        body = {"partner": PORTAL, "school": {"organisationMasterIdentifier": SCHOOL}}
        touched = await chain.operate("POST", "/consents/revoke", body)
        assert touched["entitlements"] == 3
        await until(lambda: _read(chain, OF_SCHOOL), lambda answer: answer == NO_CONSENT)
        before = await _portal(chain, "receipts")
        second = await _ordered(chain, range(10, 12))
        assert _at_portal(await _settled(chain, second)) == {"no-consent": 2}
        assert await _portal(chain, "receipts") == before
        trace = await chain.trace(first.delivery_order_id)
        (portal,) = [each for each in trace["partners"] if each["partner"] == PORTAL]
        assert portal["unknownSince"]
        (told_to_portal,) = await chain.sandbox(PORTAL, "GET", "consents")
        assert told_to_portal["providerStatus"] == "revoked"

        await chain.verb("consent", "give", SCHOOL, PORTAL)
        await until(lambda: _portal(chain, "links"), lambda links: links == 5, about="links")


async def test_a_portal_asks_and_takes_back_what_it_asked_for(start_chain: StartChain) -> None:
    async with start_chain(consenting=()) as chain:
        await _settled(chain, await _ordered(chain, range(2)))
        school = {"school": {"organisationMasterIdentifier": SCHOOL}}
        await chain.sandbox(PORTAL, "POST", "consents/request", school)
        await until(
            lambda: chain.verb("consent", "list", "--waiting"), lambda listed: PORTAL in listed
        )
        await chain.verb("consent", "give", SCHOOL, PORTAL)
        await until(lambda: _portal(chain, "links"), lambda links: links == 2, about="links")
        await chain.sandbox(PORTAL, "POST", "consents/revoke", school)
        await until(lambda: _read(chain, OF_SCHOOL), lambda answer: answer == NO_CONSENT)


async def _ordered(chain: Chain, pupils: range) -> Order:
    order = student_order(SCHOOL, BOOK, pupils, portals=(PORTAL,))
    await chain.sandbox("winkel", "POST", "order", order.request())
    return order


async def _settled(chain: Chain, order: Order) -> Any:  # noqa: ANN401 - JSON
    """Where an order stands once everybody in it has an outcome and the shop was told."""

    def told(trace: Any) -> bool:  # noqa: ANN401 - JSON, or None
        return bool(trace) and trace.get("delivered") is not None

    return await until(lambda: chain.trace(order.delivery_order_id), told)


def _at_portal(trace: Any) -> Any:  # noqa: ANN401 - JSON
    return {each["partner"]: each["steps"] for each in trace["partners"]}[PORTAL]


async def _portal(chain: Chain, count: str) -> int:
    return int((await chain.sandbox(PORTAL, "GET", "effects"))[count])


async def _read(chain: Chain, path: str) -> tuple[int, int]:
    """The status of a read by the portal, and its code, or how many there are."""
    headers = {"Authorization": f"Bearer {chain.deployment.token(PORTAL, 'portal')}"}
    url = chain.deployment.hub_url + path
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        body = await answer.json()
        return answer.status, len(body) if isinstance(body, list) else body["status"]

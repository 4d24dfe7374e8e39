"""What somebody does on a page is done under their name and with a reason; first it is said."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.http_case import Hub
from tests.adapters.http_partners import PORTAL
from tests.adapters.http_stories import CONFIRMATIONS, Ordered, confirmation, eck, entitled, ordered
from tests.console.console_case import Browser

pytestmark = pytest.mark.anyio

REASON = "the school asks for it"
WORDS = "nobody here is called Noor"


async def test_an_entitlement_is_blocked_and_the_block_lifted(hub: Hub, browser: Browser) -> None:
    asked = await entitled(hub, eck(1))
    await browser.sign_in("operator")
    path = f"/console/entitlements/{asked.entitlement_id}"
    assert (await browser.post(f"{path}/block", reason="")).status == 422
    assert await hub.facts("BlockAsked") == []
    assert "Done, on record" in (await browser.post(f"{path}/block", reason=REASON)).body.decode()
    (fact,) = await hub.facts("BlockAsked")
    event: Any = fact.event
    assert fact.actor.startswith("operator:")
    assert await hub.services.vault.read_text(event.reason_id) == REASON
    again = (await browser.post(f"{path}/block", reason=REASON)).body.decode()
    assert "It was so already" in again
    assert "Done, on record" in (await browser.post(f"{path}/unblock", reason=REASON)).body.decode()
    facts = (await browser.get(f"{path}/facts")).body.decode()
    assert "olga@distributeur.example" in facts
    assert REASON in facts


async def test_why_something_was_done_with_a_pupils_entitlement_is_for_support_and_above(
    hub: Hub, browser: Browser
) -> None:
    asked = await _refused_link(hub)
    path = f"/console/entitlements/{asked.entitlement_id}"
    await browser.sign_in("operator")
    await browser.post(f"{path}/block", reason=REASON)
    (blocked,) = await hub.facts("BlockAsked")
    (opened,) = await hub.facts("IncidentOpened")
    incident = f"/console/incidents/{opened.stream_id}"
    assert (await browser.post(f"{incident}/close", reason=REASON)).status == 200
    pages = (f"{path}/facts", "/console/facts", f"/console/facts/{blocked.position}/story")
    for role, told in (("viewer", False), ("support", True)):
        await browser.sign_in(role)
        for page in (*pages, incident):
            shown = (await browser.get(page)).body.decode()
            assert (role, page, REASON in shown) == (role, page, told)


async def test_what_the_rules_refuse_is_said(hub: Hub, browser: Browser) -> None:
    asked = await ordered(hub, eck(1))
    await browser.sign_in("operator")
    path = f"/console/orders/{asked.order_id}/release"
    answer = await browser.post(path, reason=REASON)
    assert (answer.status, "That was refused:" in answer.body.decode()) == (409, True)


async def test_what_failed_is_counted_first_and_then_sent_again_by_a_job(
    hub: Hub, browser: Browser
) -> None:
    asked = await _refused_link(hub)
    await browser.sign_in("support")
    path, wanted = "/console/send-again", {"entitlement": str(asked.entitlement_id)}
    page = (await browser.get(f"/console/entitlements/{asked.entitlement_id}")).body.decode()
    assert f"{path}?entitlement={asked.entitlement_id}" in page
    plan = (await browser.get(f"{path}?entitlement={asked.entitlement_id}")).body.decode()
    assert "1 message would go again" in plan
    assert (await browser.post(path, **wanted)).status == 422
    assert await hub.facts("JobAsked") == []
    sent = await browser.post(path, **wanted, reason=REASON)
    assert "0 of 1" in (await browser.get(sent.headers["Location"])).body.decode()
    (fact,) = await hub.facts("JobAsked")
    assert fact.actor.startswith("operator:")
    nothing = await ordered(hub, eck(2))
    other = str(nothing.entitlement_id)
    assert "Nothing failed" in (await browser.get(f"{path}?entitlement={other}")).body.decode()
    assert (await browser.post(path, entitlement=other, reason=REASON)).status == 409
    for many in ({}, {"order": str(asked.order_id)}, {"partner": PORTAL}):
        assert (await browser.post(path, **many, reason=REASON)).status == 403


async def test_an_entitlement_is_shown_as_it_stood(hub: Hub, browser: Browser) -> None:
    asked = await entitled(hub, eck(1))
    (created,) = await hub.facts("EntitlementCreated")
    await browser.sign_in("viewer")
    path = f"/console/entitlements/{asked.entitlement_id}"
    now = (await browser.get(path)).body.decode()
    then = (await browser.get(f"{path}?asOf={created.position}")).body.decode()
    assert ("status set-ready" in now, "status set-ready" in then) == (True, False)
    assert "As it stood on" in then
    order = (await browser.get(f"/console/orders/{asked.order_id}?asOf={created.position}")).body
    assert "As it stood on" in order.decode()
    for cannot_be, said in (
        ("1", "did not know of it yet"),
        ("2001-01-01T08:30", "did not know of it yet"),
        ("2999-01-01T08:30", "no moment of the past"),
        ("yesterday", "no moment of the past"),
    ):
        answer = await browser.get(f"{path}?asOf={cannot_be}")
        assert (cannot_be, answer.status) == (cannot_be, 404)
        assert (cannot_be, said in answer.body.decode()) == (cannot_be, True)


async def test_what_a_partner_was_told_and_answered_is_shown_without_the_person(
    hub: Hub, browser: Browser
) -> None:
    asked = await _refused_link(hub)
    await browser.sign_in("viewer")
    path = f"/console/entitlements/{asked.entitlement_id}/messages"
    listed = (await browser.get(path)).body.decode()
    assert PORTAL in listed
    exchange = listed.rpartition("/console/messages/")[2].partition('"')[0]
    message = (await browser.get(f"/console/messages/{exchange}")).body.decode()
    assert str(asked.entitlement_id) in message
    assert eck(1)["userMasterIdentifier"][-8:] not in message
    assert (await browser.get("/console/messages/999999")).status == 404
    assert WORDS not in message
    await browser.sign_in("support")
    assert WORDS in (await browser.get(f"/console/messages/{exchange}")).body.decode()


async def test_what_no_name_can_hold_is_nowhere(browser: Browser) -> None:
    await browser.sign_in("operator")
    for path in ("contracts/a%00b", "send-again?partner=%00", "dead-letters?what=a%00b"):
        assert (await browser.get(f"/console/{path}")).status == 404


async def test_what_support_is_told_on_the_phone_is_found(hub: Hub, browser: Browser) -> None:
    asked = await ordered(hub, eck(1))
    await browser.sign_in("support")
    for sought in (str(asked.order_id), str(asked.entitlement_id), "104A158", "Getal"):
        page = (await browser.post("/console/", sought=sought)).body.decode()
        assert (sought, "0 found" in page) == (sought, False)
    pupil = eck(1)["userMasterIdentifier"]
    page = (await browser.post("/console/", sought=pupil)).body.decode()
    assert f"/console/entitlements/{asked.entitlement_id}" in page
    assert (
        "0 found" in (await browser.post("/console/", sought="nothing of the kind")).body.decode()
    )
    assert (await browser.post("/console/", sought="x" * 10_000)).status == 200


async def _refused_link(hub: Hub) -> Ordered:
    """An entitlement whose link the portal refused."""
    asked = await entitled(hub, eck(1))
    refused = confirmation(asked, success=False, status=4003, statusMessage=WORDS)
    assert (await hub.call(PORTAL, "PUT", CONFIRMATIONS, refused)).status == 202
    await hub.catch_up()
    return asked

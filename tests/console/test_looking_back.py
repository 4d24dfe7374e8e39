"""Pages that look back: facts of the log with their story, and what was sent to a partner when."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from tests.adapters.http_case import Hub
from tests.adapters.http_partners import PORTAL, REGISTRY, SHOP
from tests.adapters.http_stories import eck, entitled
from tests.console.console_case import Browser
from tests.console.sent_case import WINDOW, WORDS, refused_link

pytestmark = pytest.mark.anyio

NUMBER = eck(1)["userMasterIdentifier"][-8:]
SENT = f"/console/partners/{PORTAL}/exchanges"


async def test_facts_are_found_by_what_they_are_and_lead_to_their_story(
    hub: Hub, browser: Browser
) -> None:
    asked = await entitled(hub, eck(1))
    await browser.sign_in("viewer")
    whole = await _text(browser, "/console/facts")
    assert f"/console/orders/{asked.order_id}" in whole
    assert f"/console/entitlements/{asked.entitlement_id}" in whole
    (received,) = await hub.facts("DeliveryOrderReceived")
    by = f"actor=partner:{SHOP}"
    for query in (
        "topic=delivery-order.received",
        f"of={asked.order_id}&{by}",
        f"correlation={received.correlation_id}&before={received.position + 1}&{by}",
    ):
        page = await _text(browser, f"/console/facts?{query}")
        assert f"/console/facts/{received.position}/story" in page
        assert "<code>entitlement.created</code>" not in page
    assert "Nothing was found." in await _text(browser, "/console/facts?last=2026-01-01T00:00")
    story = await _text(browser, f"/console/facts/{received.position}/story")
    assert "<code>entitlement.created</code>" in story
    assert f'href="#fact-{received.position}"' in story
    assert NUMBER not in whole + story


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("facts?first=yesterday", 422, "This is no moment."),
        ("facts?before=x", 422, "This is no position in the log."),
        ("facts/999999/story", 404, ""),
        (f"partners/{PORTAL}/exchanges?from=x", 422, "This is no moment."),
        (f"partners/{PORTAL}/exchanges?{WINDOW.replace('T09', 'T11')}", 422, "It has to end after"),
        (f"partners/{PORTAL}/exchanges?{WINDOW}&after=x", 404, ""),
        (f"partners/{PORTAL}/exchanges?{WINDOW}&after={'a' * 5_000}", 404, ""),
        (f"partners/{PORTAL}/exchanges", 200, "Nothing was sent then"),
        ("partners/nobody/exchanges", 404, ""),
        ("partners/nobody/exchanges.csv", 404, ""),
    ],
)
async def test_what_is_not_understood_is_said(
    shared_hub: Hub, path: str, status: int, said: str
) -> None:
    browser = Browser(shared_hub)
    await browser.sign_in("viewer")
    answer = await browser.get(f"/console/{path}")
    assert (answer.status, said in answer.body.decode()) == (status, True)


async def test_what_was_sent_between_nine_and_ten_is_listed_and_can_be_had_as_csv(
    hub: Hub, browser: Browser
) -> None:
    asked = await refused_link(hub, 1)
    await browser.sign_in("viewer")
    page = await _text(browser, f"{SENT}?{WINDOW}")
    for said in ("09:30:00", "09:31:00", "failed: no answer in time", "HTTP 200", "link refused"):
        assert (said, said in page) == (said, True)
    assert f"/console/entitlements/{asked.entitlement_id}" in page
    assert f"/console/orders/{asked.order_id}" in page
    rows = list(csv.reader(StringIO(await _text(browser, f"{SENT}.csv?{WINDOW}"))))
    assert [row[7] for row in rows] == ["outcome", "failed", "taken"]
    later = WINDOW.replace("T09:00", "T09:31")
    assert "timeout" not in await _text(browser, f"{SENT}?{later}")
    elsewhere = await _text(browser, f"/console/partners/{REGISTRY}/exchanges?{WINDOW}")
    assert str(asked.order_id) not in elsewhere
    assert NUMBER not in page + str(rows)
    messages = await _text(browser, f"/console/entitlements/{asked.entitlement_id}/messages")
    assert f"{SENT}?from=" in messages


async def test_a_partners_own_words_are_for_support_and_above(hub: Hub, browser: Browser) -> None:
    await refused_link(hub, 1)
    (link,) = await hub.facts("LinkRequested")
    pages = (f"{SENT}?{WINDOW}", f"/console/messages/{link.position}")
    for role, told in (("viewer", False), ("support", True), ("operator", True)):
        await browser.sign_in(role)
        for page in pages:
            assert (role, page, WORDS in await _text(browser, page)) == (role, page, told)
        assert WORDS not in await _text(browser, f"{SENT}.csv?{WINDOW}")


async def _text(browser: Browser, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status == 200, path
    return answer.body.decode()

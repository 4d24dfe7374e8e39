"""The pages that look back, in a real browser, in both languages."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser as Chromium

from tests.adapters.http_case import Hub
from tests.adapters.http_partners import PORTAL
from tests.console.browser_case import chromium, desk
from tests.console.sent_case import WINDOW, WORDS, refused_link

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Chromium]:
    async with chromium() as running:
        yield running


async def test_facts_their_story_and_what_was_sent_read_well(
    shared_hub: Hub, browser: Chromium
) -> None:
    asked = await refused_link(shared_hub, 1)
    for language in ("en", "nl"):
        async with desk(browser, shared_hub, language=language) as seat:
            await seat.go("/facts")
            await seat.looks_right("facts")
            await seat.page.select_option("#topic", "delivery-order.received")
            await seat.page.fill("#of", str(asked.order_id))
            await seat.page.click("main form button")
            await seat.page.wait_for_url("**/facts?topic=delivery-order.received&**")
            await seat.looks_right("facts-found")
            await seat.page.click("main a[href$='/story']")
            await seat.page.locator("tr.this").wait_for()
            await seat.looks_right("story")
            await seat.go(f"/partners/{PORTAL}/exchanges?{WINDOW}")
            await seat.page.locator("q", has_text=WORDS).first.wait_for()
            await seat.looks_right("exchanges")

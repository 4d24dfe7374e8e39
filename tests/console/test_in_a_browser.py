"""The console in a real browser: from the first page to an order, live, in both languages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.async_api import Browser as Chromium

from tests.adapters.http_case import Hub
from tests.adapters.http_partners import PORTAL, REGISTRY
from tests.adapters.http_stories import CONFIRMATIONS, confirmation, eck, entitled, ordered
from tests.console.browser_case import chromium, desk
from tests.console.console_case import running_console

pytestmark = pytest.mark.anyio

Databases = Callable[[], AbstractContextManager[str]]
LANGUAGES = ["en", "nl"]


@pytest.fixture(scope="module")
async def hub(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    folder: Path = tmp_path_factory.mktemp("console")
    with databases() as url:
        async with running_console(url, folder) as running:
            yield running


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Chromium]:
    async with chromium() as running:
        yield running


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_order_is_found_and_followed_as_it_goes_on(
    hub: Hub, browser: Chromium, language: str
) -> None:
    asked = await ordered(hub, eck(1), portals=[PORTAL])
    async with desk(browser, hub, language=language) as seat:
        await seat.looks_right("home")
        await seat.page.keyboard.press("/")
        await seat.page.keyboard.type(str(asked.order_id))
        await seat.page.keyboard.press("Enter")
        await seat.page.click(f"main a[href$='/orders/{asked.order_id}']")
        waiting = seat.page.locator("section", has_text=REGISTRY).first
        await waiting.wait_for()
        await seat.looks_right("order-waiting")
        await hub.call(REGISTRY, "PUT", CONFIRMATIONS, confirmation(asked))
        await hub.catch_up()
        await seat.page.locator("svg.picture .name", has_text=PORTAL).wait_for()
        await seat.page.locator(".status.set-ready").first.wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_orders_pages_read_well(hub: Hub, browser: Chromium, language: str) -> None:
    so_far = await entitled(hub, eck(2))
    await hub.call(PORTAL, "PUT", CONFIRMATIONS, confirmation(so_far))
    await hub.catch_up()
    async with desk(browser, hub, language=language) as seat:
        await seat.go(f"/orders/{so_far.order_id}")
        await seat.looks_right("order")
        await seat.go(f"/orders/{so_far.order_id}/entitlements")
        assert str(so_far.entitlement_id) in await seat.text()
        await seat.looks_right("order-entitlements")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_pages_about_signing_in_read_well(
    hub: Hub, browser: Chromium, language: str
) -> None:
    async with desk(browser, hub, language=language) as seat:
        await seat.page.click("form[action$='/logout'] button")
        await seat.page.wait_for_url("**/signed-out")
        await seat.looks_right("signed-out")

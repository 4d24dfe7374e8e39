"""The console in a real browser: from the first page to an order, live, in both languages."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser as Chromium

from tests.adapters.class_case import have_class, school_of, subjects_of
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import BOOK, PORTAL, REGISTRY
from tests.adapters.http_stories import CONFIRMATIONS, confirmation, eck, entitled, ordered
from tests.console.browser_case import chromium, desk

pytestmark = pytest.mark.anyio


@pytest.fixture
def hub(shared_hub: Hub) -> Hub:
    return shared_hub


LANGUAGES = ["en", "nl"]
CONTRACT = "RC-2026-17"


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
        await seat.page.locator(".hits li").first.wait_for()
        await seat.looks_right("found")
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
        for tab in ("", "entitlements", "messages", "facts", "possible"):
            await seat.go(f"/orders/{so_far.order_id}/{tab}".rstrip("/"))
            await seat.looks_right(f"order-{tab or 'where'}")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_entitlement_is_looked_into_and_whose_it_is_shown(
    hub: Hub, browser: Chromium, language: str
) -> None:
    so_far = await entitled(hub, eck(3))
    async with desk(browser, hub, language=language) as seat:
        await seat.go(f"/send-again?entitlement={so_far.entitlement_id}")
        await seat.looks_right("entitlement-send-again")
        for tab in ("messages", "facts", "possible", ""):
            await seat.go(f"/entitlements/{so_far.entitlement_id}/{tab}".rstrip("/"))
            await seat.looks_right(f"entitlement-{tab or 'where'}")
        await seat.page.click("main a[href$='/person']")
        await seat.looks_right("person-asked")
        await seat.page.fill("#reason", "the school calls about it")
        await seat.page.click("main form button")
        await seat.page.locator("code", has_text=eck(3)["userMasterIdentifier"]).wait_for()
        await seat.looks_right("person-shown")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_operator_blocks_and_looks_back(
    hub: Hub, browser: Chromium, language: str
) -> None:
    so_far = await entitled(hub, eck(5))
    async with desk(browser, hub, role="operator", language=language) as seat:
        await seat.go(f"/entitlements/{so_far.entitlement_id}/messages")
        await seat.page.click("tbody th a >> nth=0")
        await seat.looks_right("message")
        await seat.go(f"/entitlements/{so_far.entitlement_id}")
        await seat.page.click("main a[href$='/block']")
        await seat.looks_right("block")
        await seat.page.fill("#reason", "the shop asks for it")
        await seat.page.click("main form button")
        await seat.page.locator("[role=status]").wait_for()
        await seat.looks_right("blocked")
        await seat.go(f"/entitlements/{so_far.entitlement_id}?asOf=1")
        seat.complaints.clear()  # that it is not there, a browser says too
        await seat.looks_right("not-there")
        (created,) = [
            fact
            for fact in await hub.facts("EntitlementCreated")
            if fact.stream_id == so_far.entitlement_id
        ]
        await seat.go(f"/entitlements/{so_far.entitlement_id}?asOf={created.position}")
        await seat.page.locator(".status.received").wait_for()
        await seat.looks_right("entitlement-then")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_school_and_whether_its_pupil_can_open_a_product(
    hub: Hub, browser: Chromium, language: str
) -> None:
    await ordered(hub, eck(4), contractId=CONTRACT)
    async with desk(browser, hub, language=language) as seat:
        school = await hub.services.vault.find_school("104A158", ())
        assert school is not None
        await seat.go(f"/schools/{school.school_id}")
        await seat.looks_right("school")
        await seat.page.click("main a[href*='/access?school=']")
        await seat.looks_right("access")
        await seat.page.fill("#product", BOOK)
        await seat.page.fill("#person", eck(4)["userMasterIdentifier"])
        await seat.page.click("main form button")
        await seat.page.locator(".causes li").first.wait_for()
        await seat.looks_right("access-answer")
        for path in ("overdue", f"contracts/{CONTRACT}"):
            await seat.go(f"/{path}")
            await seat.looks_right(path.partition("/")[0])


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_overview_partners_and_incidents_read_well(
    hub: Hub, browser: Chromium, language: str
) -> None:
    asked = await ordered(hub, eck(6))
    refusal = confirmation(asked, success=False, status=4011)
    await hub.call(REGISTRY, "PUT", CONFIRMATIONS, refusal)
    await hub.catch_up()
    async with desk(browser, hub, role="operator", language=language) as seat:
        for page in ("overview", "partners", f"partners/{REGISTRY}", "hub", "held"):
            await seat.go(f"/{page}")
            await seat.page.locator("main h1").wait_for()
            await seat.looks_right(page.replace("/", "-"))
        await seat.go(f"/partners/{REGISTRY}/pause")
        await seat.looks_right("partner-pause")
        await seat.go("/incidents")
        await seat.page.click(".cards h2 a >> nth=0")
        await seat.page.locator("#causes").wait_for()
        await seat.looks_right("incident")
        await seat.page.click("main a[href$='/close']")
        await seat.looks_right("incident-close")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_half_of_a_class_cannot_open_it_and_one_page_says_where_it_hangs(
    hub: Hub, browser: Chromium, language: str
) -> None:
    fine, refused = await entitled(hub, eck(7)), await ordered(hub, eck(8))
    await hub.call(PORTAL, "PUT", CONFIRMATIONS, confirmation(fine))
    refusal = confirmation(refused, success=False, status=4011)
    await hub.call(REGISTRY, "PUT", CONFIRMATIONS, refusal)
    await ordered(hub, eck(9))
    await hub.catch_up()
    await have_class(hub, await subjects_of(hub, 100), ["3B"])
    async with desk(browser, hub, role="operator", language=language) as seat:
        await seat.go(f"/schools/{await school_of(hub)}")
        await seat.page.click(f"main a[href*='/access?product={BOOK}'] >> nth=0")
        await seat.page.locator(".hangs li.card").first.wait_for()
        await seat.looks_right("who-can-open-it")
        await seat.page.fill("#group", "3b")
        await seat.page.keyboard.press("Enter")
        await seat.page.wait_for_url("**group=3b**")
        await seat.page.click("summary >> nth=0")
        await seat.looks_right("who-of-a-class-can-open-it")
        await seat.page.click(f"a[href*='/send-again?partner={REGISTRY}'] >> nth=0")
        await seat.page.locator("#plan").wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_pages_about_signing_in_read_well(
    hub: Hub, browser: Chromium, language: str
) -> None:
    async with desk(browser, hub, language=language) as seat:
        await seat.page.click("form[action$='/logout'] button")
        await seat.page.wait_for_url("**/signed-out")
        await seat.looks_right("signed-out")

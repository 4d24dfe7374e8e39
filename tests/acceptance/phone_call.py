"""A school calls that half a class cannot open a book: what its operator sees and does, by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from playwright.async_api import expect

from adapters.sandbox.orders import student_order
from adapters.sandbox.school_start import SHOP
from tests.acceptance.conftest import until
from tests.acceptance.demo_case import ANOTHER
from tests.console.browser_case import PATIENCE_MS

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from tests.acceptance.demo_case import Demo
    from tests.console.browser_case import Desk

SCHOOL: Final = "25PW"
BOOK: Final = "9789006100013"
REGISTRY: Final = "uitgeverij-noord"
PUPILS: Final = range(9000, 9004)
"""Fewer than make a portal unreachable: each message climbs the ladder by itself, to its end."""
ATTEMPTS: Final = 5
REASON: Final = "the portal answers again, says its helpdesk"


async def ordered_while_watched(demo: Demo, seat: Desk) -> None:
    """The overview counts the order by itself; its portal answers 500 to everything."""
    await seat.go("/overview")
    tile = seat.page.locator("li.tile", has_text=re.compile(r"\d+ orders$"))
    orders = tile.locator(".count")
    before = int(await orders.inner_text())
    await demo.chain.sandbox(REGISTRY, "PUT", "behaviour", {})  # nobody activates by themselves
    await demo.chain.sandbox(ANOTHER, "PUT", "behaviour", {"answers": {BOOK: 500}})
    order = student_order(SCHOOL, BOOK, PUPILS, portals=(ANOTHER,))
    await demo.chain.sandbox(SHOP, "POST", "order", order.request())
    await expect(orders).to_have_text(str(before + 1), timeout=PATIENCE_MS)
    await seat.looks_right("phone-overview")


async def given_up(demo: Demo) -> None:
    """Every link was asked for as often as the ladder has it, and in vain."""
    path = f"/trace/v1/incidents?party={ANOTHER}&kind=request-given-up&state=open"

    def so(found: Any) -> bool:  # noqa: ANN401 - JSON
        return [each["concerned"] for each in found] == [len(PUPILS)]

    await until(lambda: demo.ask(path), so, about="given up")


async def school_found(seat: Desk) -> None:
    """What the caller says is typed; the school's page says what is wrong there."""
    await seat.page.keyboard.press("/")
    await seat.page.keyboard.type(SCHOOL)
    await seat.page.keyboard.press("Enter")
    await seat.page.click(".hits a[href*='/schools/']")
    await _says(seat.page.locator("section[aria-labelledby=wrong] .card"), ANOTHER)
    await seat.looks_right("phone-school")
    await seat.page.click("section[aria-labelledby=orders] tbody th a")


async def seen_where_it_hangs(seat: Desk) -> str:
    """Where it hangs, since when, who has to act, what was sent and answered; the order's page."""
    card = seat.page.locator("section[aria-labelledby=waiting] .card", has_text=ANOTHER)
    await _says(card, f"{len(PUPILS)} messages")
    await expect(card.locator("time").first).to_be_visible()
    await expect(card.locator(".next")).to_be_visible()
    await seat.looks_right("phone-order")
    order = seat.page.url.partition("/console")[2]
    await seat.go(f"{order}/entitlements")
    await seat.page.click("tbody th a >> nth=0")
    cause = seat.page.locator(".causes li").first
    await _says(cause, ANOTHER)
    await _says(cause, "Who has to act")
    await seat.looks_right("phone-entitlement")
    await seat.page.click("nav.tabs a[href$='/messages']")
    await seat.page.locator("tr", has_text=ANOTHER).locator("th a").click()
    attempts = seat.page.locator("section[aria-labelledby=attempts] tbody tr")
    await expect(attempts).to_have_count(ATTEMPTS, timeout=PATIENCE_MS)
    await _says(attempts.last, "500")
    await seat.looks_right("phone-message")
    return order


async def sent_again(seat: Desk, order: str) -> None:
    """First how many that are, then with a reason; a worker's job is followed to its end."""
    await seat.go(order)
    await seat.page.click("main a[href*='/send-again?order=']")
    await _says(seat.page.locator("#plan"), f"{len(PUPILS)} messages would go again")
    await seat.looks_right("phone-count")
    await seat.page.fill("#why", REASON)
    await seat.page.click("section[aria-labelledby=plan] button")
    await seat.page.wait_for_url("**/console/jobs/*")
    await expect(seat.page.locator(".over .job-done")).to_be_visible(timeout=PATIENCE_MS)
    await _says(seat.page.locator("main"), REASON)
    await seat.looks_right("phone-job")


async def link_seen(seat: Desk, order: str) -> None:
    """The order's page says by itself that the links are placed, and that nobody is waited for."""
    await seat.go(order)
    placed = seat.page.locator(".facts .status.link-placed")
    await expect(placed).to_be_visible(timeout=PATIENCE_MS)
    waiting = seat.page.locator("section[aria-labelledby=waiting] .notice.good")
    await expect(waiting).to_be_visible(timeout=PATIENCE_MS)
    await seat.looks_right("phone-placed")


async def _says(where: Locator, what: str) -> None:
    await expect(where.first).to_contain_text(what, timeout=PATIENCE_MS)

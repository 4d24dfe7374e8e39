"""A real browser on the console: Debian's Chromium, driven by Playwright, with axe beside it."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright

from tests.console.console_case import PERSONS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser as Chromium
    from playwright.async_api import ConsoleMessage, Page

    from tests.console.console_case import Reached

ROOT = Path(__file__).parents[2]
SCREENSHOTS = Path(os.environ.get("AANSPRAAK_TEST_SCREENSHOTS") or ROOT / "var" / "screenshots")
LOCALES = {"en": "en-GB", "nl": "nl-NL"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
PATIENCE_MS = 60_000
"""How long a page may take to show something: it waits for what happens, not for time."""


@dataclass
class Desk:
    """Somebody at a browser, signed in to the console of a hub."""

    hub: Reached
    page: Page
    language: str
    complaints: list[str] = field(default_factory=list)

    async def go(self, path: str) -> None:
        """Open a page, signing in when asked to."""
        await self.page.goto(f"{self.hub.base}/console{path}")

    async def text(self) -> str:
        """What the page says."""
        return await self.page.inner_text("main")

    async def looks_right(self, name: str) -> None:
        """The page keeps to WCAG, its browser does not complain, and a picture of it is kept."""
        picture = SCREENSHOTS / f"{name}-{self.language}.png"
        await self.page.screenshot(path=picture, full_page=True)
        options = {"runOnly": {"type": "tag", "values": RULES}}
        found = await Axe().run(self.page, options=options)
        violations = _violations(found.response)
        assert violations == [], "\n".join(violations)
        assert self.complaints == []
        assert await self.page.get_attribute("html", "lang") == self.language

    def note(self, message: ConsoleMessage) -> None:
        """Keep what the browser complains of, a breach of the policy among it."""
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@asynccontextmanager
async def chromium() -> AsyncIterator[Chromium]:
    """Debian's Chromium; without it the test is skipped, but not where it is required."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is required here: apt-get install chromium")
        pytest.skip("there is no chromium on the path")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def desk(
    browser: Chromium, hub: Reached, role: str = "support", language: str = "en"
) -> AsyncIterator[Desk]:
    """Somebody of this role who reads this language, on the first page."""
    context = await browser.new_context(
        locale=LOCALES[language], viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    seat = Desk(hub, page, language)
    page.on("console", seat.note)
    await seat.go("/")
    await page.click(f"a[href*='person={PERSONS[role]}']")
    await page.wait_for_url(f"{hub.base}/console/")
    yield seat
    await context.close()


def _violations(response: dict[str, Any]) -> list[str]:
    return [
        f"{one['id']}: {one['help']}: {json.dumps([node['html'] for node in one['nodes']])[:400]}"
        for one in response["violations"]
    ]

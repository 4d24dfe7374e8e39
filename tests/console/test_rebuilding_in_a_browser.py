"""A rebuild on the console: what would change, how far it is while it runs, and what changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.async_api import Browser as Chromium

from tests.adapters.http_case import Hub
from tests.adapters.http_stories import eck, ordered
from tests.console.browser_case import Desk, chromium, desk
from tests.console.console_case import running_console
from tests.console.mending_case import part_held, worker_of

pytestmark = pytest.mark.anyio

Databases = Callable[[], AbstractContextManager[str]]
VIEW = "entitlement_details"


@pytest.fixture(scope="module")
async def hub(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    folder: Path = tmp_path_factory.mktemp("console")
    with databases() as url:
        async with running_console(url, folder) as running, worker_of(running):
            yield running


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Chromium]:
    async with chromium() as running:
        yield running


@pytest.mark.parametrize("language", ["en", "nl"])
async def test_what_would_change_is_seen_before_it_is_rebuilt_and_both_are_followed(
    hub: Hub, browser: Chromium, language: str
) -> None:
    asked = await ordered(hub, eck(1 if language == "en" else 2))
    await _break(hub)
    async with desk(browser, hub, "operator", language) as seat:
        await seat.go("/rebuild")
        await seat.page.locator("button[value=compare]:enabled").wait_for()
        await seat.looks_right("rebuild")
        async with part_held(hub, VIEW, asked.entitlement_id):
            await _ask(seat, "compare", view=VIEW)
            await seat.page.locator("progress").wait_for()
            await seat.looks_right("job-running")
            assert await _statuses(hub) == {"blocked"}
        await seat.page.locator(".job-done").first.wait_for()
        assert "blocked" in await seat.page.inner_text("table.difference")
        await seat.looks_right("job-compared")
        await seat.page.click("main a.button")
        await _ask(seat, "rebuild")
        await seat.page.locator(".over .job-done").wait_for()
        assert await _statuses(hub) == {"created"}
        await seat.looks_right("job-rebuilt")
        await seat.go("/jobs")
        await seat.page.locator("tbody .job-done").nth(1).wait_for()
        await seat.looks_right("jobs")


async def test_only_one_order_is_put_right_and_a_school_nobody_knows_is_said(
    hub: Hub, browser: Chromium
) -> None:
    asked = await ordered(hub, eck(3))
    await _break(hub)
    async with desk(browser, hub, "operator") as seat:
        await seat.go("/rebuild")
        await seat.page.locator("button[value=rebuild]:enabled").wait_for()
        await _fill(seat, view=VIEW, part="school", id="00XX00")
        await seat.page.click("button[value=rebuild]")
        await seat.page.locator("#id-wrong").wait_for()
        assert await seat.page.input_value("#reason, #why") == "seen on the telephone"
        await _ask(seat, "rebuild", view=VIEW, part="order", id=str(asked.order_id))
        await seat.page.locator(".over .job-done").wait_for()
        assert str(asked.order_id) in await seat.text()
        assert await _statuses(hub) == {"blocked", "created"}


async def _ask(seat: Desk, what: str, **given: str) -> None:
    await _fill(seat, **given)
    await seat.page.click(f"button[value={what}]")
    await seat.page.wait_for_url("**/console/jobs/*")


async def _fill(seat: Desk, **given: str) -> None:
    for name, value in given.items():
        field = seat.page.locator(f"main [name={name}]")
        if name in ("view", "part"):
            await field.select_option(value)
        else:
            await field.fill(value)
    await seat.page.fill("main textarea", "seen on the telephone")


async def _break(hub: Hub) -> None:
    async with hub.services.pool.connection() as conn:
        await conn.execute("UPDATE view.entitlement_details SET status = 'blocked'")


async def _statuses(hub: Hub) -> set[str]:
    async with hub.services.pool.connection() as conn:
        cursor = await conn.execute("SELECT status FROM view.entitlement_details")
        return {status for (status,) in await cursor.fetchall()}

"""What an operator mends in a browser: rebuilds, what failed, and what a follower laid aside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser as Chromium

from adapters.postgres.dead_letters import DeadLetterTable
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import REGISTRY
from tests.adapters.http_stories import CONFIRMATIONS, confirmation, eck, ordered
from tests.console.browser_case import Desk, chromium, desk
from tests.console.console_case import running_console
from tests.console.mending_case import part_held, worker_of

pytestmark = pytest.mark.anyio

Databases = Callable[[], AbstractContextManager[str]]
VIEW = "entitlement_details"
LANGUAGES = ["en", "nl"]


@pytest.fixture(scope="module")
async def hub(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    folder: Path = tmp_path_factory.mktemp("console")
    with databases() as url:
        async with _hub(url, folder) as running, worker_of(running):
            yield running


def _hub(url: str, folder: Path) -> AbstractAsyncContextManager[Hub]:
    """Every message that goes again takes a second operator here."""
    return running_console(url, folder, send_again_confirm_above=0)


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Chromium]:
    async with chromium() as running:
        yield running


@pytest.mark.parametrize("language", LANGUAGES)
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
        await seat.go("/rebuild")
        await seat.page.locator("section[aria-labelledby=compared] tr", has_text=VIEW).wait_for()
        await seat.looks_right("rebuild-compared")
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
        assert await seat.page.input_value("#why") == "seen on the telephone"
        await _ask(seat, "rebuild", view=VIEW, part="order", id=str(asked.order_id))
        await seat.page.locator(".over .job-done").wait_for()
        assert str(asked.order_id) in await seat.text()
        assert await _statuses(hub) == {"blocked", "created"}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_failed_goes_again_when_a_second_operator_agrees(
    hub: Hub, browser: Chromium, language: str
) -> None:
    await _refused(hub, eck(4 if language == "en" else 5))
    requests = len(await hub.facts("RegistryRequested"))
    async with desk(browser, hub, "operator", language) as seat:
        await seat.go("/send-again")
        await seat.page.fill("#partner", REGISTRY)
        await seat.page.keyboard.press("Enter")
        await seat.page.locator("#plan").wait_for()
        await seat.looks_right("send-again")
        await seat.page.fill("#why", "the catalogue was mended")
        await seat.page.click("section[aria-labelledby=plan] button")
        await seat.page.wait_for_url("**/console/jobs/*")
        await seat.page.locator(".job-waiting").first.wait_for()
        assert await seat.page.locator("#why-confirm").count() == 0
        await seat.looks_right("job-waiting")
        path = seat.page.url.partition("/console")[2]
    async with desk(browser, hub, "admin", language) as seat:
        await seat.go(path)
        await seat.page.fill("#why-confirm", "seen together")
        await seat.page.click("section[aria-labelledby=confirming] button")
        await seat.page.locator(".over .job-done").wait_for()
        await seat.looks_right("job-sent")
    assert len(await hub.facts("RegistryRequested")) == requests + 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_fact_that_lies_aside_is_looked_at_tried_again_and_skipped(
    hub: Hub, browser: Chromium, language: str
) -> None:
    position = await _aside(hub, 0 if language == "en" else 1)
    async with desk(browser, hub, "operator", language) as seat:
        await seat.go("/dead-letters?follower=policies")
        await seat.looks_right("dead-letters")
        # Nobody follows in this hub, so the job waits for the follower until it is stopped.
        await seat.page.fill("#why", "the cause was mended")
        await seat.page.click("section[aria-labelledby=again] button")
        await seat.page.wait_for_url("**/console/jobs/*")
        await seat.page.fill("#why-cancel", "the follower is away")
        await seat.page.click("section[aria-labelledby=cancelling] button")
        await seat.page.locator(".over .job-cancelled").wait_for()
        await seat.looks_right("job-cancelled")
        await _aside(hub, 2 if language == "en" else 3)
        await seat.go(f"/dead-letters/policies/{position}")
        await seat.looks_right("dead-letter-decided")
        await seat.go("/dead-letters")
        await seat.page.locator("tr:has(.letter-waiting) a").first.click()
        await seat.page.locator("#why-skip").wait_for()
        await seat.looks_right("dead-letter")
        await seat.page.fill("#why-skip", "it is of no use to anybody")
        await seat.page.click("section[aria-labelledby=never] button")
        await seat.page.locator(".letter-skipped").wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_replay_is_counted_and_without_kafka_it_is_said_that_there_is_none(
    hub: Hub, browser: Chromium, language: str
) -> None:
    async with desk(browser, hub, "operator", language) as seat:
        await seat.go("/replay")
        assert "Kafka" in await seat.page.inner_text(".notice.bad")
        await seat.page.fill("#first", "1")
        await seat.page.fill("#last", "2099-01-01T00:00")
        await seat.page.fill("#topic", "once-more")
        await seat.page.keyboard.press("Enter")
        await seat.page.locator("#plan").wait_for()
        assert "partner.registered" in await seat.text()
        await seat.looks_right("replay")


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


async def _refused(hub: Hub, who: dict[str, Any]) -> None:
    asked = await ordered(hub, who)
    refusal = confirmation(asked, success=False, status=4011)
    assert (await hub.call(REGISTRY, "PUT", CONFIRMATIONS, refusal)).status == 202
    await hub.catch_up()


async def _aside(hub: Hub, which: int) -> int:
    """A fact that the policies could not handle."""
    fact = (await hub.facts("PartnerRegistered"))[which]
    async with hub.services.pool.connection() as conn:
        await DeadLetterTable("policies").lay_aside(conn, fact, LookupError())
    return fact.position


async def _break(hub: Hub) -> None:
    async with hub.services.pool.connection() as conn:
        await conn.execute("UPDATE view.entitlement_details SET status = 'blocked'")


async def _statuses(hub: Hub) -> set[str]:
    async with hub.services.pool.connection() as conn:
        cursor = await conn.execute("SELECT status FROM view.entitlement_details")
        return {status for (status,) in await cursor.fetchall()}

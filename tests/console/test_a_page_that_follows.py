"""An order's page follows it, for as long as the session and the process last."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from aiohttp import ClientResponse

from tests.adapters.http_case import Hub
from tests.adapters.http_partners import REGISTRY
from tests.adapters.http_stories import CONFIRMATIONS, confirmation, eck, ordered
from tests.console.console_case import SESSION, Browser

pytestmark = pytest.mark.anyio

PATIENCE_SECONDS = 60


async def test_it_is_sent_again_when_it_changes_until_somebody_signs_out(
    hub: Hub, browser: Browser
) -> None:
    asked = await ordered(hub, eck(1))
    await browser.sign_in("viewer")
    async with _followed(hub, browser, f"/console/orders/{asked.order_id}/live") as stream:
        assert "received" in await _event(stream, "changed")
        await hub.call(REGISTRY, "PUT", CONFIRMATIONS, confirmation(asked))
        await hub.catch_up()
        while "ready at the publisher" not in await _event(stream, "changed"):
            pass  # what happened may be there before the views have followed
        await browser.post("/console/logout")
        assert "You are signed out" in await _event(stream, "ended")
        await _its_end(stream)


async def test_it_ends_when_the_process_is_to_stop(hub: Hub, browser: Browser) -> None:
    asked = await ordered(hub, eck(1))
    await browser.sign_in("viewer")
    async with _followed(hub, browser, f"/console/orders/{asked.order_id}/live") as stream:
        await _event(stream, "changed")
        hub.services.draining.set()
        await _its_end(stream)


async def test_beyond_four_of_a_session_a_page_is_refreshed_instead(
    hub: Hub, browser: Browser
) -> None:
    await browser.sign_in("viewer")
    path = "/console/overview/live?minutes=15"
    async with AsyncExitStack() as opened:
        for _ in range(4):
            stream = await opened.enter_async_context(_followed(hub, browser, path))
            await _event(stream, "changed")
        fifth = await opened.enter_async_context(_followed(hub, browser, path))
        told = await _event(fifth, "ended")
        assert 'hx-get="/console/overview?minutes=15"' in told
        await _its_end(fifth)
        other = Browser(hub)
        await other.sign_in("viewer")
        async with _followed(hub, other, path) as stream:
            await _event(stream, "changed")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await _is_followed(hub, browser, path):
            pass  # that those are over the hub hears in its own time


async def _is_followed(hub: Hub, browser: Browser, path: str) -> bool:
    async with _followed(hub, browser, path) as stream:
        first = await stream.content.readline()
        return b"changed" in first


def _followed(hub: Hub, browser: Browser, path: str):  # type: ignore[no-untyped-def] # noqa: ANN202 - aiohttp's own
    cookie = {"Cookie": f"{SESSION}={browser.cookies[SESSION]}"}
    return hub.session.get(hub.base + path, headers=cookie)


async def _event(stream: ClientResponse, kind: str) -> str:
    """What comes next, which must be of this kind; comments keep a stream alive, and are none."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            lines = []
            while line := (await stream.content.readline()).decode().rstrip():
                lines.append(line)
            if any(not each.startswith(":") for each in lines):
                break
            assert not stream.content.at_eof()
    assert f"event: {kind}" in lines
    return "\n".join(lines)


async def _its_end(stream: ClientResponse) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        await stream.content.read()

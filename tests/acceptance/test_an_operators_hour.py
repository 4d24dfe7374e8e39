"""After the demo's school start: ten questions, and a school on the telephone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager

import pytest

from tests.acceptance import phone_call
from tests.acceptance.demo_case import ANOTHER, Demo, played
from tests.acceptance.telling import links
from tests.acceptance.ten_questions import QUESTIONS
from tests.console.browser_case import chromium, desk

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
async def demo(
    databases: Callable[[], AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Demo]:
    with databases() as url:
        async with played(url, tmp_path_factory.mktemp("demo")) as running:
            yield running


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.__name__)
async def test_page_verb_and_api_answer_alike(
    demo: Demo, question: Callable[[Demo], Awaitable[None]]
) -> None:
    await question(demo)


async def test_a_school_calls_and_its_links_are_put_in_their_place(demo: Demo) -> None:
    async with chromium() as browser, desk(browser, demo.browser.hub, "operator") as seat:
        await phone_call.ordered_while_watched(demo, seat)
        await phone_call.given_up(demo)
        await phone_call.school_found(seat)
        order = await phone_call.seen_where_it_hangs(seat)
        await demo.chain.sandbox(ANOTHER, "PUT", "behaviour", {})
        await phone_call.sent_again(seat, order)
        await links(demo.chain, len(phone_call.PUPILS), ANOTHER)
        await phone_call.link_seen(seat, order)

"""Everything is said in Dutch too, in the language somebody chose or their browser asks for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from adapters.console.languages import Shown, chosen
from tests.adapters.http_case import Hub
from tests.console.catalogue import dutch, is_said, said
from tests.console.console_case import Browser

pytestmark = pytest.mark.anyio


@pytest.fixture
def hub(shared_hub: Hub) -> Hub:
    return shared_hub


def test_every_message_of_the_templates_has_dutch_words_and_nothing_else_has() -> None:
    ours, theirs = {message.id for message in said()}, {message.id for message in dutch()}
    assert ours == theirs
    assert [message.id for message in dutch() if message.id and not is_said(message)] == []


def test_dutch_words_leave_the_same_places_open() -> None:
    wrong = {message.id: list(message.check()) for message in dutch() if message.id}
    assert {ident: errors for ident, errors in wrong.items() if errors} == {}


async def test_a_page_is_in_the_language_that_is_asked_for_until_another_is_chosen(
    browser: Browser,
) -> None:
    browser.language = "fr, nl-NL;q=0.8, en;q=0.5"
    page = (await browser.get("/console/signed-out")).body.decode()
    assert '<html lang="nl">' in page
    assert "Je bent afgemeld" in page
    await browser.post("/console/language", language="en", next="/console/signed-out")
    page = (await browser.get("/console/signed-out")).body.decode()
    assert '<html lang="en">' in page
    assert "You are signed out" in page


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        (None, None, "en"),
        (None, "nl", "nl"),
        ("nl", "en", "nl"),
        ("fr", "de, EN-GB", "en"),
        (None, "*", "en"),
    ],
)
def test_a_language_is_chosen_or_asked_for(
    cookie: str | None, accepted: str | None, language: str
) -> None:
    assert chosen(cookie, accepted) == language


def test_moments_are_those_of_amsterdam_as_people_write_them() -> None:
    at = datetime(2026, 8, 24, 22, 5, tzinfo=UTC)
    assert Shown("nl").moment(at) == "25 aug 2026 00:05:00"
    assert Shown("en").moment(at) == "25 Aug 2026 00:05:00"
    assert Shown("nl").day(date(2026, 3, 1)) == "1 mrt 2026"
    assert (Shown("nl").number(15000), Shown("en").number(15000)) == ("15.000", "15,000")

"""Who may come in, for how long, and how somebody else is kept out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.console.place import own_path
from adapters.postgres.connection import connect
from tests.adapters.http_case import Hub
from tests.console.console_case import SESSION, Browser

pytestmark = pytest.mark.anyio


@pytest.fixture
def hub(shared_hub: Hub) -> Hub:
    return shared_hub


HOME = "/console/"


async def test_whoever_is_not_signed_in_is_sent_to_the_provider_and_comes_back(
    browser: Browser,
) -> None:
    away = await browser.get("/console/?a=b")
    assert (away.status, away.headers["Location"]) == (303, "/console/login?next=/console/%3Fa%3Db")
    back = await browser.sign_in("viewer", "/console/?a=b")
    assert (back.status, back.headers["Location"]) == (303, "/console/?a=b")
    page = await browser.get(HOME)
    assert page.status == 200
    assert "vera@distributeur.example" in page.body.decode()


async def test_a_form_that_comes_too_late_is_told_so_and_leads_back_to_its_page(
    browser: Browser,
) -> None:
    """A redirect would be to another site, which the policy for forms has browsers refuse."""
    page = f"{browser.hub.base}/console/orders/1?after=2"
    late = await browser.send("POST", "/console/orders/1/release", {}, Referer=page)
    assert (late.status, late.headers.get("Location")) == (401, None)
    assert "was not done" in late.body.decode()
    assert 'href="/console/login?next=/console/orders/1%3Fafter%3D2"' in late.body.decode()
    for other in ("https://elsewhere.example/console/orders/1", f"{browser.hub.base}.example/"):
        late = await browser.send("POST", "/console/", {}, Referer=other)
        assert 'href="/console/login?next=/console/"' in late.body.decode()


async def test_what_is_no_going_to_a_page_begins_no_signing_in(browser: Browser) -> None:
    for mode in ({"Sec-Fetch-Mode": "cors"}, {"HX-Request": "true"}):
        answer = await browser.get("/console/jobs/live", **mode)
        assert (answer.status, answer.headers.get("Location")) == (401, None)


async def test_without_its_own_state_nonce_or_browser_nobody_comes_in(browser: Browser) -> None:
    vouched = await browser.vouched("admin")
    other = Browser(browser.hub)
    assert (await other.get(vouched)).status == 403  # another browser did not ask
    assert (await browser.get(vouched.replace("state=", "state=x"))).status == 403
    assert SESSION not in browser.cookies
    await other.vouched("viewer")
    assert (await other.get(vouched)).status == 403  # it asked, but not this
    assert SESSION not in other.cookies


async def test_a_code_is_of_use_once_and_only_to_whom_has_the_verifier(browser: Browser) -> None:
    vouched = await browser.vouched("admin")
    attempt = dict(browser.cookies)
    assert (await browser.get(vouched)).status == 303
    again = Browser(browser.hub, cookies=attempt)
    assert (await again.get(vouched)).status == 403
    assert SESSION not in again.cookies


async def test_the_provider_is_asked_with_pkce_state_and_nonce(browser: Browser) -> None:
    away = await browser.get("/console/login")
    asked = parse_qs(urlsplit(away.headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge", "redirect_uri"} <= asked.keys()
    assert asked["response_type"] == ["code"]


async def test_signing_in_makes_a_new_session_and_ends_the_one_before(browser: Browser) -> None:
    browser.cookies[SESSION] = "chosen-by-somebody-else"
    await browser.sign_in("viewer")
    first = browser.cookies[SESSION]
    assert first != "chosen-by-somebody-else"
    await browser.sign_in("viewer")
    assert (await Browser(browser.hub, {SESSION: first}).get(HOME)).status == 303


async def test_signing_out_ends_the_session_wherever_its_cookie_is(browser: Browser) -> None:
    await browser.sign_in("viewer")
    elsewhere = replace(browser, cookies=dict(browser.cookies))
    assert (await elsewhere.get(HOME)).status == 200
    await browser.post("/console/logout")
    assert browser.cookies.keys().isdisjoint({SESSION, "aanspraak-vouched"})
    assert (await elsewhere.get(HOME)).status == 303


async def test_whoever_signs_out_is_led_to_the_provider_to_sign_out_there_and_back(
    browser: Browser,
) -> None:
    await browser.sign_in("viewer")
    page = (await browser.post("/console/logout")).body.decode()
    away = unescape(page.partition('content="0; url=')[2].partition('"')[0])
    asked = parse_qs(urlsplit(away).query)
    assert asked["post_logout_redirect_uri"] == [f"{browser.hub.base}/console/signed-out"]
    assert asked.keys() >= {"id_token_hint", "client_id"}
    back = await browser.get(away)
    assert (back.status, back.headers["Location"]) == (
        303,
        f"{browser.hub.base}/console/signed-out",
    )
    assert (await browser.get(away.replace("signed-out", "else"))).status == 400
    assert (await browser.get(away.replace("id_token_hint=", "id_token_hint=x"))).status == 400


async def test_a_session_ends_after_a_while_without_requests(hub: Hub, browser: Browser) -> None:
    await browser.sign_in("viewer")
    idle = hub.services.settings.console_idle_seconds
    hub.clock.at += timedelta(seconds=idle - 60)
    assert (await browser.get(HOME)).status == 200
    hub.clock.at += timedelta(seconds=idle - 60)
    assert (await browser.get(HOME)).status == 200
    hub.clock.at += timedelta(seconds=idle + 1)
    assert (await browser.get(HOME)).status == 303


async def test_a_session_ends_whatever_is_done_in_it(hub: Hub, browser: Browser) -> None:
    await browser.sign_in("viewer")
    settings = hub.services.settings
    for _ in range(int(settings.console_session_seconds // settings.console_idle_seconds)):
        assert (await browser.get(HOME)).status == 200
        hub.clock.at += timedelta(seconds=settings.console_idle_seconds - 1)
    hub.clock.at += timedelta(seconds=60)
    assert (await browser.get(HOME)).status == 303


async def test_the_database_has_neither_cookie_nor_name(hub: Hub, browser: Browser) -> None:
    await browser.sign_in("viewer")
    async with await connect(hub.url, "test") as conn:
        cursor = await conn.execute(
            "SELECT s::text, encode(hash, 'escape') FROM console.sessions s"
        )
        kept = str(await cursor.fetchall())
    assert browser.cookies[SESSION] not in kept
    assert "vera" not in kept


@pytest.mark.parametrize(
    "wanted",
    [
        *(None, "", "https://elsewhere.example/console/", "//elsewhere.example/console/"),
        *("/console", "/other", "/console/../readyz", "/console/\\elsewhere.example"),
        *("/console/%2e%2e/readyz", "/console/.%2E/readyz"),
        *("/console/\r\nSet-Cookie: a=b", "\t/console/", "console/"),
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(wanted: str | None) -> None:
    assert own_path(wanted) == HOME


def test_a_page_of_the_console_is_come_back_to() -> None:
    assert own_path("/console/orders/1?after=2") == "/console/orders/1?after=2"

"""What goes with every answer, what is bundled, and where the console is not."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from adapters.asgi import application
from adapters.console.assets import FOLDER, assets
from adapters.console.pages import TEMPLATES
from adapters.console.place import Place
from adapters.security.sign_in import SignInIncomplete, sign_in_of
from tests.adapters.http_case import Hub, running_hub
from tests.adapters.test_config import settings
from tests.console.console_case import Browser

pytestmark = pytest.mark.anyio


@pytest.fixture
def hub(shared_hub: Hub) -> Hub:
    return shared_hub


VENDORED: list[dict[str, str]] = json.loads((FOLDER / "vendored.json").read_text())
COMPLETE: dict[str, Any] = {
    "console_url": "https://hub.example.org",
    "console_issuer": "https://login.example.org/tenant",
    "console_client_secret": "secret",
}


async def test_every_answer_has_the_policy_and_pages_are_kept_nowhere(browser: Browser) -> None:
    await browser.sign_in("viewer")
    for path, status in (
        *(("/console/", 200), ("/console/nothing", 404), ("/console/signed-out", 200)),
        *(("/console/orders/00000000-0000-0000-0000-000000000000", 404), ("/console/login", 303)),
    ):
        answer = await browser.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert answer.status == status
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'; base-uri 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


def test_no_template_has_a_script_or_style_of_its_own_or_an_outside_address() -> None:
    telling = re.compile(r"<style|<script(?! defer src=)| style=| on\w+=|hx-on|https?://|\|safe")
    found = {path.name: telling.findall(path.read_text()) for path in TEMPLATES.iterdir()}
    assert {name: what for name, what in found.items() if what} == {}


def test_htmx_neither_writes_styles_nor_evaluates_and_keeps_no_page() -> None:
    given = re.findall(
        r"name=\"htmx-config\" content='(.+)'", (TEMPLATES / "page.html").read_text()
    )
    config = json.loads(given[0])
    assert (config["includeIndicatorStyles"], config["allowEval"]) == (False, False)
    assert (config["selfRequestsOnly"], config["historyCacheSize"]) == (True, 0)


@pytest.mark.parametrize("entry", VENDORED, ids=lambda entry: entry["file"])
def test_what_is_bundled_is_what_was_published(entry: dict[str, str]) -> None:
    assert hashlib.sha256((FOLDER / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


def test_whatever_is_bundled_is_listed_with_its_licence() -> None:
    listed = {entry["file"] for entry in VENDORED}
    assert {path.name for path in FOLDER.glob("*.min.js")} <= listed
    for name in listed:
        assert name.replace(".min.js", ".LICENSE.txt") in listed


async def test_a_file_is_kept_for_ever_only_under_its_mark(browser: Browser) -> None:
    mark = assets()["console.css"].mark
    kept = await browser.get(f"/console/static/console.css?v={mark}")
    assert "immutable" in kept.headers["Cache-Control"]
    assert (
        "immutable"
        not in (await browser.get("/console/static/console.css")).headers["Cache-Control"]
    )
    assert (await browser.get("/console/static/vendored.json")).status == 404


async def test_without_a_provider_there_is_no_console(database_url: str, tmp_path: Path) -> None:
    async with running_hub(database_url, tmp_path, application=application) as hub:
        for path in ("/console", "/console/", "/console/login"):
            assert (await hub.call(None, "GET", path)).status == 404


async def test_the_console_is_found_without_its_last_slash(hub: Hub) -> None:
    answer = await Browser(hub).get("/console")
    assert (answer.status, answer.headers["Location"]) == (308, "/console/")


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_a_part_of_the_settings_is_refused_and_the_missing_one_named(missing: str) -> None:
    given = {key: value for key, value in COMPLETE.items() if key != missing}
    with pytest.raises(SignInIncomplete, match=missing.upper()):
        sign_in_of(settings().model_copy(update=given))


@pytest.mark.parametrize("url", ["http://hub.example.org", "ftp://localhost", "hub.example.org"])
@pytest.mark.parametrize("name", ["console_url", "console_issuer"])
def test_nothing_but_https_is_taken_unless_it_is_this_machine(name: str, url: str) -> None:
    with pytest.raises(SignInIncomplete, match="https"):
        sign_in_of(settings().model_validate({**_given(), **COMPLETE, name: url}))


def test_a_console_that_others_reach_lets_in_nobody_by_a_provider_without_https() -> None:
    given = {**_given(), **COMPLETE, "console_issuer": "http://127.0.0.1:8088"}
    with pytest.raises(SignInIncomplete, match="AANSPRAAK_CONSOLE_ISSUER must be https too"):
        sign_in_of(settings().model_validate(given))


def test_over_https_cookies_belong_to_this_host_alone() -> None:
    found = sign_in_of(settings().model_validate({**_given(), **COMPLETE}))
    assert found is not None
    assert found.secure
    assert found.origin == "https://hub.example.org"
    assert Place(origin=found.origin, secure=found.secure).callback.endswith("/console/callback")


def _given() -> dict[str, Any]:
    return settings().model_dump(by_alias=False)

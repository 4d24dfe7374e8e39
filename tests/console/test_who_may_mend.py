"""Who may have jobs done, agreed to and stopped on the console, and what is said to who may not."""

from __future__ import annotations

import pytest

from adapters.jobs.abilities import Abilities
from tests.adapters.http_case import Answer, Hub
from tests.console.console_case import Browser

pytestmark = pytest.mark.anyio

WHY = "seen on the telephone"


async def test_without_a_worker_that_may_rebuild_the_page_says_so_and_asks_nothing(
    hub: Hub, browser: Browser
) -> None:
    await browser.sign_in("operator")
    page = (await browser.get("/console/rebuild")).body.decode()
    assert "AANSPRAAK_REBUILD_DATABASE_URL" in page
    assert page.count("disabled") == 2
    refused = await browser.post("/console/rebuild", view="due", do="rebuild", reason=WHY)
    assert refused.status == 409
    assert await hub.facts("JobAsked") == []


async def test_a_job_is_stopped_by_who_asked_for_it_or_by_an_administrator(
    hub: Hub, browser: Browser
) -> None:
    path = await _compared(hub, browser, "admin")
    await browser.sign_in("operator")
    assert "an administrator" in _text(await browser.get(path))
    assert (await browser.post(f"{path}/cancel", reason=WHY)).status == 403
    await browser.sign_in("admin")
    assert (await browser.post(f"{path}/cancel")).status == 422
    assert await hub.facts("JobCancelled") == []
    assert (await browser.post(f"{path}/cancel", reason=WHY)).status == 303
    assert "stopped" in _text(await browser.get(path))
    own = await _compared(hub, browser, "operator")
    assert (await browser.post(f"{own}/cancel", reason=WHY)).status == 303
    assert len(await hub.facts("JobCancelled")) == 2


async def test_a_viewer_reads_what_jobs_did_and_gets_no_form(hub: Hub, browser: Browser) -> None:
    path = await _compared(hub, browser, "operator")
    await browser.sign_in("viewer")
    for page in (path, "/console/jobs?state=live", "/console/rebuild", "/console/dead-letters"):
        answer = await browser.get(page)
        assert (answer.status, _text(answer).count("<textarea")) == (200, 0)
    assert WHY not in _text(await browser.get("/console/jobs?state=live"))
    assert "There are none." in _text(await browser.get("/console/jobs?state=over"))


async def test_a_name_or_reason_that_nobody_can_read_any_more_is_said_to_be_so(
    hub: Hub, browser: Browser
) -> None:
    path = await _compared(hub, browser, "operator")
    async with hub.services.pool.connection() as conn:
        await conn.execute("UPDATE vault.texts SET cipher_key = 99")
        await conn.execute("UPDATE vault.person_references SET cipher_key = 99")
    for page in (path, "/console/jobs"):
        answer = await browser.get(page)
        assert (answer.status, _text(answer).count("no longer readable")) == (200, 2), page


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"view": "due", "part": "order", "id": "x"}, "This is no id."),
        ({"view": "due", "part": "order"}, "This is no id."),
        ({"view": "due", "part": "school", "id": "00XX00"}, "Nobody knows this school."),
        ({"view": "partners", "part": "order", "id": "0" * 32}, "cannot be rebuilt in part"),
        ({"view": "due", "reason": ""}, "A reason of a few words is needed."),
    ],
)
async def test_what_is_typed_wrong_is_said_at_its_field(
    hub: Hub, browser: Browser, form: dict[str, str], said: str
) -> None:
    await Abilities(url=hub.url, owner_url=hub.url).say()
    await browser.sign_in("operator")
    answer = await browser.post("/console/rebuild", **{"reason": WHY, **form})
    assert answer.status == 422
    assert said in _text(answer)
    assert await hub.facts("JobAsked") == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("partner=niemand", "There is no partner of this name."),
        ("order=x", "This is no id."),
        ("since=yesterday&partner=uitgever", "This is no moment."),
        ("everything=yes&partner=uitgever", "only for one order or entitlement"),
        ("since=2026-08-24T12:00", "Say to which partner"),
        ("partner=uitgever", "there is nothing to send again"),
    ],
)
async def test_what_cannot_be_sent_again_is_said(browser: Browser, query: str, said: str) -> None:
    await browser.sign_in("operator")
    assert said in _text(await browser.get(f"/console/send-again?{query}"))


async def _compared(hub: Hub, browser: Browser, role: str) -> str:
    """The page of a job that somebody of this role asked for; no worker takes it up."""
    await Abilities(url=hub.url, owner_url=hub.url).say()
    await browser.sign_in(role)
    asked = await browser.post("/console/rebuild", view="due", do="compare", reason=WHY)
    assert asked.status == 303
    return asked.headers["Location"]


def _text(answer: Answer) -> str:
    return answer.body.decode()

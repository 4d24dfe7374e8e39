"""The page of who can open a product: a school, an order or a class, and where it hangs."""

from __future__ import annotations

import pytest

from tests.adapters.class_case import CODE, have_class, school_of, subjects_of
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import BOOK, PORTAL, REGISTRY
from tests.adapters.http_stories import CONFIRMATIONS, confirmation, eck, entitled, ordered
from tests.console.console_case import Browser

pytestmark = pytest.mark.anyio

FORM = {"product": BOOK, "school": CODE, "school_type": "master", "person_type": "master"}
REFUSED = {"success": False, "status": 4011}


async def test_where_it_hangs_and_what_can_be_done_is_on_one_page(
    hub: Hub, browser: Browser
) -> None:
    fine = await entitled(hub, eck(1))
    await hub.call(PORTAL, "PUT", CONFIRMATIONS, confirmation(fine))
    refused = await ordered(hub, eck(2))
    await hub.call(REGISTRY, "PUT", CONFIRMATIONS, confirmation(refused, **REFUSED))
    await hub.catch_up()
    await browser.sign_in("operator")
    page = (await browser.get(await _page(hub))).body.decode()
    again = f"/console/send-again?partner={REGISTRY}&amp;order={refused.order_id}"
    (incident,) = [fact.stream_id for fact in await hub.facts("IncidentOpened")]
    for said in (
        "Who can open Getal en Ruimte?",
        "1 of 2 users can open it",
        f"{REGISTRY} refused it (code 4011)",
        again,
        f"/console/incidents/{incident}",
        f"/console/entitlements/{refused.entitlement_id}",
        f"/console/partners/{REGISTRY}",
        "does not know its classes",
    ):
        assert said in page
    only = (await browser.get(f"{await _page(hub)}&order={fine.order_id}")).body.decode()
    assert "1 of 1 users can open it" in only
    assert "4011" not in only


async def test_a_viewer_is_offered_nothing_that_is_for_operators(
    hub: Hub, browser: Browser
) -> None:
    refused = await ordered(hub, eck(1))
    await hub.call(REGISTRY, "PUT", CONFIRMATIONS, confirmation(refused, **REFUSED))
    await hub.catch_up()
    await browser.sign_in("viewer")
    page = (await browser.get(await _page(hub))).body.decode()
    assert "refused it" in page
    assert "/console/send-again?" not in page


async def test_without_a_pupil_the_question_is_about_the_school(hub: Hub, browser: Browser) -> None:
    asked = await ordered(hub, eck(1))
    await browser.sign_in("viewer")
    page = await _page(hub)
    answer = await browser.post("/console/access", **FORM, person="")
    assert (answer.status, answer.headers["Location"]) == (303, page)
    nobody = await browser.post("/console/access", **{**FORM, "school": "999Z999"}, person=" ")
    assert "nobody has ever ordered for this school" in nobody.body.decode()
    half = await browser.post("/console/access", **{**FORM, "product": ""}, person="")
    assert half.status == 422
    school = page.partition("/access")[0]
    for leads_there in (school, f"/console/orders/{asked.order_id}"):
        assert f"{page.removeprefix(school)}" in (await browser.get(leads_there)).body.decode()
    away = await browser.get(page.partition("?")[0])
    assert (away.status, away.headers["Location"]) == (303, f"/console/access?school={CODE}")


async def test_of_a_class_only_its_pupils_count(hub: Hub, browser: Browser) -> None:
    await ordered(hub, eck(1))
    await ordered(hub, eck(2))
    await have_class(hub, await subjects_of(hub, 1), ["3B"])
    await browser.sign_in("viewer")
    page = await _page(hub)
    assert '<option value="3B">1 student</option>' in (await browser.get(page)).body.decode()
    of_class = (await browser.get(f"{page}&group=3b")).body.decode()
    assert "0 of 1 users can open it" in of_class
    assert "Group 3b of school" in of_class
    unknown = await browser.get(f"{page}&group=4C")
    assert (unknown.status, "has no such group" in unknown.body.decode()) == (404, True)
    pupil = eck(1)["userMasterIdentifier"]
    for wrong in (f"&group={pupil}", "&order=x"):
        assert (await browser.get(page + wrong)).status == 404


async def _page(hub: Hub) -> str:
    return f"/console/schools/{await school_of(hub)}/access?product={BOOK}"

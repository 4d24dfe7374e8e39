"""/ops/v1/consents: given and taken back by an operator, with a name and a reason."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.http_case import Hub
from tests.adapters.http_partners import ADMINISTRATION, DASHBOARD, PORTAL, SHOP
from tests.adapters.http_stories import eck, ordered
from tests.adapters.numbers_case import operated
from tests.adapters.wire_case import SCHOOL

pytestmark = pytest.mark.anyio


async def test_given_it_waits_for_the_partner_who_is_told(hub: Hub) -> None:
    body = {"school": SCHOOL, "partner": DASHBOARD}
    answer = await operated(hub, "POST", "/consents/give", body)
    (outcome,) = answer.json["consents"]
    assert (outcome["outcome"], outcome["scope"]) == ("given", "entitlement.dashboard")
    facts = await hub.facts("ConsentGiven", "ConsentMessageIssued", "ConsentTookEffect")
    given, message = [each for each in facts if each.actor.startswith("operator:")]
    event: Any = given.event
    assert await hub.services.vault.read_text(event.reason_id) == "as agreed by telephone"
    assert type(message.event).__name__ == "ConsentMessageIssued"
    await hub.catch_up()
    again = (await operated(hub, "POST", "/consents/give", body)).json["consents"][0]
    assert (again["outcome"], again["ours"]) == ("unchanged", "accepted")


async def test_of_an_administration_all_that_the_hub_reads_is_given_at_once(hub: Hub) -> None:
    body = {"school": SCHOOL, "partner": ADMINISTRATION, "confirmed": True}
    answer = await operated(hub, "POST", "/consents/give", body)
    scopes = [each["scope"] for each in answer.json["consents"]]
    assert scopes == ["education", "association", "employee.roles"]
    await hub.catch_up()
    only = {"school": SCHOOL, "partner": ADMINISTRATION, "api": "education-api"}
    revoked = (await operated(hub, "POST", "/consents/revoke", only)).json["consents"]
    assert [(each["scope"], each["outcome"]) for each in revoked] == [("education", "revoked")]


async def test_a_dry_run_counts_and_does_nothing(hub: Hub) -> None:
    await ordered(hub, eck(1))
    await ordered(hub, eck(2), portals=[])
    before = len(await hub.facts())
    body = {"school": SCHOOL, "partner": PORTAL, "dryRun": True}
    answer = (await operated(hub, "POST", "/consents/revoke", body)).json
    assert (answer["dryRun"], answer["entitlements"]) == (True, 1)
    assert [each["outcome"] for each in answer["consents"]] == ["planned"]
    assert len(await hub.facts()) == before
    elsewhere = {**body, "school": {"organisationMasterIdentifier": "000A000"}}
    assert (await operated(hub, "POST", "/consents/give", elsewhere)).json["entitlements"] == 0
    assert await hub.services.vault.find_school("000A000", []) is None


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"partner": "niemand"}, 99),
        ({"partner": SHOP}, 99),
        ({"api": "education-api"}, 99),
        ({"scopes": ["entitlement.portal", "student.basic"]}, 99),
        ({"reason": None}, 11),
    ],
)
async def test_what_is_wrong_is_refused(hub: Hub, changed: dict[str, Any], code: int) -> None:
    body = {"school": SCHOOL, "partner": PORTAL, **changed}
    answer = await operated(hub, "POST", "/consents/give", body)
    assert (answer.status, answer.code) == (400, code)


async def test_only_an_operator_may(hub: Hub) -> None:
    answer = await hub.call(PORTAL, "POST", "/ops/v1/consents/give", {})
    assert (answer.status, answer.code) == (403, 21)

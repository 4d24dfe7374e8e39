"""The hub's own Consent API: each endpoint, each code, and who may call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.adapters.http_case import Answer, Hub
from tests.adapters.http_partners import (
    ADMINISTRATION,
    DASHBOARD,
    OTHER_PORTAL,
    PORTAL,
    REGISTRY,
    SHOP,
)
from tests.adapters.http_stories import eck, entitled
from tests.adapters.wire_case import SCHOOL, faults

pytestmark = pytest.mark.anyio

CONSENT = "/consent/v0/consent"
STATUSES = f"{CONSENT}/statuses"
OF_SCHOOL = f"{STATUSES}/school?orgMasterId=104A158"
ELSEWHERE = {"organisationMasterIdentifier": "999X999"}


@dataclass
class Counterpart:
    """A partner that exchanges consents of one scope with the hub."""

    hub: Hub
    name: str = DASHBOARD
    api: str = "entitlement-api"
    scope: str = "entitlement.dashboard"

    async def put(self, what: str, **said: Any) -> Answer:  # noqa: ANN401 - fields of the message
        about = {"school": SCHOOL, "api": self.api, "scopes": [self.scope]}
        answer = await self.hub.call(self.name, "PUT", f"{CONSENT}/{what}", {**about, **said})
        await self.hub.catch_up()
        return answer

    async def request(self, theirs: str = "L-1", **said: Any) -> Answer:  # noqa: ANN401
        return await self.put(
            "requests", **{"consumerReferenceId": theirs, "consumerStatus": "accepted", **said}
        )

    async def confirm(self, status: str = "accepted", **said: Any) -> Answer:  # noqa: ANN401
        theirs = {"consumerReferenceId": "L-1", "consumerStatus": status}
        ours = {"providerReferenceId": (await self.status())["providerReferenceId"]}
        return await self.put("confirmations", **{**ours, **theirs, **said})

    async def status(self) -> Any:  # noqa: ANN401 - JSON
        (shown,) = (await self.hub.call(self.name, "GET", STATUSES)).json
        return shown


async def test_what_is_asked_for_is_pending_until_it_is_given_here_too(hub: Hub) -> None:
    dashboard = Counterpart(hub)
    assert (await dashboard.request()).status == 202
    status = await dashboard.status()
    assert (status["providerStatus"], status["consumerStatus"]) == ("pending", "accepted")
    assert status["consumerReferenceId"] == "L-1"
    await hub.consent(DASHBOARD)
    assert (await dashboard.status())["providerStatus"] == "accepted"
    assert (await hub.call(DASHBOARD, "GET", OF_SCHOOL)).status == 200
    assert len(await hub.facts("ConsentTookEffect")) == 3


async def test_statuses_are_as_the_official_text_has_them(hub: Hub) -> None:
    dashboard = Counterpart(hub)
    await dashboard.request()
    answer = await hub.call(DASHBOARD, "GET", STATUSES)
    assert answer.headers["API-Version"] == "0.9.1"
    (shown,) = answer.json
    assert faults("consent", "ConsentStatus", answer.body[1:-1]) == []
    assert (shown["api"], shown["scopes"]) == ("entitlement-api", ["entitlement.dashboard"])
    assert shown["school"] == SCHOOL


async def test_a_confirmation_settles_what_was_given_here_first(hub: Hub) -> None:
    dashboard = Counterpart(hub)
    await dashboard.request()
    await hub.consent(DASHBOARD)
    await hub.consent(DASHBOARD, revoked=True)
    await hub.consent(DASHBOARD)
    assert (await dashboard.confirm("declined")).status == 202
    assert (await dashboard.status())["consumerStatus"] == "declined"
    assert (await dashboard.confirm("accepted")).status == 202
    assert (await dashboard.confirm("accepted")).status == 202
    assert (await dashboard.status())["consumerStatus"] == "accepted"


async def test_a_revoke_closes_the_reads_at_once(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    portal = Counterpart(hub, PORTAL, scope="entitlement.portal")
    path = f"/entitlement/v1/entitlements/{asked.entitlement_id}"
    assert (await hub.call(PORTAL, "GET", path)).status == 200
    ours = (await portal.status())["providerReferenceId"]
    revoke = {"providerReferenceId": ours, "consumerReferenceId": "P-1"}
    assert (await portal.put("revokes", **revoke, consumerStatus="revoked")).status == 202
    assert (await hub.call(PORTAL, "GET", path)).code == 22
    assert (await portal.status())["consumerStatus"] == "revoked"
    assert (await portal.put("revokes", **revoke)).status == 202
    assert (await portal.confirm(consumerReferenceId="P-1")).code == 1004


async def test_an_administration_notifies_and_is_read_when_we_accept_too(hub: Hub) -> None:
    there = Counterpart(hub, ADMINISTRATION, "association-api", "association")
    said = {"providerReferenceId": "S-1", "providerStatus": "accepted"}
    assert (await there.put("notifications", **said)).status == 202
    status = await there.status()
    assert (status["providerStatus"], status["consumerStatus"]) == ("accepted", "pending")
    school = await hub.services.vault.find_school("104A158", [])
    assert school is not None
    may_read = hub.services.consents.may_read
    assert not await may_read(school.school_id, ADMINISTRATION)
    await hub.consent(ADMINISTRATION)
    assert await may_read(school.school_id, ADMINISTRATION)
    assert not await may_read(school.school_id, PORTAL)
    revoke = {"providerReferenceId": "S-1", "consumerReferenceId": ""}
    assert (await there.put("revokes", **revoke)).status == 202
    assert not await may_read(school.school_id, ADMINISTRATION)


async def test_one_message_may_name_several_scopes(hub: Hub) -> None:
    there = Counterpart(hub, ADMINISTRATION, "employees-api", "employee.roles")
    said = {"providerReferenceId": "S-1", "providerStatus": "accepted"}
    asks_for_names = {"scopes": ["employee.roles", "employee.basic"]}
    assert (await there.put("notifications", **said, **asks_for_names)).code == 99
    twice = {"scopes": ["employee.roles", "employee.roles"]}
    assert (await there.put("notifications", **said, **twice)).status == 202
    assert (await there.status())["scopes"] == ["employee.roles"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"providerReferenceId": "elders"}, 1001),
        ({"consumerReferenceId": "L-2"}, 1003),
        ({"school": {"organisationMasterIdentifier": "000A000"}}, 23),
        ({"scopes": ["entitlement.portal"]}, 99),
        ({"api": "usage-api", "scopes": ["usage.dashboard"]}, 99),
        ({"scopes": []}, 11),
        ({"consumerStatus": "ja"}, 11),
        ({"consumerReferenceId": "leerling@school.example"}, 11),
        ({"consumerReferenceId": " "}, 11),
    ],
)
async def test_what_is_wrong_with_a_confirmation_has_its_code(
    hub: Hub, changed: dict[str, Any], code: int
) -> None:
    dashboard = Counterpart(hub)
    await dashboard.request()
    answer = await dashboard.confirm(**changed)
    assert (answer.status, answer.code) == (400, code)


async def test_a_reference_that_was_replaced_by_us_is_used_up(hub: Hub) -> None:
    dashboard = Counterpart(hub)
    await dashboard.request()
    await hub.consent(DASHBOARD)
    before = (await dashboard.status())["providerReferenceId"]
    await hub.consent(DASHBOARD, revoked=True)
    await hub.consent(DASHBOARD)
    answer = await dashboard.confirm("declined", providerReferenceId=before)
    assert (answer.status, answer.code) == (400, 1002)


async def test_a_reference_names_the_consent_of_one_school(hub: Hub) -> None:
    dashboard = Counterpart(hub)
    await dashboard.request()
    await hub.consent(PORTAL, school=ELSEWHERE)
    answer = await dashboard.request(school=ELSEWHERE)
    assert (answer.status, answer.code) == (400, 1004)
    there = Counterpart(hub, ADMINISTRATION, "education-api", "education")
    said = {"providerReferenceId": "S-1", "providerStatus": "accepted"}
    assert (await there.put("notifications", **said)).status == 202
    assert (await there.put("notifications", **said, school=ELSEWHERE)).code == 1002


async def test_each_sees_its_own_consents_only(hub: Hub) -> None:
    await Counterpart(hub).request()
    assert len((await hub.call(DASHBOARD, "GET", STATUSES)).json) == 1
    (other,) = (await hub.call(OTHER_PORTAL, "GET", STATUSES)).json
    assert other["scopes"] == ["entitlement.portal"]
    assert (await hub.call(ADMINISTRATION, "GET", STATUSES)).json == []


async def test_statuses_are_narrowed_down(hub: Hub) -> None:
    dashboard = Counterpart(hub)
    await dashboard.request()
    status = await dashboard.status()
    ours, theirs = status["providerReferenceId"], status["consumerReferenceId"]
    for query, found in (
        (f"{STATUSES}?api=usage-api", 0),
        (f"{STATUSES}?since=2126-01-01T00:00:00Z", 0),
        (f"{STATUSES}?since=2026-01-01T00:00:00Z", 1),
        (OF_SCHOOL, 1),
        (f"{OF_SCHOOL}&api=education-api", 0),
        (f"{STATUSES}/school?providerReferenceId={ours}", 1),
        (f"{STATUSES}/school?consumerReferenceId={theirs}", 1),
    ):
        assert (query, len((await hub.call(DASHBOARD, "GET", query)).json)) == (query, found)
    for query, status_code, code in (
        (f"{STATUSES}/school", 400, 11),
        (f"{STATUSES}?since=gisteren", 400, 11),
        (f"{STATUSES}?api=andere-api", 400, 11),
        (f"{STATUSES}/school?orgMasterId=000A000", 404, 23),
        (f"{STATUSES}/school?providerReferenceId=x", 404, 1001),
        (f"{STATUSES}/school?consumerReferenceId=x", 404, 1003),
    ):
        answer = await hub.call(DASHBOARD, "GET", query)
        assert (query, answer.status, answer.code) == (query, status_code, code)


async def test_shops_and_registries_have_nothing_to_consent_to(hub: Hub) -> None:
    for partner in (SHOP, REGISTRY):
        answer = await hub.call(partner, "GET", STATUSES)
        assert (answer.status, answer.code) == (403, 21)
    assert (await hub.call(None, "GET", STATUSES)).status == 401
    assert (await hub.call(PORTAL, "GET", f"{CONSENT}/requests")).status == 405
    assert (await hub.call(PORTAL, "GET", f"{CONSENT}/confirmations")).status == 405

"""What somebody at a school has, and had at some moment; their identifier is in no address."""

from __future__ import annotations

import json
from asyncio import to_thread
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.http_case import Answer, Hub
from tests.adapters.http_partners import OTHER_PORTAL, OTHER_SHOP, PORTAL, REGISTRY, SHOP, token
from tests.adapters.http_stories import CONFIRMATIONS, confirmation, eck, entitled
from tests.adapters.verb_case import typed
from tests.adapters.wire_case import SCHOOL

pytestmark = pytest.mark.anyio

OPERATOR = token("anybody", "aanspraak.trace", "aanspraak.operate")
PERSON = "persons/entitlements"


async def test_what_a_pupil_has_and_had_then(hub: Hub) -> None:
    first = await entitled(hub, eck(1))
    then = (await hub.facts())[-1]
    await hub.call(PORTAL, "PUT", CONFIRMATIONS, confirmation(first))
    second = await entitled(hub, eck(1))
    now = await _had(hub)
    assert {each["entitlementId"]: each["status"] for each in now["entitlements"]} == {
        str(first.entitlement_id): "link-placed",
        str(second.entitlement_id): "set-ready",
    }
    had = await _had(hub, f"?asOf={then.position}")
    (only,) = had["entitlements"]
    assert (only["entitlementId"], only["status"]) == (str(first.entitlement_id), "set-ready")
    assert [(each["partner"], each["steps"]) for each in only["partners"]] == [
        (REGISTRY, {"entitled": 1}),
        (PORTAL, {"asked": 1}),
    ]
    assert had["asOf"]["position"] == then.position
    assert "asOf" not in now
    assert (await _had(hub, "?asOf=1"))["entitlements"] == []


async def test_a_moment_whose_plus_became_a_space_is_read_all_the_same(hub: Hub) -> None:
    await entitled(hub, eck(1))
    had = await _had(hub, "?asOf=2026-08-01T08:30:00+02:00")
    assert had == {"asOf": {"position": 0, "at": "2026-08-01T06:30:00Z"}, "entitlements": []}


async def test_of_whom_nobody_knows_there_is_nothing(hub: Hub) -> None:
    await entitled(hub, eck(1))
    assert (await _had(hub, user=eck(2)))["entitlements"] == []
    answer = await _ask(hub, school={"organisationMasterIdentifier": "999Z999"})
    assert (answer.status, answer.code) == (404, 23)


async def test_a_partner_sees_what_is_its_own_while_the_school_consents(hub: Hub) -> None:
    await entitled(hub, eck(1))
    for partner, sees in ((SHOP, 1), (REGISTRY, 1), (PORTAL, 1), (OTHER_SHOP, 0)):
        bearer = token(partner, "aanspraak.trace")
        assert len((await _had(hub, bearer=bearer))["entitlements"]) == sees
    assert (await _had(hub, bearer=token(OTHER_PORTAL, "aanspraak.trace")))["entitlements"] == []
    await hub.consent(PORTAL, revoked=True)
    assert (await _ask(hub, bearer=token(PORTAL, "aanspraak.trace"))).status == 403


async def test_the_verb_shows_the_same_and_takes_no_identifier_as_an_argument(
    hub: Hub, tmp_path: Path
) -> None:
    asked = await entitled(hub, eck(1))
    then = (await hub.facts())[-1]
    await hub.call(PORTAL, "PUT", CONFIRMATIONS, confirmation(asked))
    given = ("trace", "person", SCHOOL["organisationMasterIdentifier"], "--user", "-")
    for more, status in (((), "link-placed"), (("--as-of", str(then.position)), "set-ready")):
        result = await to_thread(typed, hub.url, tmp_path, *given, *more, typing=json.dumps(eck(1)))
        assert result.exit_code == 0, result.output
        assert f"entitlement {asked.entitlement_id}: {status}" in result.output


async def _had(hub: Hub, query: str = "", **given: Any) -> Any:  # noqa: ANN401 - JSON
    answer = await _ask(hub, query, **given)
    assert answer.status == 200, answer.body
    return answer.json


async def _ask(
    hub: Hub,
    query: str = "",
    *,
    user: dict[str, str] | None = None,
    school: dict[str, Any] = SCHOOL,
    bearer: str = OPERATOR,
) -> Answer:
    body = {"school": school, "user": user or eck(1)}
    headers = {"Authorization": f"Bearer {bearer}"}
    return await hub.call(None, "POST", f"/trace/v1/{PERSON}{query}", body, **headers)

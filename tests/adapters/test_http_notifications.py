"""/notifications/v0: an administration tells of changes, and only of its own schools."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from aanspraak.domain import ids
from adapters.postgres.connection import connect
from adapters.postgres.roster_desk import Asker, RosterDesk, RosterSource, asked_as
from tests.adapters.http_case import NOW, Answer, Hub
from tests.adapters.http_partners import PORTAL, token
from tests.adapters.roster_case import registration

ONE = "/notifications/v0/notification"
MANY = "/notifications/v0/notifications"
SCHOOL = {"organisationMasterIdentifier": "25PW"}


def notification(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "id": str(uuid4()),
        "notificationType": "object",
        "objectType": "Enrollment",
        "objectId": "1",
        "school": SCHOOL,
        "created": "2026-08-24T08:00:00Z",
        **changed,
    }


@pytest.fixture
async def telling(hub: Hub) -> Hub:
    """Give a hub that follows 25PW at one administration and 30XY at another."""
    await hub.submit(
        *((ids.partner_stream(each), registration(hub.base, each)) for each in ("een", "twee"))
    )
    await hub.catch_up()
    services = hub.services
    desk = RosterDesk(services.pool, services.vault, now=hub.clock, grace=NOW - NOW)
    asker = Asker(actor="test", party="test", correlation_id="test")
    for school, provider in (("25PW", "een"), ("30XY", "twee")):
        known = await services.vault.school_id(school, ())
        asked = asked_as(school, ())
        source = RosterSource(provider=provider, sector="primary", asked=asked)
        assert (await desk.follow(known.school_id, source, asker)).refusal is None
    return hub


async def tell(
    hub: Hub, path: str, body: object, partner: str = "een", scope: str = "eduv.student.basic"
) -> Answer:
    headers = {"Authorization": f"Bearer {token(partner, scope)}"}
    return await hub.call(None, "POST", path, json.dumps(body).encode(), **headers)


async def wanted(hub: Hub) -> int:
    async with await connect(hub.url, "test") as conn:
        row = await (await conn.execute("SELECT count(*) FROM roster.wanted")).fetchone()
    return int(row[0]) if row else 0


async def test_the_school_of_a_notification_is_pulled_soon(telling: Hub) -> None:
    told = notification()
    answer = await tell(telling, ONE, told)
    assert (answer.status, answer.json) == (200, {"id": told["id"], "status": 0})
    assert answer.headers["API-Version"] == "0.9.1"
    assert await wanted(telling) == 1


async def test_one_without_a_school_concerns_all_of_the_sender(telling: Hub) -> None:
    told = notification(notificationType="bulk")
    del told["school"]
    assert (await tell(telling, ONE, told)).status == 200
    assert await wanted(telling) == 1


@pytest.mark.parametrize("school", ["30XY", "99ZZ"])
async def test_nobody_tells_about_anothers_school(telling: Hub, school: str) -> None:
    told = notification(school={"organisationMasterIdentifier": school})
    answer = await tell(telling, ONE, told)
    assert (answer.status, answer.code) == (200, 23)
    assert await wanted(telling) == 0


async def test_of_many_each_has_its_answer_and_the_good_ones_count(telling: Hub) -> None:
    good, bad = notification(), notification(objectType="Weather")
    answer = await tell(telling, MANY, [bad, good, 3])
    assert answer.status == 200
    assert [(each["id"], each["status"]) for each in answer.json] == [
        (bad["id"], 11),
        (good["id"], 0),
        ("", 11),
    ]
    assert "objectType must be one of" in answer.json[0]["statusMessage"]
    assert await wanted(telling) == 1


async def test_when_not_one_can_be_read_it_is_a_400(telling: Hub) -> None:
    bad = notification(created="yesterday")
    one, many = await tell(telling, ONE, bad), await tell(telling, MANY, [bad])
    assert (one.status, one.json["id"], one.code) == (400, bad["id"], 11)
    assert (many.status, many.json[0]["status"]) == (400, 11)
    assert (await tell(telling, MANY, {})).status == 400


async def test_only_administrations_may_tell(telling: Hub) -> None:
    assert (await telling.call(PORTAL, "POST", ONE, notification())).status == 403
    other = await tell(telling, ONE, notification(), scope="eduv.entitlement.portal")
    assert (other.status, other.code) == (403, 21)
    assert (await telling.call(None, "POST", ONE, notification())).status == 401


async def test_what_producers_provide_is_answered_with_405(telling: Hub) -> None:
    for method, path in (("GET", MANY), ("POST", "/notifications/v0/subscribe/students-api")):
        assert (await telling.call(None, method, path)).status == 405

"""A sandbox administration speaks the SIS APIs, and tells what changes."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from adapters.sandbox.roster_answers import READS
from adapters.wire.notifications_v0 import Notification
from adapters.wire.sis import read_list
from tests.adapters.sandbox_case import Stage, playing
from tests.adapters.wire_case import body, faults

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


async def ask(stage: Stage, path: str, **query: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {stage.token}"}
    async with stage.session.get(stage.url + path, params=query, headers=headers) as answer:
        read = await answer.read()
        return answer.status, json.loads(read) if read else None


@asynccontextmanager
async def school(**wish: Any) -> AsyncIterator[tuple[Stage, Any]]:  # noqa: ANN401 - JSON
    async with playing("administration") as stage:
        status, described = await stage.control("POST", "schools", {"school": "25PW", **wish})
        assert status == 200
        yield stage, described


SCHEMAS = {
    "organisations": ("education", "Organisation"),
    "studyofferings": ("education", "StudyOffering"),
    "subjectofferings": ("education", "SubjectOffering"),
    "schoolperiods": ("association", "SchoolPeriod"),
    "enrollments": ("association", "Enrollment"),
    "groups": ("association", "Group"),
    "assignments": ("association", "Assignment"),
    "students": ("students", "Student"),
    "employees": ("employees", "Employee"),
}


@pytest.mark.parametrize("path", READS)
async def test_every_object_is_as_the_official_text_has_it(path: str) -> None:
    api, schema = SCHEMAS[path.split("/")[3]]
    async with school(pupils=3) as (stage, _):
        status, objects = await ask(stage, path, orgMasterId="25PW")
    assert status == 200
    assert objects
    assert [fault for each in objects for fault in faults(api, schema, body(each))] == []


async def test_the_same_school_is_the_same_in_every_run() -> None:
    async with school() as (_, first):
        pass
    async with school() as (_, second):
        assert first == second


async def test_a_school_is_asked_for_by_the_identifier_it_was_made_with() -> None:
    async with school(school="DD_ID:77") as (stage, _):
        found = await ask(stage, "/students/v1/students/school", orgId="77", orgIdType="DD_ID")
        assert (found[0], len(found[1])) == (200, 30)
        stranger = await ask(stage, "/students/v1/students/school", orgMasterId="77")
        assert stranger == (400, {"status": 23, "statusMessage": "edu_org_id unknown"})


async def test_pupils_come_move_and_go() -> None:
    async with school(pupils=2) as (stage, _):
        _, changed = await stage.control(
            "POST", "roster", {"school": "25PW", "enrol": 1, "study": 2, "remove": [0]}
        )
        assert changed["enrolled"] == [2]
        assert [(each["number"], each["study"]) for each in changed["pupils"]] == [(1, 1), (2, 2)]
        _, moved = await stage.control(
            "POST", "roster", {"school": "25PW", "move": [1], "study": 0}
        )
        assert [(each["number"], each["study"]) for each in moved["pupils"]] == [(1, 0), (2, 2)]


@pytest.mark.parametrize(
    ("answers", "status", "said"),
    [("empty", 200, []), ("refused", 403, {"status": 22, "statusMessage": "consent required"})],
)
async def test_it_answers_as_it_is_told(answers: str, status: int, said: object) -> None:
    async with school() as (stage, _):
        await stage.control("POST", "roster", {"school": "25PW", "answers": answers})
        path = "/association/v1/enrollments/school"
        assert await ask(stage, path, orgMasterId="25PW") == (status, said)


async def test_who_subscribed_is_told_and_who_was_away_can_ask() -> None:
    async with school() as (stage, _):
        await stage.control("POST", "roster", {"school": "25PW", "enrol": 1})
        headers = {"Authorization": f"Bearer {stage.token}"}
        subscribe = stage.url + "/notifications/v0/subscribe/"
        for api, status in (("students-api", 200), ("weather-api", 400)):
            async with stage.session.post(subscribe + api, headers=headers) as answer:
                assert answer.status == status
        await stage.control("POST", "roster", {"school": "25PW", "remove": [0]})
        (told,) = await stage.hub.has(1)
        _, kept = await ask(stage, "/notifications/v0/notifications")
        assert len(kept) == 6
        assert told.school.organisation_master_identifier == "25PW"
        _, later = await ask(stage, "/notifications/v0/notifications", since=kept[2]["created"])
        assert later == kept[3:]
        for each in read_list(Notification, json.dumps(kept).encode()):
            assert each.notification_type == "bulk"

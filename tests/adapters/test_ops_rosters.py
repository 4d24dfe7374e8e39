"""/ops/v1/rosters: from where a school's roster comes, and one out of a file."""

from __future__ import annotations

from typing import Any

import pytest

from aanspraak.domain import ids
from aanspraak.domain.status_codes import SCHEMA_INCORRECT
from adapters.postgres.connection import connect
from adapters.postgres.roster import known
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import PORTAL
from tests.adapters.numbers_case import operated
from tests.adapters.roster_case import ADMINISTRATION, registration
from tests.adapters.wire_case import ECK_ID

FOLLOW, IMPORT = "/rosters/follow", "/rosters/import"
SCHOOL = {"organisationMasterIdentifier": "25PW"}


def follow(**changed: object) -> dict[str, object]:
    return {"school": SCHOOL, "provider": ADMINISTRATION, "sector": "secondary", **changed}


@pytest.fixture
async def ready(hub: Hub) -> Hub:
    """Give a hub that knows an administration."""
    await hub.submit((ids.partner_stream(ADMINISTRATION), registration(hub.base)))
    await hub.catch_up()
    return hub


async def test_a_school_is_followed_from_now_on(ready: Hub) -> None:
    assert (await operated(ready, "POST", FOLLOW, follow())).json == {"outcome": "followed"}
    assert (await operated(ready, "POST", FOLLOW, follow())).json == {"outcome": "unchanged"}
    (fact,) = await ready.facts("RosterFollowed")
    event: Any = fact.event
    assert (event.provider, event.sector) == (ADMINISTRATION, "secondary")
    assert fact.actor.startswith("operator:")
    assert await ready.services.vault.read_text(event.reason_id) == "as agreed by telephone"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"provider": PORTAL}, "provider is no student administration"),
        ({"provider": "nobody"}, "provider is no student administration"),
        ({"sector": "vocational"}, "in vocational education there is none"),
        ({"sector": "higher"}, "sector must be one of primary, secondary, vocational"),
        ({"school": {}}, "needs organisationMasterIdentifier"),
    ],
)
async def test_what_cannot_be_followed(ready: Hub, changed: Any, message: str) -> None:  # noqa: ANN401
    answer = await operated(ready, "POST", FOLLOW, follow(**changed))
    assert answer.status == (400 if answer.json["status"] == SCHEMA_INCORRECT else 409)
    assert message in answer.json["statusMessage"]
    assert await ready.facts("RosterFollowed") == []


async def test_a_school_may_have_only_files(ready: Hub) -> None:
    files = {"school": SCHOOL, "sector": "vocational"}
    assert (await operated(ready, "POST", FOLLOW, files)).json == {"outcome": "followed"}
    school = await ready.services.vault.school_id("25PW", ())
    async with await connect(ready.url, "test") as conn:
        state = await known(conn, school.school_id)
    assert state
    assert (state.provider, state.sector, state.last_success_at) == (None, "vocational", None)


async def test_the_good_lines_of_a_file_count_and_the_bad_are_named(ready: Hub) -> None:
    lines = [
        {"userMasterIdentifier": ECK_ID, "studies": ["havo-1"]},
        {"studies": ["havo-1"]},
        {"userMasterIdentifier": ECK_ID[:-1] + "0", "school": "30XY"},
    ]
    answer = await operated(ready, "POST", IMPORT, {"school": "25PW", "lines": lines})
    assert answer.status == 200
    assert answer.json == {
        "taken": [
            {"school": "25PW", "version": 1, "members": 1, "joined": 1, "left": 0},
            {"school": "30XY", "version": 1, "members": 1, "joined": 1, "left": 0},
        ],
        "refused": [
            {"line": 2, "message": "the message needs userMasterIdentifier or userIds"},
        ],
    }
    taken: list[Any] = [fact.event for fact in await ready.facts("RosterTaken")]
    assert [event.source for event in taken] == ["file", "file"]
    school = await ready.services.vault.school_id("25PW", ())
    async with await connect(ready.url, "test") as conn:
        state = await known(conn, school.school_id)
    assert state
    assert (state.source, state.provider) == ("file", None)


async def test_identifiers_of_two_persons_in_one_line_are_an_incident(ready: Hub) -> None:
    number = {"userIds": [{"userId": "5", "userIdType": "ASI"}]}
    both = {"userMasterIdentifier": ECK_ID, **number}
    for lines in ([{"userMasterIdentifier": ECK_ID}, number], [both]):
        answer = await operated(ready, "POST", IMPORT, {"school": "25PW", "lines": lines})
        assert answer.status == 200
    assert await ready.incidents() == ["user-identifiers-disagree"]


async def test_schools_of_which_the_identifiers_disagree_are_an_incident(ready: Hub) -> None:
    vault = ready.services.vault
    await vault.school_id("25PW", ())
    await vault.school_id(None, [("DD_ID", "7")])
    ids = [{"organisationId": "7", "organisationIdType": "DD_ID"}]
    both = {**SCHOOL, "organisationIds": ids}
    assert (await operated(ready, "POST", FOLLOW, follow(school=both))).status == 200
    assert await ready.incidents() == ["school-identifiers-disagree"]


async def test_lines_must_be_a_list(ready: Hub) -> None:
    answer = await operated(ready, "POST", IMPORT, {"lines": {}})
    assert (answer.status, answer.code) == (400, 11)


async def test_partners_may_not(ready: Hub) -> None:
    for path in (FOLLOW, IMPORT):
        assert (await ready.call(PORTAL, "POST", "/ops/v1" + path, follow())).status == 403

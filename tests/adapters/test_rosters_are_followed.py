"""The rosters of a sandbox administration, pulled over HTTP into a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.eduv.roster import TakeFailed
from adapters.postgres.roster_groups import groups_of_school
from adapters.security.persons import user_reference
from tests.adapters.http_case import Hub
from tests.adapters.roster_case import UNTIL, Following, following

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SCHEDULE = timedelta(hours=6)


@pytest.fixture
async def sis(hub: Hub) -> AsyncIterator[Following]:
    async with following(hub) as running:
        yield running


async def test_a_followed_school_is_pulled_at_once(sis: Following) -> None:
    made = await sis.school(pupils=30, employees=3)
    school = await sis.follow()
    await sis.tick()
    state = await sis.state(school)
    assert (state.version, state.source, state.last_error) == (1, "pull", None)
    assert len(await sis.members(school)) == 30
    assert len(await sis.members(school, "study", made["studies"][0])) == 10
    assert len(await sis.members(school, "subject", *made["subjects"][0][:2])) == 10
    assert len(await sis.members(school, "group", *made["groups"])) == 30
    called = await groups_of_school(sis.conn, school, UNTIL)
    assert [group.title for group in called] == ["klas 1a", "klas 2a", "klas 3a"]
    assert len(await sis.members(school, "role", "leermiddelencoordinator")) == 1
    assert await sis.facts() == ["RosterFollowed", "RosterTaken"]


async def test_it_is_pulled_again_on_schedule_and_not_before(sis: Following) -> None:
    await sis.school()
    await sis.follow()
    await sis.tick()
    await sis.tick(SCHEDULE - MINUTE)
    assert await sis.asked() == 1
    await sis.tick(MINUTE)
    assert await sis.asked() == 2
    assert await sis.facts() == ["RosterFollowed", "RosterTaken"]


async def test_a_leaver_is_gone_when_two_pulls_a_day_apart_lack_them(sis: Following) -> None:
    await sis.school(pupils=5)
    school = await sis.follow()
    await sis.tick()
    await sis.control("roster", school="25PW", remove=[0], tell=False)
    for _ in range(4):
        await sis.tick(SCHEDULE)
        assert len(await sis.members(school)) == 5
    await sis.tick(SCHEDULE)
    assert len(await sis.members(school)) == 4
    assert await sis.facts() == ["RosterFollowed", "RosterTaken", "RosterTaken"]


async def test_an_administration_that_tells_of_a_change_is_asked_at_once(sis: Following) -> None:
    await sis.school(pupils=5)
    school = await sis.follow()
    await sis.tick()
    await sis.control("roster", school="25PW", enrol=2)
    await _told(sis)
    await sis.tick(MINUTE)
    assert len(await sis.members(school)) == 7
    await sis.tick(MINUTE)
    assert await sis.asked() == 2


async def test_what_changed_while_the_follower_was_away_is_asked_for(sis: Following) -> None:
    await sis.school(pupils=5)
    school = await sis.follow()
    await sis.tick()
    await sis.control("behaviour", delaySeconds=600)
    await sis.control("roster", school="25PW", enrol=1)
    await sis.tick(MINUTE)
    assert len(await sis.members(school)) == 5
    sis.start_again()
    await sis.tick(MINUTE)
    await sis.tick(MINUTE)
    assert len(await sis.members(school)) == 6


async def test_a_school_is_asked_for_by_the_name_it_goes_by(sis: Following) -> None:
    for name, sector in (("104A158", "primary"), ("DD_ID:7", "primary"), ("BP_ID:8", "secondary")):
        await sis.school(name, pupils=3)
        await sis.follow(name, sector)
    await sis.tick()
    received = await sis.control("received")
    whole = [each for each in received if each.pop("path") != "/education/v1/organisations"]
    asked = {tuple(sorted(each.items())) for each in whole}
    assert asked == {
        (("orgMasterId", "104A158"),),
        (("filterByOrgId", "true"), ("orgId", "7"), ("orgIdType", "DD_ID")),
        (("filterByOrgId", "false"), ("orgId", "8"), ("orgIdType", "BP_ID")),
    }


async def test_a_school_is_asked_for_as_before_when_other_names_become_known(
    sis: Following,
) -> None:
    await sis.school("DD_ID:7", pupils=3)
    school = await sis.follow("DD_ID:7", "primary")
    await sis.hub.services.vault.school_id("104A158", [("DD_ID", "7")])
    await sis.tick()
    assert len(await sis.members(school)) == 3


@pytest.mark.parametrize(("sector", "learned"), [("secondary", True), ("primary", False)])
async def test_other_names_of_a_secondary_school_are_learned(
    sis: Following, sector: str, learned: bool
) -> None:
    await sis.school("104A158", alsoKnownAs=["DD_ID:7", "V_ID:09QQ01"], pupils=3)
    school = await sis.follow("104A158", sector)
    await sis.tick()
    found = await sis.hub.services.vault.find_school(None, [("DD_ID", "7")])
    assert (found is not None and found.school_id == school) is learned


@pytest.mark.parametrize("sector", ["secondary", "primary"])
async def test_a_school_is_shown_by_the_name_that_its_administration_gives_it(
    sis: Following, sector: str
) -> None:
    await sis.school("104A158", pupils=3)
    school = await sis.follow("104A158", sector)
    vault = sis.hub.services.vault
    assert await vault.school_name(school) == "104A158"
    await sis.tick()
    assert await vault.school_name(school) == "Het Voorbeeld (104A158)"


async def test_names_that_disagree_are_an_incident(sis: Following) -> None:
    await sis.hub.services.vault.school_id("30XY", [("DD_ID", "7")])
    await sis.school("104A158", alsoKnownAs=["DD_ID:7"], pupils=3)
    school = await sis.follow("104A158")
    await sis.tick()
    assert len(await sis.members(school)) == 3
    assert await sis.hub.incidents() == ["school-identifiers-disagree"]


async def test_an_administration_that_is_away_makes_nobody_a_leaver(sis: Following) -> None:
    await sis.school(pupils=5)
    school = await sis.follow()
    await sis.tick()
    await sis.control("behaviour", down="unavailable")
    for _ in range(8):
        await sis.tick(SCHEDULE)
    assert len(await sis.members(school)) == 5
    state = await sis.state(school)
    assert (state.last_error, state.version) == ("unreachable", 1)
    assert await sis.facts() == ["RosterFollowed", "RosterTaken", "unreachable"]
    assert await sis.hub.incidents() == ["roster-unavailable"]


async def test_what_fails_is_tried_again_less_and_less_often(sis: Following) -> None:
    await sis.school(pupils=5)
    school = await sis.follow()
    await sis.control("behaviour", down="unavailable")
    await sis.tick()
    assert (await sis.state(school)).failures == 1
    await sis.tick(MINUTE / 2)
    assert (await sis.state(school)).failures == 1
    await sis.tick(MINUTE / 2)
    assert (await sis.state(school)).failures == 2
    await sis.tick(MINUTE)
    assert (await sis.state(school)).failures == 2
    await sis.control("behaviour")
    await sis.tick(MINUTE)
    assert (await sis.state(school)).failures == 0
    assert await sis.facts() == ["RosterFollowed", "unreachable", "RosterTaken"]


@pytest.mark.parametrize("answers", ["refused", "empty", "unreadable"])
async def test_no_roster_is_no_reason_to_leave(sis: Following, answers: str) -> None:
    await sis.school(pupils=5)
    school = await sis.follow()
    await sis.tick()
    await sis.control("roster", school="25PW", answers=answers)
    for _ in range(3):
        await sis.tick(DAY)
    assert len(await sis.members(school)) == 5
    assert await sis.facts() == ["RosterFollowed", "RosterTaken", answers]
    assert await sis.hub.incidents() == ["roster-unavailable"]
    await sis.control("roster", school="25PW", answers="normal")
    await sis.tick(DAY)
    assert (await sis.state(school)).last_error is None
    assert len(await sis.hub.facts("IncidentClosed")) == 1


async def test_who_tells_nothing_of_employees_makes_none_of_them_a_leaver(sis: Following) -> None:
    await sis.school(pupils=5, employees=3)
    school = await sis.follow()
    await sis.tick()
    await sis.control("roster", school="25PW", withholds=["employees"], remove=[0], tell=False)
    for _ in range(3):
        await sis.tick(DAY)
    assert len(await sis.members(school)) == 4
    assert len(await sis.members(school, "role", "leermiddelencoordinator")) == 1


async def test_pupils_are_known_from_their_enrollments_alone(sis: Following) -> None:
    await sis.school(pupils=5, employees=0)
    school = await sis.follow()
    await sis.control("roster", school="25PW", withholds=["students", "employees"])
    await sis.tick()
    assert len(await sis.members(school)) == 5


async def test_without_consent_nobody_is_asked_and_nobody_leaves(sis: Following) -> None:
    await sis.school(pupils=5)
    school = await sis.follow()
    await sis.tick()
    sis.consents = False
    for _ in range(3):
        await sis.tick(DAY)
    assert await sis.asked() == 1
    assert len(await sis.members(school)) == 5
    assert await sis.facts() == ["RosterFollowed", "RosterTaken", "no-consent"]
    assert await sis.hub.incidents() == []


async def test_consent_given_later_is_noticed_within_minutes(sis: Following) -> None:
    await sis.school(pupils=5)
    school = await sis.follow()
    sis.consents = False
    for _ in range(9):
        await sis.tick(5 * MINUTE)
    sis.consents = True
    await sis.tick(5 * MINUTE)
    assert len(await sis.members(school)) == 5


async def test_an_operator_may_pull_whatever_the_schedule_says(sis: Following) -> None:
    await sis.school(pupils=5)
    school = await sis.follow()
    assert (await sis.pull(school)).joined == 5 + 3
    await sis.control("behaviour", down="closed")
    with pytest.raises(TakeFailed, match="unreachable"):
        await sis.pull(school)


async def test_who_moves_to_another_year_is_in_both_until_the_grace_is_over(sis: Following) -> None:
    made = await sis.school(pupils=3)
    school = await sis.follow()
    await sis.tick()
    await sis.control("roster", school="25PW", move=[0], study=1)
    await sis.tick(SCHEDULE)
    first, second = made["studies"][:2]
    assert len(await sis.members(school, "study", first)) == 1
    assert len(await sis.members(school, "study", second)) == 2
    await sis.tick(DAY)
    assert await sis.members(school, "study", first) == set()


async def test_the_same_person_is_known_from_an_order_and_from_a_roster(sis: Following) -> None:
    made = await sis.school(pupils=1)
    school = await sis.follow()
    await sis.tick()
    (subject,) = await sis.members(school)
    eck_id = made["pupils"][0]["user"]["userMasterIdentifier"]
    found = await sis.hub.services.vault.find(user_reference(eck_id, (), scope=str(school)))
    assert found == subject


@pytest.mark.slow
async def test_a_school_of_1_500_with_ten_subjects_each_is_pulled_within_half_a_minute(
    sis: Following,
) -> None:
    await sis.school(pupils=1_500, subjects=10)
    school = await sis.follow()
    taken = await sis.pull(school)
    assert (taken.members, taken.joined) == (1_503, 1_503)


async def _told(sis: Following) -> None:
    """Wait until the hub has answered the notification."""
    while not (await sis.control("effects"))["notified"]:
        pass

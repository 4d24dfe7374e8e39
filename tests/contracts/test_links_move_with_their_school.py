"""A school's portals change on a real log: every entitlement follows, and so does what comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from aanspraak.domain import ids
from aanspraak.domain.entitlement.commands import TakeConfirmation
from aanspraak.domain.entitlement.events import EntitlementCreated, LinkRequested, PortalsChanged
from aanspraak.domain.incident.events import IncidentOpened
from aanspraak.domain.order_users.commands import ListUsers
from tests.contracts.pool_case import SCHOOL, PoolCase, pupil
from tests.contracts.view_rows import follow, rows_of
from tests.domain.schools import add, remove, swap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import AsyncConnection

    from aanspraak.domain.school.commands import SchoolCommand

pytestmark = pytest.mark.anyio

NAMES_OLD: dict[str, Any] = {"portals": ("old",)}
OLD_TO_NEW = swap("old", "new", SCHOOL)


@pytest.fixture
async def case(conn: AsyncConnection[Any]) -> PoolCase:
    return PoolCase(conn=conn)


async def decide(case: PoolCase, command: SchoolCommand) -> None:
    """An operator does, and the policies follow."""
    await case.submit((ids.school_stream(command.school_id), command))
    await case.follow()


async def delivered(case: PoolCase, present: Iterable[int], **terms: Any) -> UUID:  # noqa: ANN401
    """An open order of which every link is placed."""
    await case.roster(present)
    order = await case.order(**{**NAMES_OLD, **terms})
    await case.follow()
    await settled(case)
    return order


async def settled(case: PoolCase) -> None:
    """Registry and portals have done what they were asked."""
    await case.registry_confirms()
    await case.portals_confirm()
    await case.portals_confirm()


async def told(case: PoolCase) -> list[tuple[str, str, str]]:
    """What portals were asked so far: the portal, the urlStatus and the lane."""
    events = [fact.event for fact in await case.log()]
    return [
        (one.portal, one.url_status, one.lane) for one in events if isinstance(one, LinkRequested)
    ]


async def goes_to(case: PoolCase) -> set[tuple[str, ...]]:
    """Where entitlements go, as the policies count and as the views show: the same."""
    await follow(case.conn)
    shown = await case.rows("SELECT DISTINCT portals FROM view.entitlement_details")
    at_school = await case.rows("SELECT DISTINCT portals FROM view.entitlements_by_school")
    orders = await case.rows("SELECT DISTINCT portals FROM view.delivery_order_status")
    assert sorted(shown) == sorted(at_school)
    assert sorted(shown) == sorted(orders)
    return {tuple(portals) for (portals,) in shown}


async def test_every_link_moves_and_the_order_hears_nothing_more(case: PoolCase) -> None:
    order = await delivered(case, [1, 2, 3])
    before = len(await told(case))
    answers = (await case.counted())["ConfirmationIssued"]
    await decide(case, OLD_TO_NEW)
    asked = (await told(case))[before:]
    assert asked == [("new", "initialized", "refresh"), ("old", "cancelled", "prompt")] * 3
    await settled(case)
    assert await goes_to(case) == {("new",)}
    assert (await case.counted())["ConfirmationIssued"] == answers
    (row,) = await case.rows(
        f"SELECT settled, delivered FROM policy.orders WHERE order_id='{order}'"
    )
    assert row == (3, 3)


async def test_what_a_customer_ordered_and_other_schools_stay_where_they_are(
    case: PoolCase,
) -> None:
    elsewhere = PoolCase(conn=case.conn, school=UUID(int=99))
    await delivered(case, [1])
    await delivered(elsewhere, [2])
    before = len(await told(case))
    await decide(case, add("new", UUID(int=98)))
    assert (await told(case))[before:] == []
    await decide(case, add("new", SCHOOL))
    assert (await told(case))[before:] == [("new", "initialized", "refresh")]


async def test_whoever_joins_later_goes_where_the_school_is_then(case: PoolCase) -> None:
    await delivered(case, [1])
    await decide(case, OLD_TO_NEW)
    await case.roster([1, 2])
    await case.follow()
    created = [fact.event for fact in await case.log()]
    *_, joiner = [one for one in created if isinstance(one, EntitlementCreated)]
    assert joiner.portals == ("new",)
    await settled(case)
    assert await goes_to(case) == {("new",)}
    assert (await case.counted())["PortalsChanged"] == 1


async def test_an_order_that_names_the_old_portal_goes_to_the_new_one_in_its_own_lane(
    case: PoolCase,
) -> None:
    await decide(case, OLD_TO_NEW)
    await delivered(case, [1])
    assert await told(case) == [("new", "initialized", "bulk")]
    assert (await case.counted())["PortalsChanged"] == 0


async def test_who_is_put_back_after_a_refused_cancel_goes_where_the_school_is_then(
    case: PoolCase,
) -> None:
    order = await delivered(case, [1, 2])
    stays = ids.entitlement_id(order, pupil(2), 1)
    await case.cancel(order)
    await case.follow()
    await decide(case, OLD_TO_NEW)
    await case.registry_confirms(refused=[stays])
    await settled(case)
    events = [fact.event for fact in await case.log()]
    *_, again = [one for one in events if isinstance(one, EntitlementCreated)]
    assert (again.turn, again.portals) == (2, ("new",))
    assert await goes_to(case) == {("new",)}
    links = await told(case)
    assert links.count(("old", "cancelled", "prompt")) == 2
    assert len([one for one in links if one[:2] == ("new", "initialized")]) == 2


async def test_what_was_asked_to_be_created_before_the_change_catches_up(case: PoolCase) -> None:
    """The policies read the log: the school changes between their asking and the fact."""
    await case.roster([1])
    await case.order(**NAMES_OLD)
    while not (await case.counted())["EntitlementCreated"]:
        await case.follow(batches=1, size=1)
    await case.submit((ids.school_stream(SCHOOL), OLD_TO_NEW))
    await case.follow()
    await settled(case)
    assert [one[:2] for one in await told(case)] == [("new", "initialized")]
    assert await goes_to(case) == {("new",)}


async def test_decisions_close_together_end_where_the_last_one_says(case: PoolCase) -> None:
    await delivered(case, [1, 2])
    school = ids.school_stream(SCHOOL)
    back = swap("new", "old", SCHOOL)
    await case.submit((school, OLD_TO_NEW), (school, back), (school, add("third", SCHOOL)))
    await case.follow()
    await settled(case)
    assert await goes_to(case) == {("old", "third")}
    assert "new" not in {portal for portal, _, _ in await told(case)}


async def test_codes_go_to_a_portal_only_if_their_order_names_one(case: PoolCase) -> None:
    for number, portals in enumerate(((), ("old",))):
        people = (pupil(number),)
        users_stream = UUID(int=number + 500)
        listed = ListUsers(subject_ids=people, user_reference_ids=people)
        await case.submit((users_stream, listed))
        await case.order(
            "school-activationcodes", portals=portals, users_count=1, users_stream=users_stream
        )
    await case.follow()
    await decide(case, add("new", SCHOOL))
    await settled(case)
    assert await goes_to(case) == {(), ("old", "new")}


async def test_a_link_that_the_new_portal_refuses_is_an_incident_there(case: PoolCase) -> None:
    await delivered(case, [1])
    await decide(case, OLD_TO_NEW)
    (asked,) = [
        fact
        for fact in await case.log()
        if isinstance(fact.event, LinkRequested) and fact.event.portal == "new"
    ]
    assert isinstance(asked.event, LinkRequested)
    refusal = TakeConfirmation(
        partner="new",
        reference_id=asked.event.reference_id,
        receive_id="no",
        processed_timestamp=asked.recorded_at,
        success=False,
        status=4042,
        status_message_id=None,
        new_entitlement_status=None,
        portal="new",
        url_status=None,
    )
    await case.submit((asked.stream_id, refusal))
    await case.follow()
    incidents = [fact.event for fact in await case.log()]
    (opened,) = [one for one in incidents if isinstance(one, IncidentOpened)]
    assert (opened.party, opened.code, opened.kind) == ("new", 4042, "link-refused")


async def test_a_large_school_is_moved_in_parts(case: PoolCase) -> None:
    await case.roster(range(650))
    await case.order(**NAMES_OLD)
    await case.follow()
    await decide(case, remove("old", SCHOOL))
    moved = [fact for fact in await case.log() if isinstance(fact.event, PortalsChanged)]
    assert len({fact.stream_id for fact in moved}) == len(moved) == 650
    assert await case.rows("SELECT * FROM policy.fan_outs") == []


async def test_built_anew_the_policies_count_the_same(case: PoolCase) -> None:
    await delivered(case, [1, 2])
    await decide(case, OLD_TO_NEW)
    await settled(case)
    before = await case.tables()
    await case.follow_anew()
    assert await case.tables() == before


async def test_the_days_of_use_are_seen_where_the_school_is(case: PoolCase) -> None:
    order = await delivered(case, [1])
    await case.activate(order, 1)
    await decide(case, OLD_TO_NEW)
    await follow(case.conn)
    (day,) = await rows_of(case.conn, "activations_by_day")
    assert ["new"] in day

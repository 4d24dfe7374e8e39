"""Open orders over HTTP: taken, refused, waiting for a roster, over quantity, leavers released."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from aanspraak.domain import ids
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import SHOP
from tests.adapters.http_stories import eck, ordered
from tests.adapters.numbers_case import operated, traced
from tests.adapters.open_order_case import administration, ordered_openly, school_of
from tests.contracts.pool_case import belongs, pupil

pytestmark = pytest.mark.anyio


async def _trace(hub: Hub, order_id: UUID) -> Any:  # noqa: ANN401 - an answer
    return (await traced(hub, f"/orders/{order_id}")).json


async def _last_answer(hub: Hub) -> tuple[bool, int]:
    answers: list[Any] = [fact.event for fact in await hub.facts("ConfirmationIssued")]
    return answers[-1].success, answers[-1].status


async def test_without_a_roster_it_is_taken_and_the_trace_says_what_it_waits_for(hub: Hub) -> None:
    order_id = await ordered_openly(hub, totalQuantity=5)
    trace = await _trace(hub, order_id)
    assert (trace["status"], trace["orderStatus"]) == ("overdue", "ordered")
    assert trace["totalQuantity"] == 5
    hub.clock.at = datetime(2026, 7, 31, 12, tzinfo=UTC)
    trace = await _trace(hub, order_id)
    assert trace["status"] == "received"
    (waiting,) = trace["waitingOn"]
    assert (waiting["kind"], waiting["role"]) == ("roster", "student-administration")
    assert waiting["schoolId"] == str(await school_of(hub))


async def test_when_the_roster_is_there_it_waits_for_the_registry(hub: Hub) -> None:
    order_id = await ordered_openly(hub)
    async with administration(hub) as school:
        await school.roster([1, 2, 3])
    trace = await _trace(hub, order_id)
    assert trace["counts"]["ordered"] == trace["counts"]["received"] == 3
    assert [each["kind"] for each in trace["waitingOn"]] == ["registry"]


async def test_an_order_whose_users_have_it_by_an_older_one_waits_for_no_roster(hub: Hub) -> None:
    await ordered_openly(hub)
    async with administration(hub) as school:
        await school.roster([1, 2, 3], *belongs("study", "h3"))
    of_year = [{"studyYearId": "h3", "quantity": 3}]
    again = await _trace(hub, await ordered_openly(hub))
    year = await _trace(hub, await ordered_openly(hub, "school-studies", studyYears=of_year))
    officials = await _trace(hub, await ordered_openly(hub, "school-admin"))
    for trace in (again, year):
        assert (trace["status"], trace["covered"], trace["waitingOn"]) == ("received", True, [])
    assert [each["kind"] for each in officials["waitingOn"]] == ["roster"]
    assert "covered" not in officials


async def test_more_activations_than_were_bought_are_over_quantity(hub: Hub) -> None:
    order_id = await ordered_openly(hub, totalQuantity=1)
    assert (await _trace(hub, order_id))["overQuantity"] == 0
    async with administration(hub) as school:
        await school.roster([1, 2, 3])
        await hub.catch_up()
        await school.activate(ids.order_stream(order_id), 1, 2, 3)
    assert (await _trace(hub, order_id))["overQuantity"] == 2


async def test_what_is_ordered_by_name_is_delivered_and_the_trace_notes_the_double(
    hub: Hub,
) -> None:
    by_name = await ordered(hub, eck(1))
    named: Any = (await hub.facts("EntitlementCreated"))[0].event
    openly = await ordered_openly(hub)
    async with administration(hub) as school:
        same_person = named.subject_id.int - pupil(0).int
        await school.roster([same_person, 2])
    assert len(await hub.facts("EntitlementCreated")) == 3
    assert (await _trace(hub, openly))["doubles"] == 1
    assert (await _trace(hub, by_name.order_id))["doubles"] == 1
    seen = (await traced(hub, f"/orders/{by_name.order_id}", SHOP)).json
    assert seen["doubles"] == 1


@pytest.mark.parametrize(
    ("used_first", "success", "quantity", "over"), [((1,), True, 2, 1), ((1, 2, 3), False, 3, 0)]
)
async def test_lowered_below_what_is_used_it_is_refused_and_used_above_it_is_over_quantity(
    hub: Hub, *, used_first: tuple[int, ...], success: bool, quantity: int, over: int
) -> None:
    """The same lower number and the same activations: whichever came first was right."""
    order_id = await ordered_openly(hub, totalQuantity=3)
    async with administration(hub) as school:
        await school.roster([1, 2, 3])
        await hub.catch_up()
        await school.activate(ids.order_stream(order_id), *used_first)
        await hub.catch_up()
        await ordered_openly(hub, order_id=order_id, totalQuantity=2)
        (told,) = await _answers_with_a_number(hub)
        assert (told.success, told.status) == (success, 0 if success else 4141)
        await school.activate(ids.order_stream(order_id), *{1, 2, 3}.difference(used_first))
    trace = await _trace(hub, order_id)
    assert (trace["totalQuantity"], trace["overQuantity"]) == (quantity, over)
    assert await hub.facts("CancellationAsked") == []


async def _answers_with_a_number(hub: Hub) -> list[Any]:
    """What the shop was told about quantities."""
    answers: list[Any] = [fact.event for fact in await hub.facts("ConfirmationIssued")]
    return [each for each in answers if each.new_total_quantity or each.status == 4141]


@pytest.mark.parametrize(
    ("delivery_type", "selection", "code"),
    [
        ("school-studies", {"studyYears": [{"studyYearId": "one"}, {"studyYearId": "?"}]}, 4105),
        ("school-subjects", {"subjects": [{"subjectId": "?"}]}, 4105),
        ("school-groups", {"groups": [{"groupId": "?"}]}, 4107),
    ],
)
async def test_what_the_school_does_not_know_is_refused_once_its_roster_was_taken(
    hub: Hub, delivery_type: str, selection: dict[str, Any], code: int
) -> None:
    await ordered_openly(hub, delivery_type, **selection)
    assert len(await hub.facts("DeliveryOrderReceived")) == 1
    async with administration(hub) as school:
        await school.roster([1], *belongs("group", "one"), *belongs("study", "one"))
    await ordered_openly(hub, delivery_type, **selection)
    assert await _last_answer(hub) == (False, code)


async def test_a_school_whose_sector_has_no_administration_needs_a_file(hub: Hub) -> None:
    await ordered_openly(hub)
    async with administration(hub) as school:
        await school.conn.execute(
            "INSERT INTO roster.schools (school_id, sector) VALUES (%s, 'vocational')",
            (school.school,),
        )
        await ordered_openly(hub)
        assert await _last_answer(hub) == (False, 4121)
        await school.roster([1])
    await ordered_openly(hub)
    assert len(await hub.facts("DeliveryOrderReceived")) == 2


async def test_leavers_who_are_held_back_go_when_an_operator_says_so(hub: Hub) -> None:
    order_id = await ordered_openly(hub)
    async with administration(hub) as school:
        await school.roster(range(30))
        await hub.catch_up()
        await school.roster(range(15))
    (held,) = (await operated(hub, "GET", "/leavers")).json
    assert (held["deliveryOrderId"], held["heldBack"], held["of"]) == (str(order_id), 15, 30)
    assert (await _trace(hub, order_id))["heldBack"] == 15
    assert await hub.incidents() == ["leavers-held-back"]
    assert (await operated(hub, "POST", f"/leavers/{order_id}/release")).status == 200
    await hub.catch_up()
    assert (await operated(hub, "GET", "/leavers")).json == []
    assert len(await hub.facts("CancellationAsked")) == 15
    again = await operated(hub, "POST", f"/leavers/{order_id}/release")
    assert (again.status, again.code) == (409, 4199)


async def test_of_an_order_that_is_not_there_nobody_can_be_released(hub: Hub) -> None:
    assert (await operated(hub, "POST", f"/leavers/{uuid4()}/release")).status == 404

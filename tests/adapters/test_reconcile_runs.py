"""Comparing with shops, and runs: what they are about, and how they end, fail and go on."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from aanspraak.domain import ids
from adapters.postgres import reads_reconciled
from adapters.postgres.reconciliations import Scope
from tests.adapters.http_partners import REGISTRY, SHOP
from tests.adapters.http_stories import ORDERS, eck, entitled, order, ordered
from tests.adapters.reading_case import read_server
from tests.adapters.reconcile_case import Story, comparing, reading, told, used
from tests.adapters.wire_case import SCHOOL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NIGHT = date(2026, 11, 22)
CONTRACT = "RC-2026-17"

pytestmark = pytest.mark.anyio


@pytest.fixture
async def story(database_url: str, tmp_path: Path) -> AsyncIterator[Story]:
    async with told(database_url, tmp_path) as begun:
        yield begun


async def test_a_shop_that_has_something_else(story: Story) -> None:
    cancelled, same, missing = [await entitled(story.hub, eck(n)) for n in (1, 2, 3)]
    story.shows(cancelled.order_id, "cancelled")
    story.shows(same.order_id, "ordered")
    assert (await story.compare("shop")).new_differences == 2
    again = await story.compare("shop")
    assert (again.orders, again.new_differences, again.known_differences) == (3, 0, 2)
    found = {what for what, _, _ in await story.differing()}
    assert found == {"cancelled-there", "unknown-there"}
    concerned: list[Any] = [fact.event for fact in await story.hub.facts("IncidentOpened")]
    assert {event.code for event in concerned} == {4199}
    assert {event.order for event in concerned} == {
        ids.order_stream(each.order_id) for each in (cancelled, missing)
    }


async def test_a_lower_quantity_that_never_came(story: Story) -> None:
    whole_school = {"school": SCHOOL, "totalQuantity": 30}
    message = order(deliveryType="school-all", deliverySpecification=whole_school)
    assert (await story.hub.call(SHOP, "PUT", ORDERS, message)).status == 202
    await story.hub.catch_up()
    given = UUID(message["deliveryOrder"]["deliveryOrderId"])
    story.shows(given, "ordered", total=30)
    assert (await story.compare("shop")).new_differences == 0
    story.shows(given, "ordered", total=20)
    assert (await story.compare("shop")).new_differences == 1
    assert await story.differing() == [("quantity", "30", "20")]


async def test_an_order_that_a_shop_has_and_we_never_got(story: Story) -> None:
    so_far = await entitled(story.hub, eck(1), contractId=CONTRACT)
    story.shows(so_far.order_id, "ordered")
    lost: dict[str, Any] = {
        "deliveryOrderId": str(uuid4()),
        "status": "ordered",
        "deliverySpecification": {},
    }
    ours = {**lost, "deliveryOrderId": str(so_far.order_id)}
    unsent = {**lost, "deliveryOrderId": str(uuid4()), "status": "created"}
    story.server.answers[f"/deliveryorders/contracts/{CONTRACT}"] = (200, [ours, lost, unsent])
    assert (await story.compare("shop", Scope(contract_id=CONTRACT))).new_differences == 1
    assert (await story.compare("shop")).new_differences == 0
    assert await story.differing() == [("unknown-here", None, None)]
    story.server.answers[f"/deliveryorders/{lost['deliveryOrderId']}"] = (200, lost)
    scope = Scope(delivery_order_id=UUID(lost["deliveryOrderId"]), partner=SHOP)
    assert (await story.reconciler.run("shop", scope)) is not None
    assert len(await story.hub.facts("IncidentOpened")) == 1


async def test_only_what_was_asked_for_is_compared(story: Story) -> None:
    one = await entitled(story.hub, eck(1), contractId=CONTRACT)
    await entitled(story.hub, eck(2))
    await story.compare("registry", Scope(contract_id=CONTRACT))
    await story.compare("registry", Scope(delivery_order_id=one.order_id))
    assert story.server.asked == [f"/usage/deliveryorders/{one.order_id}"] * 2
    since = datetime.now(UTC) + timedelta(days=1)
    await story.reconciler.run("registry", Scope(since=since))
    await story.reconciler.run("registry", Scope(partner=SHOP))
    assert len(story.server.asked) == 2


async def test_a_run_tells_what_it_was_about_and_nothing_when_that_was_everything(
    story: Story,
) -> None:
    for scope in (Scope(contract_id=CONTRACT), Scope()):
        await story.reconciler.run("shop", scope)
    async with story.hub.services.pool.connection() as conn:
        everything, contract = await reads_reconciled.runs(conn)
    assert everything.scope == ""
    assert CONTRACT in contract.scope


async def test_a_registry_that_fails_is_left_alone_and_nothing_is_made_of_it(story: Story) -> None:
    for number in range(5):
        so_far = await entitled(story.hub, eck(number))
        story.server.answers[f"/usage/deliveryorders/{so_far.order_id}"] = (503, {})
    part = await story.compare("registry")
    assert (part.orders, part.failures, part.stopped_by) == (3, 3, "http_503")
    assert await story.differing() == []


async def test_a_night_that_was_cut_short_goes_on_where_it_was(story: Story) -> None:
    so_fars = sorted(
        [await entitled(story.hub, eck(number)) for number in range(3)],
        key=lambda each: ids.order_stream(each.order_id),
    )
    for so_far in so_fars:
        story.tells(so_far, used(so_far, user={}))
    last = f"/usage/deliveryorders/{so_fars[2].order_id}"
    whole = story.server.answers.pop(last)
    story.server.hangs_at = last
    night = asyncio.create_task(story.reconciler.run_night("registry", NIGHT, live_on=NIGHT))
    async with asyncio.timeout(20):
        while last not in story.server.asked:  # noqa: ASYNC110 - it tells when asked
            await asyncio.sleep(0.01)
    night.cancel()
    await asyncio.gather(night, return_exceptions=True)
    story.server.hangs_at, story.server.answers[last] = None, whole
    story.server.asked.clear()
    await story.reconciler.run_night("registry", NIGHT, live_on=NIGHT)
    assert story.server.asked == [last]
    await story.reconciler.run_night("registry", NIGHT, live_on=NIGHT)
    assert story.server.asked == [last]
    async with story.hub.services.pool.connection() as conn:
        (run,) = await reads_reconciled.runs(conn)
        (part,) = await reads_reconciled.parts(conn, run.run_id)
    assert (run.night, run.finished_at is not None) == (NIGHT, True)
    assert (part.orders, part.activations) == (3, 3)


async def test_an_order_that_is_long_over_is_not_compared_at_night(story: Story) -> None:
    await entitled(story.hub, eck(1))
    await story.reconciler.run_night("registry", NIGHT, live_on=date(2028, 1, 1))
    assert story.server.asked == []


async def test_a_registry_that_hangs_holds_up_nobody_else(story: Story) -> None:
    so_far = await ordered(story.hub, eck(2), productId="9789006100020")
    await entitled(story.hub, eck(1))
    story.server.hangs = True
    async with read_server() as other, comparing(story.hub, 0.2) as impatient:
        other_name = "andere-uitgever"
        await story.hub.submit(
            (ids.partner_stream(other_name), reading(other, other_name, "registry"))
        )
        await story.hub.catch_up()
        async with asyncio.timeout(20):
            run_id = await impatient.run("registry", Scope())
        assert other.asked == [f"/usage/deliveryorders/{so_far.order_id}"]
    async with story.hub.services.pool.connection() as conn:
        parts = {each.partner: each for each in await reads_reconciled.parts(conn, run_id)}
    assert (parts[REGISTRY].failures, parts[other_name].failures) == (1, 0)

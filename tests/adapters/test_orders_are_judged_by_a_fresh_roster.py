"""What the last roster lacks an order is not refused for, before the school was asked again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.adapters.http_case import Hub
from tests.adapters.http_partners import SHOP
from tests.adapters.http_stories import ORDERS, order
from tests.adapters.roster_case import Following, following

SCHOOL = {"organisationMasterIdentifier": "25PW"}


@pytest.fixture
async def sis(hub: Hub) -> AsyncIterator[Following]:
    async with following(hub) as running:
        yield running


async def test_a_study_year_that_was_made_since_the_last_pull_is_known(sis: Following) -> None:
    await sis.school(studies=2)
    await sis.follow()
    await sis.tick()
    made = await sis.school(studies=3)
    assert await _ordered(sis, made["studies"][2]) == []
    assert await sis.asked() == 2
    assert len(await sis.hub.facts("DeliveryOrderReceived")) == 1


async def test_what_a_fresh_pull_lacks_too_is_refused(sis: Following) -> None:
    await sis.school()
    await sis.follow()
    await sis.tick()
    assert await _ordered(sis, "no study") == [4105]
    assert await sis.asked() == 2
    assert await _ordered(sis, "nor this", later=timedelta()) == [4105, 4105]
    assert await sis.asked() == 2


async def test_while_the_administration_cannot_be_asked_the_order_waits(sis: Following) -> None:
    await sis.school()
    school = await sis.follow()
    await sis.tick()
    await sis.control("behaviour", down="unavailable")
    assert await _ordered(sis, "made this morning") == []
    assert await sis.facts() == ["RosterFollowed", "RosterTaken", "unreachable"]
    assert await _ordered(sis, "and this", later=timedelta()) == []
    assert len(await sis.hub.facts("DeliveryOrderReceived")) == 2
    assert (await sis.state(school)).failures == 1


async def _ordered(sis: Following, study: str, later: timedelta = timedelta(hours=1)) -> list[int]:
    """Order for a study year while the follower goes on; all refusals so far."""
    sis.hub.clock.at += later
    message = order(
        deliveryType="school-studies",
        deliverySpecification={"school": SCHOOL, "studyYears": [{"studyYearId": study}]},
        portals=[],
    )
    ordering = asyncio.create_task(sis.hub.call(SHOP, "PUT", ORDERS, message))
    while not ordering.done():
        await sis.tick()
        await asyncio.wait([ordering], timeout=0.05)
    assert (await ordering).status == 202
    refused: list[Any] = [each.event for each in await sis.hub.facts("DeliveryOrderRequestRefused")]
    return [each.status for each in refused]

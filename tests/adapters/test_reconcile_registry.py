"""Comparing with registries: what we lacked is taken over, what differs is seen once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from aanspraak.domain import ids
from tests.adapters.http_partners import REGISTRY
from tests.adapters.http_stories import ACTIVATION, activation, eck, entitled, ordered
from tests.adapters.reading_case import usage
from tests.adapters.reconcile_case import Story, told, unused, used

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.anyio


@pytest.fixture
async def story(database_url: str, tmp_path: Path) -> AsyncIterator[Story]:
    async with told(database_url, tmp_path) as begun:
        yield begun


async def test_a_use_that_got_lost_is_taken_over_once(story: Story) -> None:
    so_far = await entitled(story.hub, eck(1))
    story.tells(so_far, used(so_far, user=eck(1)))
    first = await story.compare("registry")
    assert (first.orders, first.compared, first.activations) == (1, 1, 1)
    (fact,) = await story.hub.facts("InitialActivationReported")
    event: Any = fact.event
    assert fact.stream_id == so_far.entitlement_id
    assert fact.actor == "reconcile"
    assert (event.source, event.first, event.anomalies) == ("reconciled", True, ())
    assert (event.usage_date, event.expiration_date) == (date(2026, 9, 1), date(2027, 7, 31))
    again = await story.compare("registry")
    assert (again.orders, again.activations, again.new_differences) == (1, 0, 0)
    assert len(await story.hub.facts("InitialActivationReported")) == 1
    assert len(await story.hub.facts("DeliveryOrderLicensed")) == 1
    assert await story.differing() == []


async def test_what_was_reported_in_time_is_no_news(story: Story) -> None:
    so_far = await entitled(story.hub, eck(1))
    reported = activation(so_far.entitlement_id, eck(1), usageDate="2026-09-01")
    assert (await story.hub.call(REGISTRY, "PUT", ACTIVATION, reported)).status == 202
    story.tells(so_far, used(so_far, user=eck(1)))
    behind = await story.compare("registry")  # the views have not followed yet
    assert behind.activations == 0
    assert (await story.compare("registry")).activations == 0
    assert len(await story.hub.facts("InitialActivationReported")) == 1


async def test_a_use_without_its_user_is_of_whom_it_was_meant_for(story: Story) -> None:
    so_far = await entitled(story.hub, eck(1))
    story.tells(so_far, used(so_far, user={}, expirationDate=None))
    story.server.answers[f"/usage/deliveryorders/{so_far.order_id}"][1]["entitlements"][0].pop(
        "expirationDate"
    )
    assert (await story.compare("registry")).activations == 1
    (created,) = await story.hub.facts("EntitlementCreated")
    (fact,) = await story.hub.facts("InitialActivationReported")
    origin: Any = created.event
    event: Any = fact.event
    assert event.user_subject_id == origin.subject_id
    assert event.expiration_date == origin.expiration_date


async def test_a_use_by_somebody_else_is_a_fact_and_an_incident(story: Story) -> None:
    so_far = await entitled(story.hub, eck(1))
    story.tells(so_far, used(so_far, user=eck(2)))
    assert (await story.compare("registry")).activations == 1
    assert "activated-by-another-user" in await story.hub.incidents()


async def test_a_licence_that_ends_later_there_is_taken_over(story: Story) -> None:
    so_far = await entitled(story.hub, eck(1))
    await story.hub.call(REGISTRY, "PUT", ACTIVATION, activation(so_far.entitlement_id, eck(1)))
    await story.hub.catch_up()
    story.tells(so_far, used(so_far, user=eck(1), expirationDate="2028-07-31"))
    assert (await story.compare("registry")).activations == 1
    assert (await story.compare("registry")).activations == 0
    last: Any = (await story.hub.facts("InitialActivationReported"))[-1].event
    assert last.expiration_moved


@pytest.mark.parametrize("status", ["cancelled", "blocked"])
async def test_another_status_is_one_incident(story: Story, status: str) -> None:
    so_far = await entitled(story.hub, eck(1))
    story.tells(so_far, unused(so_far, status))
    assert (await story.compare("registry")).new_differences == 1
    again = await story.compare("registry")
    assert (again.new_differences, again.known_differences) == (0, 1)
    assert await story.differing() == [("status", "entitled", status)]
    (incident,) = await story.hub.facts("IncidentOpened")
    event: Any = incident.event
    assert (event.party, event.kind, event.code) == (REGISTRY, "difference-found", 4099)
    assert event.order == ids.order_stream(so_far.order_id)
    assert event.entitlement_id == so_far.entitlement_id


async def test_a_difference_that_is_gone_closes_its_incident_and_may_come_back(
    story: Story,
) -> None:
    so_far = await entitled(story.hub, eck(1))
    story.tells(so_far, unused(so_far, "cancelled"))
    await story.compare("registry")
    story.tells(so_far, unused(so_far, "entitled"))
    part = await story.compare("registry")
    assert (part.new_differences, part.known_differences) == (0, 0)
    assert await story.differing() == []
    (closed,) = await story.hub.facts("IncidentClosed")
    event: Any = closed.event
    assert event.cause == "mended"
    story.tells(so_far, unused(so_far, "cancelled"))
    await story.compare("registry")
    assert len(await story.hub.facts("IncidentReopened")) == 1


async def test_an_incident_lists_what_it_is_about_up_to_a_hundred(story: Story) -> None:
    so_far = await entitled(story.hub, eck(1))
    strangers = [usage(entitlementStatus="entitled") for _ in range(120)]
    story.tells(so_far, unused(so_far, "blocked"), *strangers)
    assert (await story.compare("registry")).new_differences == 121
    assert len(await story.hub.facts("IncidentOpened")) == 2
    assert len(await story.hub.facts("IncidentExtended")) == 99


async def test_what_the_registry_does_not_know_and_what_we_do_not(story: Story) -> None:
    so_far = await entitled(story.hub, eck(1))
    story.tells(so_far, usage(entitlementStatus="entitled"))
    assert (await story.compare("registry")).new_differences == 2
    whats = [what for what, _, _ in await story.differing()]
    assert whats == ["unknown-here", "unknown-there"]
    assert await story.hub.incidents() == ["difference-found", "difference-found"]


async def test_an_order_that_the_registry_does_not_know(story: Story) -> None:
    await entitled(story.hub, eck(1))
    assert (await story.compare("registry")).new_differences == 1
    assert await story.differing() == [("unknown-there", "entitled", None)]


async def test_what_a_registry_says_of_anothers_entitlement_is_unknown_here(story: Story) -> None:
    so_far = await entitled(story.hub, eck(1))
    other = await ordered(story.hub, eck(2), productId="9789006100020")
    story.tells(so_far, unused(so_far, "entitled"), used(other, user=eck(2)))
    await story.compare("registry")
    assert await story.hub.facts("InitialActivationReported") == []
    assert await story.differing() == [("unknown-here", None, None)]

"""Message n about a thing to a partner is sent only when n-1 has an outcome, whatever its lane."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web

from aanspraak.domain.entitlement.commands import (
    ReportInitialActivation,
    RequestLinks,
    TakeConfirmation,
)
from aanspraak.domain.entitlement.events import RequestTaken
from aanspraak.domain.ids import request_reference
from adapters.kafka.channel import KafkaLanes
from adapters.postgres.flows import seek
from tests.adapters.gateway_case import MINUTE, Hub, gateway, opened
from tests.adapters.partner_case import PartnerServer, Request, accepts, says, serving
from tests.contracts.waiting import until
from tests.domain import entitlements
from tests.domain.entitlements import EVENING, MORNING


@pytest.fixture
async def hub(database_url: str, either_channel: KafkaLanes | None) -> AsyncIterator[Hub]:
    async with opened(database_url, either_channel) as one:
        await one.consent("portal-a")
        yield one


@pytest.fixture
async def portal() -> AsyncIterator[PartnerServer]:
    async with serving("portal-a") as server:
        yield server


async def test_a_refresh_does_not_overtake_the_link(hub: Hub, portal: PartnerServer) -> None:
    """The link is in the bulk lane, behind many others; its refresh waits all the same."""
    (entitlement,) = await _linked(hub, lane="bulk")
    await _refreshed(hub, entitlement)
    sent = await hub.sent_to("portal-a")
    assert [(one.lane, one.number) for one in sent] == [("bulk", 1), ("refresh", 2)]
    async with gateway(hub, portal):
        await hub.until_facts(2, RequestTaken)
    assert _asked(portal) == [("initialized", None), ("initialized", "2030-07-31")]


async def test_what_failed_is_not_overtaken_by_a_later_number(
    hub: Hub, portal: PartnerServer
) -> None:
    (entitlement,) = await _linked(hub)
    portal.answer = says(500)
    async with gateway(hub, portal):
        await _parked(hub, ("failed", 1))
        await _refreshed(hub, entitlement)
        await _parked(hub, ("failed", 1), ("behind", 2))
        portal.answer = accepts
        hub.clock.advance(MINUTE)
        await hub.until_facts(2, RequestTaken)
    assert [one.reference_id for one in portal.requests] == [
        str(request_reference(entitlement, "portal-a", number)) for number in (1, 1, 2)
    ]
    assert await _reasons(hub) == []


async def test_one_request_about_a_thing_is_under_way_at_a_time(
    hub: Hub, portal: PartnerServer
) -> None:
    go = asyncio.Event()

    async def slowly(request: Request) -> web.Response:
        await go.wait()
        return accepts(request)

    portal.answer = slowly
    (entitlement,) = await _linked(hub)
    async with gateway(hub, portal):
        await portal.got(1)
        await _refreshed(hub, entitlement)
        await _parked(hub, ("behind", 2))
        assert len(portal.requests) == 1
        go.set()
        await hub.until_facts(2, RequestTaken)
    assert len(portal.requests) == 2


async def test_a_message_that_comes_out_of_the_channel_twice_is_sent_once(
    hub: Hub, portal: PartnerServer
) -> None:
    """As after a crash between what was recorded and its acknowledgement."""
    await _linked(hub, 3)
    async with gateway(hub, portal):
        await hub.until_facts(3, RequestTaken)
    await hub.lose_acknowledgements("portal-a")
    async with gateway(hub, portal):
        await _linked(hub)
        await hub.until_facts(4, RequestTaken)
    assert len(portal.requests) == 4


async def test_what_is_parked_is_not_sent_from_the_channel_too(
    hub: Hub, portal: PartnerServer
) -> None:
    await _linked(hub)
    portal.answer = says(500)
    async with gateway(hub, portal):
        await _parked(hub, ("failed", 1))
    await hub.lose_acknowledgements("portal-a")
    channel = hub.channel(hub.conn)

    async def acknowledged_again() -> bool:
        return await channel.acknowledged("portal-a", "prompt") > 0

    async with gateway(hub, portal):
        await until(acknowledged_again)
    assert len(portal.requests) == 1


async def test_what_is_sought_again_goes_unless_it_has_an_outcome(
    hub: Hub, portal: PartnerServer
) -> None:
    """As when brokers or tables were put back: of one that was dealt with there is no outcome."""
    before = datetime.now(UTC)
    await _linked(hub, 3)
    async with gateway(hub, portal):
        await hub.until_facts(3, RequestTaken)
        lost = portal.requests[1].entitlement_id
        await hub.conn.execute(
            "DELETE FROM channel.progress WHERE partner = 'portal-a' AND key = %s", (lost,)
        )
        await seek(hub.conn, "portal-a", before)
        await portal.got(4)
        await _linked(hub)
        await portal.got(5)
    assert portal.requests[3].entitlement_id == lost
    assert await hub.rows("SELECT seek_to FROM channel.flows") == [(None,)]


async def test_a_small_order_does_not_wait_for_a_large_one(hub: Hub, portal: PartnerServer) -> None:
    await _linked(hub, 300, lane="bulk")
    await _linked(hub, 20, lane="prompt")
    await _refreshed(hub, *await _linked(hub, 5, lane="prompt"))
    async with gateway(hub, portal, concurrency=1):
        await hub.until_facts(330, RequestTaken)
    lanes = await _lanes_in_order_of_sending(hub, portal)
    assert max(place for place, lane in enumerate(lanes) if lane == "prompt") < 60
    assert max(place for place, lane in enumerate(lanes) if lane == "refresh") < 150
    assert lanes[:3] != ["prompt"] * 3


async def test_a_channel_may_be_sent_to_while_a_gateway_serves_it(
    hub: Hub, portal: PartnerServer
) -> None:
    async with gateway(hub, portal):
        for _ in range(5):
            await _linked(hub)
        await hub.until_facts(5, RequestTaken)
    assert await hub.channel(hub.conn).acknowledged("portal-a", "prompt") > 0


async def _linked(hub: Hub, count: int = 1, **changes: object) -> list[UUID]:
    """Entitlements of which the registry is ready and the portal is asked for the link."""
    streams = await hub.entitle(
        "publisher", count, portals=("portal-a",), expiration_date=None, **changes
    )
    confirmed: list[tuple[UUID, object]] = [(one, _ready(one)) for one in streams]
    link = RequestLinks(portals=("portal-a",), now=MORNING)
    await hub.ask(*confirmed, *((one, link) for one in streams))
    return streams


async def _refreshed(hub: Hub, *streams: UUID) -> None:
    """They are used, and expire later: the portal is to be told."""
    used = ReportInitialActivation(
        registry="publisher",
        user_subject_id=hub.subject,
        another_user=False,
        product_id=entitlements.CREATE.product_id,
        usage_date=entitlements.CREATE.start_date,
        expiration_date=entitlements.CREATE.start_date.replace(year=2030, month=7, day=31),
    )
    link = RequestLinks(portals=("portal-a",), now=EVENING + timedelta(days=1))
    for one in streams:
        await hub.ask((one, used), (one, link))


def _ready(stream: UUID) -> TakeConfirmation:
    reference = request_reference(stream, "publisher", 1)
    return entitlements.registry_says(reference_id=reference)


def _asked(portal: PartnerServer) -> list[tuple[str, Any]]:
    said = [request.body["entitlement"] for request in portal.requests]
    return [(one["urlStatuses"][0]["urlStatus"], one.get("expirationDate")) for one in said]


async def _lanes_in_order_of_sending(hub: Hub, portal: PartnerServer) -> list[str]:
    lanes = {one.reference_id: one.lane for one in await hub.sent_to("portal-a")}
    return [lanes[request.reference_id] for request in portal.requests]


async def _reasons(hub: Hub) -> list[tuple[Any, ...]]:
    return await hub.rows("SELECT reason, number FROM channel.parked ORDER BY number")


async def _parked(hub: Hub, *rows: tuple[str, int]) -> None:
    await hub.until_row((len(rows),), "SELECT count(*) FROM channel.parked")
    assert await _reasons(hub) == list(rows)

"""The gateway and consents: what is told to a partner."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from aanspraak.domain import ids
from aanspraak.domain.consent.events import (
    ConsentEnded,
    ConsentMessageRejected,
    ConsentMessageTaken,
)
from aanspraak.domain.entitlement.events import RequestDropped, RequestRejected, RequestTaken
from tests.adapters.gateway_case import Hub, gateway, opened, with_link_asked
from tests.adapters.partner_case import says, serving
from tests.domain.consents import GIVE, REVOKE, TO_PORTAL

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.anyio


def _stream(partner: str) -> UUID:
    about = replace(TO_PORTAL, partner=partner)
    return ids.consent_stream(about.school_id, about.partner, about.api, about.scope)


async def test_a_partner_is_told_at_its_consent_api(database_url: str) -> None:
    about = replace(TO_PORTAL, partner="portal")
    async with opened(database_url) as hub, serving("portal") as portal, gateway(hub, portal):
        await hub.ask((_stream("portal"), replace(GIVE, about=about)))
        (request,) = await portal.got(1)
        assert request.path == "/v1/consent/notifications"
        assert request.body["providerStatus"] == "accepted"
        (taken,) = await hub.until_facts(1, ConsentMessageTaken)
        assert taken.stream_id == _stream("portal")


async def test_what_a_partner_rejects_of_it_is_a_fact(database_url: str) -> None:
    about = replace(TO_PORTAL, partner="portal")
    async with opened(database_url) as hub, serving("portal") as portal, gateway(hub, portal):
        portal.answer = says(400, {"status": 1002})
        await hub.ask((_stream("portal"), replace(GIVE, about=about)))
        (rejected,) = await hub.until_facts(1, ConsentMessageRejected)
        assert rejected.event == ConsentMessageRejected(
            partner="portal", number=1, http_status=400, status=1002
        )


async def _sent_to_portal(hub: Hub, *kinds: type) -> list[Any]:
    facts = await hub.until_facts(1, *kinds)
    return [fact.event for fact in facts]


async def test_without_consent_of_the_school_nothing_goes_to_a_portal(database_url: str) -> None:
    async with opened(database_url) as hub, serving("portal") as portal:
        await with_link_asked(hub)
        async with gateway(hub, portal):
            (dropped,) = await _sent_to_portal(hub, RequestDropped)
            assert dropped == RequestDropped(partner="portal", number=1, reason="no-consent")
        assert portal.requests == []
        outcomes = "SELECT outcome FROM channel.attempts WHERE partner = 'portal'"
        assert await hub.rows(outcomes) == [("dropped",)]


async def test_with_it_it_goes(database_url: str) -> None:
    async with opened(database_url) as hub, serving("portal") as portal:
        await hub.consent("portal")
        await with_link_asked(hub)
        async with gateway(hub, portal):
            await portal.got(1)
            await _sent_to_portal(hub, RequestTaken)


async def test_what_was_queued_when_it_was_taken_back_is_dropped(database_url: str) -> None:
    async with opened(database_url) as hub, serving("portal") as portal:
        await hub.consent("portal")
        await with_link_asked(hub)
        await hub.consent("portal", replace(REVOKE, tells=False))
        async with gateway(hub, portal):
            await _sent_to_portal(hub, RequestDropped)
        assert portal.requests == []


async def test_a_portal_without_consent_of_the_school_says_so(database_url: str) -> None:
    async with opened(database_url) as hub, serving("portal") as portal:
        stream = await hub.consent("portal")
        await with_link_asked(hub)
        portal.answer = says(403, {"status": 22})
        async with gateway(hub, portal):
            (dropped,) = await _sent_to_portal(hub, RequestDropped)
            assert dropped.reason == "no-consent"
            (ended,) = await hub.until_facts(1, ConsentEnded)
            assert ended.stream_id == stream
        assert await hub.facts(RequestRejected) == []

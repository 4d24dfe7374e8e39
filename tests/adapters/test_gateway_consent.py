"""The gateway and consents: what is told to a partner."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from aanspraak.domain import ids
from aanspraak.domain.consent.events import ConsentMessageRejected, ConsentMessageTaken
from tests.adapters.gateway_case import gateway, opened
from tests.adapters.partner_case import says, serving
from tests.domain.consents import GIVE, TO_PORTAL

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

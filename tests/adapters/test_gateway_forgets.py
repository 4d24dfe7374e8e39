"""What was under way about somebody who is forgotten at once: dropped, on record, and then over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from aanspraak.application.forgetting import cancel, standing
from aanspraak.domain import ids
from aanspraak.domain.entitlement.commands import RecordRequestTaken
from aanspraak.domain.entitlement.events import RequestDropped
from aanspraak.domain.entitlement.withdrawal_events import EntitlementCancelled
from adapters.postgres.event_log import read_many
from adapters.postgres.forgetting import erase
from tests.adapters.gateway_case import NOON, Hub, gateway, opened
from tests.adapters.partner_case import PartnerServer
from tests.domain.entitlements import ENTITLED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def hub(database_url: str) -> AsyncIterator[Hub]:
    async with opened(database_url) as one:
        yield one


async def test_a_cancellation_that_cannot_be_told_any_more_is_one_here(
    hub: Hub, registry: PartnerServer
) -> None:
    (entitlement,) = await hub.entitle("registry", portals=())
    ready = replace(
        ENTITLED,
        partner="registry",
        reference_id=ids.request_reference(entitlement, "registry", 1),
    )
    taken = RecordRequestTaken(partner="registry", number=1)
    await hub.ask((entitlement, taken), (entitlement, ready))
    await hub.ask((entitlement, cancel(hub.subject, UUID(int=1), NOON)))
    await erase(hub.conn, [hub.subject])
    async with gateway(hub, registry):
        (dropped,) = await hub.until_facts(1, RequestDropped)
        (cancelled,) = await hub.until_facts(1, EntitlementCancelled)
    assert dropped.event == RequestDropped(partner="registry", number=2, reason="forgotten")
    assert cancelled.stream_id == entitlement
    assert registry.requests == []
    history: Any = (await read_many(hub.conn, [entitlement]))[entitlement]
    now = standing([fact.event for fact in history], NOON.date())
    assert (now.live, now.under_way) == (False, False)

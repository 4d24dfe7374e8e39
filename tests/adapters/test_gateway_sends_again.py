"""What was given up goes again by a job, as it is, over either channel; and only once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from aanspraak.domain.entitlement.events import RequestGivenUp, RequestTaken
from adapters.jobs.carrying import Carrier
from adapters.jobs.sending_again import SendingAgain
from adapters.kafka.channel import KafkaLanes
from adapters.postgres.failed_messages import Meant
from adapters.postgres.parked import parked_of
from adapters.postgres.send_again import Alone, ask_send_again
from tests.adapters.gateway_case import Hub, gateway, opened
from tests.adapters.partner_case import PartnerServer, accepts, says
from tests.contracts.job_case import ONE

FREELY = Alone(most=1_000, seconds=3_600)


@pytest.fixture
async def hub(database_url: str, either_channel: KafkaLanes | None) -> AsyncIterator[Hub]:
    async with opened(database_url, either_channel) as one:
        yield one


async def test_what_was_given_up_goes_under_its_own_reference_id(
    hub: Hub, registry: PartnerServer
) -> None:
    streams = await hub.entitle("registry", 3)
    await _given_up(hub, registry, len(streams))
    registry.answer = accepts
    tried = len(registry.requests)
    job_id = await _asked(hub, Meant(partner="registry"))
    async with gateway(hub, registry):
        await _carry_out(hub, job_id)
        await _carry_out(hub, job_id)
        await hub.until_facts(3, RequestTaken)
    again = [one.reference_id for one in registry.requests[tried:]]
    assert sorted(again) == sorted({one.reference_id for one in registry.requests[:tried]})
    assert await parked_of(hub.conn, streams) == []


async def test_only_what_is_meant_goes(hub: Hub, registry: PartnerServer) -> None:
    (one, other) = await hub.entitle("registry", 2)
    await _given_up(hub, registry, 2)
    registry.answer = accepts
    job_id = await _asked(hub, Meant(entitlement_id=one))
    async with gateway(hub, registry):
        await _carry_out(hub, job_id)
        await hub.until_facts(1, RequestTaken)
    (parked,) = await parked_of(hub.conn, [one, other])
    assert (parked.key, parked.reason) == (other, "gave_up")


async def _given_up(hub: Hub, registry: PartnerServer, count: int) -> None:
    """Every message failed until its ladder ended, while the partner took others."""
    registry.answer = says(500)
    async with gateway(hub, registry):
        for attempts in range(1, 5):
            failed = "SELECT count(*) FROM channel.parked WHERE reason = 'failed' AND attempts = %s"
            await hub.until_row((count,), failed, attempts)
            hub.clock.advance(timedelta(days=1))
        await hub.until_facts(count, RequestGivenUp)


async def _asked(hub: Hub, meant: Meant) -> UUID:
    answer = await ask_send_again(hub.conn, ONE, meant, per_second=1_000, allowed=FREELY)
    assert answer.job_id is not None
    return answer.job_id


async def _carry_out(hub: Hub, job_id: UUID) -> None:
    kinds = {"send-again": SendingAgain(now=hub.clock.now, allowed=FREELY)}
    await Carrier(url=hub.url, kinds=kinds).carry_out(job_id)

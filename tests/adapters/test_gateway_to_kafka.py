"""A partner that reads Kafka itself: what goes to it lies in its topic, sealed; all else stays."""

from __future__ import annotations

import asyncio
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from kafka import TopicPartition
from kafka.errors import MessageSizeTooLargeError

from aanspraak.application.forgetting import cancel
from aanspraak.domain.entitlement.events import RequestDropped, RequestTaken
from adapters.kafka import topics
from adapters.kafka.cluster import Cluster
from adapters.kafka.letters import Letters
from adapters.postgres.connection import connect
from adapters.postgres.flows import pause, resume
from adapters.postgres.forgetting import erase
from adapters.security.issuing import new_key
from adapters.security.key_sets import public_jwk
from adapters.security.sealed import unseal
from tests.adapters.gateway_case import (
    ECK_ID,
    MINUTE,
    NOON,
    Hub,
    gateway,
    opened,
    with_link_asked,
)
from tests.adapters.partner_case import PartnerServer, serving
from tests.broker import new_cluster
from tests.contracts.messaging import message
from tests.contracts.waiting import until
from tests.domain.consents import REVOKE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.security.key_sets import AsymmetricKey

pytestmark = pytest.mark.anyio


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A hub, a registry that reads Kafka, and its private key."""

    hub: Hub
    registry: PartnerServer
    letters: Letters
    cluster: Cluster
    key: AsymmetricKey

    async def got(self, count: int) -> list[Any]:
        """The records in the topic of the registry, when there are so many."""
        topic = topics.messages(self.cluster, "registry")
        await asyncio.to_thread(topics.make, self.cluster, [topic])
        consumer = self.cluster.consumer(None)
        consumer.assign([TopicPartition(topic.name, nth) for nth in range(topic.partitions)])
        found: list[Any] = []

        async def so_many() -> bool:
            for records in (await asyncio.to_thread(consumer.poll, 100)).values():
                found.extend(records)
            return len(found) >= count

        await until(so_many)
        consumer.close()
        return found

    def opened(self, record: Any) -> Any:  # noqa: ANN401 - the client has no types
        """A record as the registry reads it."""
        said = json.loads(record.value)
        student = said["entitlement"]["entitlementSpecification"]["student"]
        student["userMasterIdentifier"] = unseal(student["userMasterIdentifier"], self.key)
        return record.partition, record.key, record.headers, said

    async def end(self, partner: str = "registry") -> int:
        """How many records lie in the topic of a partner."""
        topic = topics.messages(self.cluster, partner)
        await asyncio.to_thread(topics.make, self.cluster, [topic])
        consumer = self.cluster.consumer(None)
        places = [TopicPartition(topic.name, nth) for nth in range(topic.partitions)]
        ends = await asyncio.to_thread(consumer.end_offsets, places)
        consumer.close()
        return sum(ends.values())


@pytest.fixture
async def reading(kafka_server: str, database_url: str) -> AsyncIterator[Reading]:
    key, cluster = new_key(), new_cluster(kafka_server)
    letters = Letters(cluster)
    async with opened(database_url) as hub, serving("registry") as registry:
        registry.public_key = public_jwk(key)
        yield Reading(hub=hub, registry=registry, letters=letters, cluster=cluster, key=key)
    letters.close()


async def test_its_messages_lie_in_its_topic_and_only_it_can_say_about_whom(
    reading: Reading,
) -> None:
    (entitlement,) = await reading.hub.entitle("registry")
    async with gateway(reading.hub, reading.registry, letters=reading.letters):
        (taken,) = await reading.hub.until_facts(1, RequestTaken)
    (record,) = await reading.got(1)
    headers = dict(record.headers)
    asked = taken.position - 1
    assert record.key == str(entitlement).encode()
    assert (headers["ce_id"], headers["ce_number"]) == (str(asked).encode(), b"1")
    assert headers["ce_type"] == b"aanspraak.entitlement-request.v1"
    said = json.loads(record.value)["entitlement"]
    student = said["entitlementSpecification"]["student"]
    assert said["entitlementId"] == str(entitlement)
    assert unseal(student["userMasterIdentifier"], reading.key) == ECK_ID
    assert reading.registry.requests == []


async def test_those_about_one_entitlement_lie_in_the_order_of_their_numbers(
    reading: Reading,
) -> None:
    hub = reading.hub
    streams = await hub.entitle("registry", 20)
    await hub.ask(*((stream, cancel(hub.subject, UUID(int=1), NOON)) for stream in streams))
    async with gateway(hub, reading.registry, letters=reading.letters):
        await hub.until_facts(40, RequestTaken)
    records = await reading.got(40)
    numbers: dict[bytes, list[bytes]] = {}
    for record in sorted(records, key=lambda one: (one.partition, one.offset)):
        numbers.setdefault(record.key, []).append(dict(record.headers)["ce_number"])
    assert len(numbers) == 20
    assert all(each == [b"1", b"2"] for each in numbers.values())


async def test_about_somebody_who_was_forgotten_nothing_goes_there(reading: Reading) -> None:
    hub = reading.hub
    await hub.entitle("registry")
    await erase(hub.conn, [hub.subject])
    async with gateway(hub, reading.registry, letters=reading.letters):
        (dropped,) = await hub.until_facts(1, RequestDropped)
    assert dropped.event == RequestDropped(partner="registry", number=1, reason="forgotten")
    assert await reading.end() == 0


async def test_after_a_crash_a_message_may_lie_there_twice_with_the_same_ids(
    reading: Reading,
) -> None:
    hub = reading.hub
    await hub.entitle("registry")
    async with await connect(hub.url, "in the way") as other, other.transaction():
        await other.execute("LOCK TABLE channel.progress IN SHARE ROW EXCLUSIVE MODE")
        async with gateway(hub, reading.registry, letters=reading.letters) as running:
            await reading.got(1)
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
    assert await hub.facts(RequestTaken) == []
    async with gateway(hub, reading.registry, letters=reading.letters):
        await hub.until_facts(1, RequestTaken)
    one, again = [reading.opened(record) for record in await reading.got(2)]
    assert one == again
    assert len(await hub.facts(RequestTaken)) == 1


async def test_a_message_that_is_too_large_is_no_reason_against_the_others(
    reading: Reading,
) -> None:
    bodies = [b"{}", json.dumps({"noise": secrets.token_urlsafe(2_000_000)}).encode(), b"{}"]
    key = public_jwk(reading.key)
    sending = [
        reading.letters.send(message(nth, partner="registry"), body, key)
        for nth, body in enumerate(bodies)
    ]
    first, large, last = await asyncio.gather(*sending, return_exceptions=True)
    assert isinstance(large, MessageSizeTooLargeError)
    assert (first, last) == (None, None)
    assert len(await reading.got(2)) == 2


async def test_without_consent_of_the_school_nothing_goes_there(reading: Reading) -> None:
    hub = reading.hub
    async with serving("portal") as portal:
        portal.public_key = reading.registry.public_key
        await hub.consent("portal")
        await with_link_asked(hub)
        await hub.consent("portal", replace(REVOKE, tells=False))
        async with gateway(hub, portal, letters=reading.letters):
            (dropped,) = await hub.until_facts(1, RequestDropped)
    assert dropped.event == RequestDropped(partner="portal", number=1, reason="no-consent")
    assert await reading.end("portal") == 0


async def test_while_the_operator_pauses_it_nothing_goes_there(reading: Reading) -> None:
    hub = reading.hub
    await pause(hub.conn, "registry", NOON)
    await hub.entitle("registry", 3)
    async with (
        serving("witness") as witness,
        gateway(hub, reading.registry, witness, letters=reading.letters),
    ):
        await hub.entitle("witness")
        await witness.got(1)
        assert await reading.end() == 0
        await resume(hub.conn, "registry")
        await hub.until_facts(4, RequestTaken)
    assert await reading.end() == 3


async def test_while_the_brokers_are_away_it_waits_as_one_that_cannot_be_reached(
    reading: Reading,
) -> None:
    hub, nowhere = reading.hub, Letters(Cluster(bootstrap_servers="127.0.0.1:1"))
    await hub.entitle("registry", 20)
    async with gateway(hub, reading.registry, letters=nowhere):
        await hub.until_row(
            ("unreachable",), "SELECT DISTINCT reason FROM channel.parked WHERE reason <> 'failed'"
        )
    nowhere.close()
    hub.clock.advance(MINUTE)
    async with gateway(hub, reading.registry, letters=reading.letters):
        await hub.until_facts(20, RequestTaken)
    assert len({record.key for record in await reading.got(20)}) == 20

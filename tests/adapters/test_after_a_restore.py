"""PostgreSQL came out of a backup and Kafka did not: what operations has one do gives each once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from psycopg.sql import SQL, Literal

from aanspraak.domain.entitlement.events import RequestTaken
from adapters.kafka import topics
from adapters.kafka.channel import REPUBLISHING, KafkaLanes
from adapters.postgres.event_log import last_position, position_at
from adapters.postgres.republish import republish
from tests.adapters.gateway_case import Hub, gateway, opened
from tests.adapters.partner_case import PartnerServer
from tests.contracts.messaging import message

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BEYOND = 100_000_000
GO_ON_AT = SQL("ALTER TABLE log.stored_events ALTER COLUMN notification_id RESTART WITH {}")


@pytest.fixture
async def hub(database_url: str, kafka_lanes: KafkaLanes) -> AsyncIterator[Hub]:
    async with opened(database_url, kafka_lanes) as one:
        yield one


async def test_what_is_of_a_time_that_is_gone_never_goes_and_all_else_goes_once(
    hub: Hub, registry: PartnerServer
) -> None:
    assert hub.lanes is not None
    known = await hub.entitle("registry", 3)
    gone = [message(nth, partner="registry", position=nth) for nth in range(100, 120)]
    again = replace(message(partner="registry", position=99), key=known[0], number=2, follows=1)
    await hub.lanes.on(hub.conn).send([*gone, again])

    before = await last_position(hub.conn)
    await hub.conn.execute(GO_ON_AT.format(Literal(before + BEYOND)))
    with hub.lanes.cluster.admin() as admin:
        admin.delete_topics([topics.requests(hub.lanes.cluster, "registry").name])
    hub.lanes.close()
    await hub.conn.execute(
        "INSERT INTO channel.bookmarks (name, position) VALUES ('publisher', %s)", (before,)
    )
    beside = KafkaLanes(hub.lanes.cluster, REPUBLISHING)
    assert await republish(hub.conn, beside.on(hub.conn), LONG_AGO) == {"registry": 3}
    beside.close()

    later = await hub.entitle("registry", 2)
    async with gateway(hub, registry):
        taken = await hub.until_facts(5, RequestTaken)
    asked = [request.entitlement_id for request in registry.requests]
    assert sorted(asked) == sorted([*known, *later])
    assert min(one.position for one in taken) > before + BEYOND
    assert await position_at(hub.conn, datetime.now(UTC)) == await last_position(hub.conn)

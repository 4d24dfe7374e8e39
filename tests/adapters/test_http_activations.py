"""PUT /usage/activation: the registry is right about what happened, also when it is odd."""

from __future__ import annotations

import asyncio
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from psycopg import AsyncConnection

from aanspraak.application.policies import entitle
from aanspraak.domain import ids
from aanspraak.domain.delivery_order.events import DeliveryOrderReceived
from aanspraak.domain.order_users.events import UsersListed
from aanspraak.domain.school.state import SchoolPortals
from adapters.postgres.connection import connect
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import OTHER_REGISTRY, REGISTRY, SHOP
from tests.adapters.http_stories import (
    ACTIVATION,
    ORDERS,
    activation,
    eck,
    entitled,
    order,
    ordered,
)
from tests.adapters.wire_case import SCHOOL

pytestmark = pytest.mark.anyio


async def test_a_first_use_is_a_fact(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    answer = await hub.call(REGISTRY, "PUT", ACTIVATION, activation(asked.entitlement_id, eck(1)))
    assert (answer.status, answer.body) == (202, b"")
    assert answer.headers["API-Version"] == "1.0.0"
    (reported,) = await _reported(hub)
    (created,) = await hub.facts("EntitlementCreated")
    assert (reported.first, reported.anomalies) == (True, ())
    assert reported.user_subject_id == created.event.subject_id  # type: ignore[attr-defined]


async def test_the_same_activation_counts_once(hub: Hub) -> None:
    message = activation((await entitled(hub, eck(1))).entitlement_id, eck(1))
    for _ in range(3):
        assert (await hub.call(REGISTRY, "PUT", ACTIVATION, message)).status == 202
    assert len(await _reported(hub)) == 1


async def test_activation_by_another_user_is_kept_and_looked_at(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    message = activation(asked.entitlement_id, eck(2))
    assert (await hub.call(REGISTRY, "PUT", ACTIVATION, message)).status == 202
    await hub.catch_up()
    (reported,) = await _reported(hub)
    assert reported.anomalies == ("activated-by-another-user",)
    assert await hub.incidents() == ["activated-by-another-user"]


async def test_another_type_of_identifier_is_learned(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    learned = {"userIds": [{"userId": "l1", "userIdType": "NEPPI"}]}
    other = {"userIds": [{"userId": "l2", "userIdType": "NEPPI"}]}
    for user in (learned, other):
        message = activation(asked.entitlement_id, user, usageDate="2026-08-25")
        assert (await hub.call(REGISTRY, "PUT", ACTIVATION, message)).status == 202
    first, second = await _reported(hub)
    assert (first.anomalies, second.anomalies) == ((), ("activated-by-another-user",))


async def test_a_code_is_used_by_somebody_and_compared_as_a_code(hub: Hub) -> None:
    named = {"school": SCHOOL, "activationCodes": ["AB12-CD34"]}
    codes = {"deliveryType": "school-activationcodes", "deliverySpecification": named}
    asked = await ordered(hub, eck(1), **codes)
    kind = {"entitlementType": "school-activationcode"}
    for code, day in (("ab12 cd34", "2026-08-24"), ("ZZ99", "2026-08-25")):
        message = activation(
            asked.entitlement_id, eck(1), activationCode=code, usageDate=day, **kind
        )
        assert (await hub.call(REGISTRY, "PUT", ACTIVATION, message)).status == 202
    right, wrong = await _reported(hub)
    assert (right.anomalies, wrong.anomalies) == ((), ("activated-by-another-user",))


async def test_an_activation_of_an_unknown_entitlement_is_held(hub: Hub) -> None:
    for _ in range(2):
        answer = await hub.call(REGISTRY, "PUT", ACTIVATION, activation(UUID(int=7), eck(1)))
        assert (answer.status, answer.code) == (404, 4040)
    assert await hub.services.vault.held_count() == 1
    assert await hub.incidents() == ["unknown-entitlement"]


async def test_what_was_held_is_taken_up_when_the_entitlement_appears(hub: Hub) -> None:
    message = order(eck(1))
    await hub.call(SHOP, "PUT", ORDERS, message)
    known: Any = (await hub.facts("UsersListed"))[0].event
    stream = ids.order_stream(UUID(message["deliveryOrder"]["deliveryOrderId"]))
    entitlement_id = ids.entitlement_id(stream, known.subject_ids[0], 1)
    early = activation(entitlement_id, eck(1))
    assert (await hub.call(REGISTRY, "PUT", ACTIVATION, early)).status == 404
    theirs = await hub.call(OTHER_REGISTRY, "PUT", ACTIVATION, early)
    assert theirs.status == 404
    await hub.catch_up()
    (reported,) = await _reported(hub)
    assert reported.registry == REGISTRY
    assert await hub.services.vault.held_count() == 0


async def test_an_entitlement_that_appears_while_its_activation_is_held_gets_it(hub: Hub) -> None:
    await hub.call(SHOP, "PUT", ORDERS, order(eck(1)))
    (received,) = await hub.facts("DeliveryOrderReceived")
    (listed,) = await hub.facts("UsersListed")
    users, taken = cast("UsersListed", listed.event), cast("DeliveryOrderReceived", received.event)
    (create,) = entitle(received, taken, users, SchoolPortals())
    message = activation(create.stream_id, eck(1))
    async with await connect(hub.url, "test") as conn:
        async with conn.transaction():
            await conn.execute("LOCK TABLE vault.held_activations IN ACCESS EXCLUSIVE MODE")
            call = asyncio.create_task(hub.call(REGISTRY, "PUT", ACTIVATION, message))
            await _somebody_waits(conn)
            await hub.submit((create.stream_id, create.command))
        assert (await call).status == 202
    assert len(await _reported(hub)) == 1
    assert await hub.services.vault.held_count() == 0


async def test_another_registry_activates_nothing(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    message = activation(asked.entitlement_id, {"userIds": [{"userId": "x", "userIdType": "BPI"}]})
    answer = await hub.call(OTHER_REGISTRY, "PUT", ACTIVATION, message)
    assert (answer.status, answer.code) == (403, 21)
    assert await _reported(hub) == []
    assert await hub.incidents() == ["not-yours"]


async def test_what_is_no_activation_is_a_schema_fault(hub: Hub) -> None:
    message = activation(uuid4(), eck(1), usageType="daily-usage", usageDate="2026-02-30")
    answer = await hub.call(REGISTRY, "PUT", ACTIVATION, message)
    assert (answer.status, answer.code) == (400, 11)
    assert all(field in answer.json["statusMessage"] for field in ("usageType", "usageDate"))


async def _somebody_waits(conn: AsyncConnection[Any]) -> None:
    async with asyncio.timeout(20):
        while True:
            row = await (
                await conn.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            ).fetchone()
            if row and row[0]:
                return
            await asyncio.sleep(0.01)


async def _reported(hub: Hub) -> list[Any]:
    return [fact.event for fact in await hub.facts("InitialActivationReported")]

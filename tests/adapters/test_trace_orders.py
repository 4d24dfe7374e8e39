"""GET /trace/v1/orders: where a delivery stands, and whom it waits for since when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg import AsyncConnection

from aanspraak.domain import ids
from aanspraak.domain.entitlement.commands import (
    RecordRequestGivenUp,
    RecordRequestRejected,
    RecordRequestTaken,
)
from adapters.postgres.connection import connect
from tests.adapters.http_case import NOW, Answer, Hub
from tests.adapters.http_partners import (
    OTHER_PORTAL,
    OTHER_REGISTRY,
    OTHER_SHOP,
    PORTAL,
    REGISTRY,
    SHOP,
    registrations,
    token,
)
from tests.adapters.http_stories import (
    ACTIVATION,
    CONFIRMATIONS,
    ORDERS,
    Ordered,
    activation,
    confirmation,
    eck,
    entitled,
    order,
    ordered,
)

pytestmark = pytest.mark.anyio

TRACE = "/trace/v1/orders"


async def test_an_order_is_received_and_waits_for_the_registry(hub: Hub) -> None:
    asked = await ordered(hub, eck(1))
    trace = (await _trace(hub, asked)).json
    assert trace["deliveryOrderId"] == str(asked.order_id)
    assert (trace["status"], trace["orderStatus"]) == ("received", "ordered")
    assert trace["counts"] == _counts(ordered=1, received=1)
    (waiting,) = trace["waitingOn"]
    assert (waiting["partner"], waiting["kind"], waiting["messages"]) == (REGISTRY, "registry", 1)
    assert (waiting["taken"], waiting["attempts"]) == (0, 0)
    assert {each["partner"]: each["steps"] for each in trace["partners"]} == {
        REGISTRY: {"asked": 1},
        PORTAL: {"waiting": 1},
    }


async def test_it_is_set_ready_then_its_link_is_placed_then_it_is_in_use(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    assert (await _trace(hub, asked)).json["status"] == "set-ready"
    await hub.call(PORTAL, "PUT", CONFIRMATIONS, confirmation(asked))
    await hub.catch_up()
    trace = (await _trace(hub, asked)).json
    assert (trace["status"], trace["orderStatus"]) == ("link-placed", "processed")
    assert [each["kind"] for each in trace["waitingOn"]] == ["confirmation"]
    await hub.call(REGISTRY, "PUT", ACTIVATION, activation(asked.entitlement_id, eck(1)))
    await hub.catch_up()
    trace = (await _trace(hub, asked)).json
    assert (trace["status"], trace["counts"]["inUse"]) == ("in-use", 1)


async def test_an_order_without_portals_ends_as_set_ready(hub: Hub) -> None:
    asked = await ordered(hub, eck(1), portals=[])
    await hub.call(REGISTRY, "PUT", CONFIRMATIONS, confirmation(asked))
    await hub.catch_up()
    trace = (await _trace(hub, asked)).json
    assert (trace["status"], trace["delivered"]) == ("set-ready", 1)


async def test_it_is_overdue_when_a_confirmation_takes_too_long(hub: Hub) -> None:
    asked = await ordered(hub, eck(1))
    await _taken(hub, asked, REGISTRY)
    last = (await hub.facts("RequestTaken"))[-1].recorded_at
    hub.clock.at = last + timedelta(seconds=899)
    assert (await _trace(hub, asked)).json["status"] == "received"
    hub.clock.at = last + timedelta(seconds=901)
    trace = (await _trace(hub, asked)).json
    assert trace["status"] == "overdue"
    assert (trace["waitingOn"][0]["overdue"], trace["waitingOn"][0]["taken"]) == (True, 1)


async def test_a_partner_may_have_a_patience_of_its_own(hub: Hub) -> None:
    known: dict[Any, Any] = dict(registrations())
    stream = ids.partner_stream(REGISTRY)
    await hub.submit((stream, replace(known[stream], overdue_seconds=3600)))
    asked = await ordered(hub, eck(1))
    await _taken(hub, asked, REGISTRY)
    last = (await hub.facts("RequestTaken"))[-1].recorded_at
    for seconds, status in ((3599, "received"), (3601, "overdue")):
        hub.clock.at = last + timedelta(seconds=seconds)
        assert (await _trace(hub, asked)).json["status"] == status


@pytest.mark.parametrize("how", ["rejected", "given up", "refused"])
async def test_what_failed_for_good_needs_action(hub: Hub, how: str) -> None:
    asked = await ordered(hub, eck(1))
    if how == "refused":
        refusal = confirmation(asked, success=False, status=4011)
        await hub.call(REGISTRY, "PUT", CONFIRMATIONS, refusal)
    elif how == "rejected":
        command: object = RecordRequestRejected(
            partner=REGISTRY, number=1, http_status=422, status=None
        )
        await hub.submit((asked.entitlement_id, command))
    else:
        command = RecordRequestGivenUp(partner=REGISTRY, number=1, attempts=5)
        await hub.submit((asked.entitlement_id, command))
    await hub.catch_up()
    trace = (await _trace(hub, asked)).json
    assert (trace["status"], trace["counts"]["actionNeeded"]) == ("action-needed", 1)


async def test_a_cancel_behind_a_creation_that_was_given_up_says_what_to_do(hub: Hub) -> None:
    message = order(eck(1))
    await hub.call(SHOP, "PUT", ORDERS, message)
    await hub.catch_up()
    (created,) = await hub.facts("EntitlementCreated")
    given_up = RecordRequestGivenUp(partner=REGISTRY, number=1, attempts=5)
    await hub.submit((created.stream_id, given_up))
    cancel = order(
        eck(1),
        order_id=UUID(message["deliveryOrder"]["deliveryOrderId"]),
        status="cancelled",
        endDate="2026-09-01",
        dateLastModified="2026-08-25T09:00:00Z",
    )
    await hub.call(SHOP, "PUT", ORDERS, cancel)
    await hub.catch_up()
    path = f"{TRACE}/{message['deliveryOrder']['deliveryOrderId']}"
    waiting = (await hub.call(None, "GET", path, **_operator())).json["waitingOn"][0]
    assert (waiting["messages"], waiting["givenUp"], waiting["behind"]) == (2, 1, 1)
    assert f"`aanspraak send-again --partner {REGISTRY}`" in waiting["nextStep"]
    (seen,) = (await hub.call(None, "GET", path, **_as(SHOP))).json["waitingOn"]
    assert "nextStep" not in seen


async def test_a_refused_order_says_why(hub: Hub) -> None:
    message = order(productId="9780000000000")
    await hub.call(SHOP, "PUT", ORDERS, message)
    await hub.catch_up()
    order_id = message["deliveryOrder"]["deliveryOrderId"]
    answer = await hub.call(None, "GET", f"{TRACE}/{order_id}", **_as(SHOP))
    trace = answer.json
    assert (trace["status"], trace["refusal"]["reason"]) == ("action-needed", "ProductUnknown")
    assert "orderStatus" not in trace


async def test_it_says_what_was_tried_and_when_it_is_tried_again(
    hub: Hub, database_url: str
) -> None:
    asked = await ordered(hub, eck(1))
    async with await connect(database_url, "test") as conn:
        await _fail(conn, asked, seconds=30)
        await _fail(conn, asked, seconds=10)
        await _park(conn, asked)
    (waiting,) = (await _trace(hub, asked)).json["waitingOn"]
    assert (waiting["attempts"], waiting["lastError"]) == (2, "timeout")
    assert waiting["nextAttemptAt"] == "2026-08-24T09:05:00Z"
    (partner,) = (await hub.call(None, "GET", "/trace/v1/partners", **_as(REGISTRY))).json
    assert (partner["open"], partner["failing"], partner["lastError"]) == (1, 1, "timeout")


async def test_it_has_ended_when_nobody_can_activate_any_more(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    assert (await _trace(hub, asked)).json["ended"] is False
    hub.clock.at = NOW + timedelta(days=3650)
    assert (await _trace(hub, asked)).json["ended"] is True


@pytest.mark.parametrize(
    ("partner", "status"),
    [
        (SHOP, 200),
        (REGISTRY, 200),
        (PORTAL, 200),
        (OTHER_SHOP, 404),
        (OTHER_REGISTRY, 404),
        (OTHER_PORTAL, 404),
    ],
)
async def test_partners_see_only_their_own(hub: Hub, partner: str, status: int) -> None:
    asked = await entitled(hub, eck(1))
    for path in (
        f"{TRACE}/{asked.order_id}",
        f"{TRACE}/{asked.order_id}/timeline",
        f"/trace/v1/entitlements/{asked.entitlement_id}/timeline",
    ):
        assert (await hub.call(None, "GET", path, **_as(partner))).status == status


async def test_a_portal_is_told_of_no_other_partner(hub: Hub) -> None:
    asked = await entitled(hub, eck(1), portals=[PORTAL, OTHER_PORTAL])
    for path in (
        f"{TRACE}/{asked.order_id}",
        f"{TRACE}/{asked.order_id}/timeline",
        f"/trace/v1/entitlements/{asked.entitlement_id}/timeline",
        "/trace/v1/partners",
        "/trace/v1/incidents",
    ):
        answer = await hub.call(None, "GET", path, **_as(PORTAL))
        assert answer.status == 200
        for other in (OTHER_PORTAL, REGISTRY, SHOP):
            assert other.encode() not in answer.body


@pytest.mark.parametrize(
    "path", [f"{TRACE}/5f0c7a52-3f0e-4b7e-9d3b-0a6f2f1f9c11", f"{TRACE}/x", f"{TRACE}/x/timeline"]
)
async def test_what_is_unknown_is_not_found(hub: Hub, path: str) -> None:
    answer = await hub.call(None, "GET", path, **_as(SHOP))
    assert (answer.status, answer.code) == (404, 4140)


async def test_without_a_token_or_its_scope_nothing_is_told(hub: Hub) -> None:
    asked = await ordered(hub, eck(1))
    path = f"{TRACE}/{asked.order_id}"
    nobody = await hub.call(None, "GET", path)
    assert (nobody.status, nobody.body) == (401, b"")
    without_scope = await hub.call(SHOP, "GET", path)
    assert (without_scope.status, without_scope.code) == (403, 21)


async def _trace(hub: Hub, asked: Ordered) -> Answer:
    return await hub.call(None, "GET", f"{TRACE}/{asked.order_id}", **_operator())


def _as(partner: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(partner, 'aanspraak.trace')}"}


def _operator() -> dict[str, str]:
    bearer = token("anybody", "aanspraak.trace", "aanspraak.operate")
    return {"Authorization": f"Bearer {bearer}"}


def _counts(**some: int) -> dict[str, int]:
    steps = ("received", "setReady", "linkPlaced", "inUse", "blocked", "cancelled")
    return {**dict.fromkeys(("ordered", *steps, "settled", "actionNeeded"), 0), **some}


async def _taken(hub: Hub, asked: Ordered, partner: str) -> None:
    await hub.submit((asked.entitlement_id, RecordRequestTaken(partner=partner, number=1)))
    await hub.catch_up()


async def _fail(conn: AsyncConnection[Any], asked: Ordered, *, seconds: int) -> None:
    await conn.execute(
        "INSERT INTO channel.attempts (at, partner, stream_id, number, outcome, duration_ms, error)"
        " VALUES (%s, %s, %s, 1, 'failed', 10, 'timeout')",
        (NOW - timedelta(seconds=seconds), REGISTRY, asked.entitlement_id),
    )


async def _park(conn: AsyncConnection[Any], asked: Ordered) -> None:
    await conn.execute(
        "INSERT INTO channel.parked (partner, key, number, lane, message, reason, attempts, rung,"
        " last_attempt_at, next_attempt_at, error, parked_at)"
        " VALUES (%s, %s, 1, 'prompt', '{}', 'failed', 2, 1, %s, %s, 'timeout', %s)",
        (REGISTRY, asked.entitlement_id, NOW, NOW + timedelta(minutes=5), NOW),
    )

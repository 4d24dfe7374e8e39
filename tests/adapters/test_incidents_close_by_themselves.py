"""An incident closes when nothing on its list is wrong any more; it opens when it is again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from psycopg import AsyncConnection

from aanspraak.domain.entitlement.commands import RecordRequestGivenUp, RecordRequestTaken
from adapters.postgres.connection import connect
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import PORTAL, REGISTRY, SHOP
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
from tests.adapters.numbers_case import OPERATOR
from tests.adapters.sending_case import carry_out

pytestmark = pytest.mark.anyio


async def test_what_the_registry_refused_and_has_ready_after_all(hub: Hub) -> None:
    asked = await ordered(hub, eck(1))
    await _say(hub, REGISTRY, confirmation(asked, success=False, status=4011))
    assert await _states(hub) == [("registry-refused", "open", 1)]
    await _say(hub, REGISTRY, confirmation(asked))
    assert await _states(hub) == [("registry-refused", "closed", 1)]
    (incident,) = await _incidents(hub)
    assert (incident["closedCause"], incident["closedBy"]) == ("mended", "hub")


async def test_a_link_that_is_refused_and_placed_after_all_and_refused_again(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    await _say(hub, PORTAL, confirmation(asked, success=False, status=4099))
    await _say(hub, PORTAL, confirmation(asked, processedTimestamp="2026-08-24T09:10:00Z"))
    assert await _states(hub) == [("link-refused", "closed", 1)]
    expired = {"portal": PORTAL, "urlStatus": "expired"}
    later = "2026-08-24T09:20:00Z"
    await _say(hub, PORTAL, confirmation(asked, newUrlStatus=expired, processedTimestamp=later))
    assert await _states(hub) == [("link-expired", "open", 1)]
    (incident,) = await _incidents(hub)
    assert (incident["times"], incident["mended"]) == (2, 0)
    told = [each["what"] for each in (await _detail(hub))["history"]]
    assert told == ["opened", "closed", "reopened"]


async def test_what_was_refused_is_sent_again_by_an_operator_and_goes_well(hub: Hub) -> None:
    asked = await ordered(hub, eck(1))
    await _say(hub, REGISTRY, confirmation(asked, success=False, status=4011))
    (incident,) = await _incidents(hub)
    act = {
        "actor": "Jan",
        "reason": "the publisher added the product",
        "incidentId": incident["incidentId"],
    }
    job = (await hub.call(None, "POST", "/ops/v1/send-again", act, **OPERATOR)).json["jobId"]
    await carry_out(hub, job)
    second: Any = (await hub.facts("RegistryRequested"))[-1].event
    assert second.number == 2
    await _say(hub, REGISTRY, confirmation(replace(asked, to_registry=str(second.reference_id))))
    assert await _states(hub) == [("registry-refused", "closed", 1)]
    history = (await _detail(hub))["history"]
    assert [each["what"] for each in history] == ["opened", "sent-again", "closed"]
    assert (history[1]["name"], history[1]["reason"]) == ("Jan", act["reason"])


async def test_an_order_that_was_refused_and_is_received_after_all(hub: Hub) -> None:
    """Refused twice for one reason, once for another: one incident each, and all closed at once."""
    order_id = UUID(int=7)
    for unknown in ("portals", "portals", "productId"):
        wrong: Any = ["nowhere"] if unknown == "portals" else "9789000000000"
        await hub.call(SHOP, "PUT", ORDERS, order(order_id=order_id, **{unknown: wrong}))
        await hub.catch_up()
    assert await _states(hub) == [("order-refused", "open", 1), ("order-refused", "open", 1)]
    (incident, other) = await _incidents(hub)
    assert (incident["party"], incident["code"], other["code"]) == (SHOP, 4111, 4199)
    act = {"actor": "Jan", "reason": "a try", "incidentId": incident["incidentId"]}
    assert (await hub.call(None, "POST", "/ops/v1/send-again", act, **OPERATOR)).status == 409
    await hub.call(SHOP, "PUT", ORDERS, order(order_id=order_id))
    await hub.catch_up()
    assert await _states(hub) == [("order-refused", "closed", 1), ("order-refused", "closed", 1)]


async def test_a_list_that_is_not_empty_stays_open(hub: Hub) -> None:
    message = order(eck(1), eck(2), eck(3))
    await hub.call(SHOP, "PUT", ORDERS, message)
    await hub.catch_up()
    requests = await hub.facts("RegistryRequested")
    asked = [
        Ordered(
            order_id=UUID(message["deliveryOrder"]["deliveryOrderId"]),
            entitlement_id=each.stream_id,
            to_registry=str(getattr(each.event, "reference_id", "")),
        )
        for each in requests
    ]
    for one in asked:
        await hub.call(
            REGISTRY, "PUT", CONFIRMATIONS, confirmation(one, success=False, status=4011)
        )
    await hub.catch_up()
    assert await _states(hub) == [("registry-refused", "open", 3)]
    for left, one in zip((2, 1, 0), asked, strict=True):
        await _say(hub, REGISTRY, confirmation(one))
        expected = ("registry-refused", "open", left) if left else ("registry-refused", "closed", 3)
        assert await _states(hub) == [expected]
    assert len(await hub.facts("IncidentOpened", "IncidentClosed", "IncidentReopened")) == 2


async def test_a_message_that_was_given_up_and_taken_after_all(hub: Hub) -> None:
    asked = await ordered(hub, eck(1))
    given_up = RecordRequestGivenUp(partner=REGISTRY, number=1, attempts=5)
    await hub.submit((asked.entitlement_id, given_up))
    await hub.catch_up()
    assert await _states(hub) == [("request-given-up", "open", 1)]
    await hub.submit((asked.entitlement_id, RecordRequestTaken(partner=REGISTRY, number=1)))
    await hub.catch_up()
    assert await _states(hub) == [("request-given-up", "closed", 1)]


async def test_what_came_in_one_go_is_opened_and_closed(hub: Hub) -> None:
    """Refused and mended before the policies have seen either."""
    asked = await ordered(hub, eck(1))
    refusal = confirmation(asked, success=False, status=4011)
    await hub.call(REGISTRY, "PUT", CONFIRMATIONS, refusal)
    await hub.call(REGISTRY, "PUT", CONFIRMATIONS, confirmation(asked))
    await hub.catch_up()
    assert await _states(hub) == [("registry-refused", "closed", 1)]
    await _say(hub, REGISTRY, confirmation(asked))
    assert await _states(hub) == [("registry-refused", "closed", 1)]


async def test_what_an_operator_closed_is_off_the_list_and_opens_with_what_is_new(hub: Hub) -> None:
    asked = await ordered(hub, eck(1))
    unknown = "00000000-0000-4000-8000-000000000001"
    await _say(hub, REGISTRY, confirmation(asked, entitlementReferenceId=unknown), expected=400)
    (incident,) = await _incidents(hub)
    path = f"/ops/v1/incidents/{incident['incidentId']}/close"
    await hub.call(None, "POST", path, {"actor": "Jan", "reason": "a test of theirs"}, **OPERATOR)
    await hub.catch_up()
    assert await _states(hub) == [("unknown-reference", "closed", 1)]
    await _say(hub, REGISTRY, confirmation(asked, entitlementReferenceId=unknown), expected=400)
    assert await _states(hub) == [("unknown-reference", "open", 1)]
    async with await connect(hub.url, "test") as conn:
        assert await _open_items(conn) == 1


async def test_an_activation_held_for_an_entitlement_that_is_not_there_yet(hub: Hub) -> None:
    """Two of them, in one incident; what never appears keeps it open."""
    for number in (1, 2):
        message = activation(UUID(int=number), eck(1))
        await hub.call(REGISTRY, "PUT", ACTIVATION, message)
    await hub.catch_up()
    assert await _states(hub) == [("unknown-entitlement", "open", 2)]


async def _say(hub: Hub, partner: str, message: dict[str, Any], expected: int = 202) -> None:
    answer = await hub.call(partner, "PUT", CONFIRMATIONS, message)
    assert answer.status == expected
    await hub.catch_up()


async def _incidents(hub: Hub) -> Any:  # noqa: ANN401 - JSON
    return (await hub.call(None, "GET", "/trace/v1/incidents", **OPERATOR)).json


async def _detail(hub: Hub) -> Any:  # noqa: ANN401 - JSON
    (incident,) = await _incidents(hub)
    path = f"/trace/v1/incidents/{incident['incidentId']}"
    return (await hub.call(None, "GET", path, **OPERATOR)).json


async def _states(hub: Hub) -> list[tuple[str, str, int]]:
    return [
        (each["kind"], each["state"], each["concerned"]) for each in reversed(await _incidents(hub))
    ]


async def _open_items(conn: AsyncConnection[Any]) -> int:
    cursor = await conn.execute(
        "SELECT count(*) FROM policy.incident_items WHERE resolved_position IS NULL"
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])

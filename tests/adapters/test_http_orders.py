"""PUT /deliveryorders: what is taken, what is refused, and what is kept of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.adapters.http_case import Hub
from tests.adapters.http_partners import (
    BOOK,
    OTHER_BOOK,
    OTHER_PORTAL,
    OTHER_SHOP,
    PAPER,
    PORTAL,
    SHOP,
)
from tests.adapters.http_stories import ORDERS, eck, order
from tests.adapters.wire_case import SCHOOL, SPECIFICATIONS, official, order_request

pytestmark = pytest.mark.anyio


async def test_an_order_is_taken_and_becomes_entitlements(hub: Hub) -> None:
    answer = await hub.call(SHOP, "PUT", ORDERS, order(eck(1), eck(2)))
    await hub.catch_up()
    assert (answer.status, answer.body) == (202, b"")
    assert len(await hub.facts("EntitlementCreated")) == 2


async def test_a_user_named_twice_gets_one_entitlement(hub: Hub) -> None:
    both = {**eck(1), "userIds": [{"userId": "p1", "userIdType": "BPI"}]}
    await hub.call(SHOP, "PUT", ORDERS, order(eck(1), eck(1), both))
    await hub.catch_up()
    assert len(await hub.facts("EntitlementCreated")) == 1


async def test_a_request_sent_twice_is_one_request(hub: Hub) -> None:
    message = order()
    for _ in range(2):
        assert (await hub.call(SHOP, "PUT", ORDERS, message)).status == 202
    assert len(await hub.facts("DeliveryOrderReceived")) == 1
    assert len(await hub.facts("UsersListed")) == 1
    assert await hub.facts("ReferenceReused") == []


async def test_the_same_users_in_another_order_are_no_change(hub: Hub) -> None:
    message = order(eck(1), eck(2))
    await hub.call(SHOP, "PUT", ORDERS, message)
    swapped = order(eck(2), eck(1), order_id=message["deliveryOrder"]["deliveryOrderId"])
    await hub.call(SHOP, "PUT", ORDERS, swapped)
    assert len(await hub.facts("UnchangedRequestTaken")) == 1


async def test_a_fact_tells_who_asked_and_which_story_it_belongs_to(hub: Hub) -> None:
    story = str(uuid4())
    answer = await hub.call(SHOP, "PUT", ORDERS, order(), **{"X-Correlation-Id": story})
    (received,) = await hub.facts("DeliveryOrderReceived")
    assert (received.actor, received.correlation_id) == (f"partner:{SHOP}", story)
    assert answer.headers["X-Correlation-Id"] == story


OPEN = ("school-all", "school-admin", "school-studies", "school-subjects", "school-groups")
NOT_TAKEN: dict[str, tuple[dict[str, Any], int]] = {
    "dates reversed": ({"startDate": "2027-08-01"}, 4199),
    "unknown product": ({"productId": "9780000000000"}, 4111),
    "physical product": ({"productId": PAPER}, 4111),
    "unknown portal": ({"portals": [PORTAL, "elders"]}, 4199),
    "a shop for a portal": ({"portals": [OTHER_SHOP]}, 4199),
    "no users": ({"deliverySpecification": {"school": SCHOOL, "students": []}}, 4102),
    "of no group": (
        {
            "deliveryType": "school-groups",
            "deliverySpecification": {"school": SCHOOL, "groups": []},
        },
        4104,
    ),
    "status created": ({"status": "created"}, 4199),
    "cancel of an unknown order": ({"status": "cancelled", "endDate": "2026-09-01"}, 4140),
}


async def test_what_only_the_rules_can_see_is_taken_and_refused_by_confirmation(hub: Hub) -> None:
    for why, (changed, code) in NOT_TAKEN.items():
        answer = await hub.call(SHOP, "PUT", ORDERS, order(**changed))
        issued: list[Any] = [fact.event for fact in await hub.facts("ConfirmationIssued")]
        assert (why, answer.status) == (why, 202)
        assert (why, issued[-1].success, issued[-1].status) == (why, False, code)
    assert len(await hub.facts("DeliveryOrderRequestRefused")) == len(NOT_TAKEN)
    assert await hub.facts("DeliveryOrderReceived", "UsersListed") == []


async def test_twenty_thousand_users_are_taken_in_one_order(hub: Hub) -> None:
    answer = await hub.call(SHOP, "PUT", ORDERS, order(*map(eck, range(20_000))))
    assert answer.status == 202
    (received,) = await hub.facts("DeliveryOrderReceived")
    event: Any = received.event
    assert event.users_count == 20_000
    listed: list[Any] = [fact.event for fact in await hub.facts("UsersListed")]
    assert sum(len(part.subject_ids) for part in listed) == 20_000


async def test_one_user_more_is_refused_naming_the_limit_and_keeps_nobody(hub: Hub) -> None:
    answer = await hub.call(SHOP, "PUT", ORDERS, order(*map(eck, range(20_001))))
    assert answer.status == 202
    (confirmation,) = await hub.facts("ConfirmationIssued")
    event: Any = confirmation.event
    assert event.status == 4121
    assert "20000" in event.status_message
    assert await hub.facts("UsersListed") == []
    assert _rows(hub, "vault.identifiers") == 0


async def test_what_is_no_message_is_a_schema_fault(hub: Hub) -> None:
    for body, said in ((b"{", "is not JSON"), (b"[]", "must be an object"), (b"", "is not JSON")):
        answer = await hub.call(SHOP, "PUT", ORDERS, body)
        assert (answer.status, answer.code) == (400, 11)
        assert said in answer.json["statusMessage"]


async def test_every_wrong_field_is_named_and_no_value_repeated(hub: Hub) -> None:
    message = order(status="besteld", startDate="morgen", productId=12)
    answer = await hub.call(SHOP, "PUT", ORDERS, message)
    assert (answer.status, answer.code) == (400, 11)
    said = answer.json["statusMessage"]
    assert all(f"deliveryOrder.{field}" in said for field in ("status", "startDate", "productId"))
    assert "morgen" not in said
    assert await hub.facts("DeliveryOrderReceived", "DeliveryOrderRequestRefused") == []


async def test_u0000_in_a_name_is_a_fault_of_that_field(hub: Hub) -> None:
    message = order_request(
        {"student": eck(1)}, delivery_type="customer-student", buyer={"displayName": "A\x00B"}
    )
    answer = await hub.call(SHOP, "PUT", ORDERS, message)
    assert (answer.status, answer.code) == (400, 11)
    assert "deliveryOrder.buyer.displayName must not contain U+0000" in answer.json["statusMessage"]


async def test_the_examples_of_the_official_text_go_in_as_they_are(hub: Hub) -> None:
    schemas = official("delivery")["components"]["schemas"]
    expected = 0
    for schema, kinds in SPECIFICATIONS.items():
        example = schemas[schema]["x-examples"]["example-1"]
        for kind in kinds:
            message = order(deliveryType=kind, deliverySpecification=example)
            assert (await hub.call(SHOP, "PUT", ORDERS, message)).status == 202
            expected += _named(example) if kind not in OPEN else 0
    await hub.catch_up()
    assert len(await hub.facts("EntitlementCreated")) == expected == 10


async def test_the_same_order_id_with_other_content_is_refused_naming_the_field(hub: Hub) -> None:
    message = order()
    await hub.call(SHOP, "PUT", ORDERS, message)
    other = order(order_id=message["deliveryOrder"]["deliveryOrderId"], portals=[OTHER_PORTAL])
    assert (await hub.call(SHOP, "PUT", ORDERS, other)).status == 202
    (confirmation,) = await hub.facts("ConfirmationIssued")
    event: Any = confirmation.event
    assert event.status == 4160
    assert "portals" in event.status_message
    assert len(await hub.facts("DeliveryOrderReceived")) == 1


async def test_a_reference_id_used_for_another_order_is_not_processed(hub: Hub) -> None:
    first = order()
    await hub.call(SHOP, "PUT", ORDERS, first)
    await hub.catch_up()
    again = order(eck(9), reference_id=first["deliveryOrderReferenceId"])
    assert (await hub.call(SHOP, "PUT", ORDERS, again)).status == 202
    await hub.catch_up()
    assert len(await hub.facts("DeliveryOrderReceived")) == 1
    assert len(await hub.facts("ReferenceReused")) == 1
    assert await hub.incidents() == ["reference-reused"]


async def test_reference_ids_are_each_shops_own(hub: Hub) -> None:
    first = order()
    await hub.call(SHOP, "PUT", ORDERS, first)
    await hub.catch_up()
    other = order(reference_id=first["deliveryOrderReferenceId"])
    await hub.call(OTHER_SHOP, "PUT", ORDERS, other)
    assert len(await hub.facts("DeliveryOrderReceived")) == 2


async def test_identifiers_of_two_people_in_one_reference_are_an_incident(hub: Hub) -> None:
    other: dict[str, Any] = {"userIds": [{"userId": "p2", "userIdType": "BPI"}]}
    await hub.call(SHOP, "PUT", ORDERS, order(eck(1), other))
    both = {**eck(1), **other}
    assert (await hub.call(SHOP, "PUT", ORDERS, order(both))).status == 202
    assert len(await hub.facts("DeliveryOrderReceived")) == 2
    assert await hub.incidents() == ["user-identifiers-disagree"]


async def test_identifiers_of_two_schools_in_one_reference_are_an_incident(hub: Hub) -> None:
    for master in ("104A158", "104A159"):
        school = {
            "organisationMasterIdentifier": master,
            "organisationIds": [{"organisationId": "09QQ", "organisationIdType": "OIE_CODE"}],
        }
        named = {"school": school, "students": [eck(1)]}
        message = order(deliverySpecification=named, buyer=school)
        assert (await hub.call(SHOP, "PUT", ORDERS, message)).status == 202
    assert len(await hub.facts("DeliveryOrderReceived")) == 2
    assert await hub.incidents() == ["school-identifiers-disagree"]


async def test_another_shops_order_cannot_be_changed(hub: Hub) -> None:
    message = order()
    await hub.call(SHOP, "PUT", ORDERS, message)
    before = len(await hub.facts())
    theirs = order(eck(99), order_id=message["deliveryOrder"]["deliveryOrderId"])
    answer = await hub.call(OTHER_SHOP, "PUT", ORDERS, theirs)
    assert (answer.status, answer.code) == (403, 21)
    assert await hub.incidents() == ["not-yours"]
    assert len(await hub.facts()) == before + 1
    assert _rows(hub, "vault.identifiers") == 1


async def test_a_code_is_the_registrys_and_compared_without_separators(hub: Hub) -> None:
    codes = {"school": {"organisationMasterIdentifier": "104A158"}}
    named = {**codes, "activationCodes": ["AB12-CD34", "ab12cd34"]}
    for product in (BOOK, OTHER_BOOK):
        message = order(
            deliveryType="school-activationcodes", deliverySpecification=named, productId=product
        )
        await hub.call(SHOP, "PUT", ORDERS, message)
    await hub.catch_up()
    created: list[Any] = [fact.event for fact in await hub.facts("EntitlementCreated")]
    assert len({each.subject_id for each in created}) == len(created) == 2


def _named(example: dict[str, Any]) -> int:
    return len(next((value for value in example.values() if isinstance(value, list)), [None]))


def _rows(hub: Hub, table: str) -> int:
    with psycopg.connect(hub.url) as conn:
        row = conn.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0

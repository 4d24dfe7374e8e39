"""The reads of the Entitlement API: what they show, whole or in parts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.adapters.http_case import Hub
from tests.adapters.http_partners import OTHER_PORTAL, PORTAL, REGISTRY, SHOP
from tests.adapters.http_stories import (
    ACTIVATION,
    CONFIRMATIONS,
    ENTITLEMENTS,
    ORDERS,
    activation,
    confirmation,
    eck,
    entitled,
    order,
    ordered,
)
from tests.adapters.wire_case import SCHOOL, faults

pytestmark = pytest.mark.anyio

OF_SCHOOL = f"{ENTITLEMENTS}/school?orgMasterId=104A158"
USER = f"{ENTITLEMENTS}/school/user"
PRODUCTS = f"{USER}/products"


async def test_an_entitlement_is_shown_as_the_official_text_has_it(hub: Hub) -> None:
    asked = await entitled(hub, eck(1), portals=[PORTAL, OTHER_PORTAL], contractId="C1")
    await hub.call(PORTAL, "PUT", CONFIRMATIONS, confirmation(asked))
    await hub.catch_up()
    answer = await hub.call(SHOP, "GET", f"{ENTITLEMENTS}/{asked.entitlement_id}")
    assert answer.status == 200
    assert answer.headers["API-Version"] == "1.1.0"
    assert faults("entitlement", "Entitlement", answer.body) == []
    shown = answer.json
    assert shown["entitlementSpecification"] == {"school": SCHOOL, "student": eck(1)}
    assert (shown["entitlementStatus"], shown["contractId"]) == ("entitled", "C1")
    assert {each["portal"]: each["urlStatus"] for each in shown["urlStatuses"]} == {
        PORTAL: "processed",
        OTHER_PORTAL: "initialized",
    }


async def test_a_portal_sees_its_own_link_only(hub: Hub) -> None:
    asked = await entitled(hub, eck(1), portals=[PORTAL, OTHER_PORTAL])
    answer = await hub.call(PORTAL, "GET", f"{ENTITLEMENTS}/{asked.entitlement_id}")
    assert [each["portal"] for each in answer.json["urlStatuses"]] == [PORTAL]


async def test_every_kind_of_holder_is_shown_as_it_was_ordered(hub: Hub) -> None:
    employee = {"userIds": [{"userId": "d1", "userIdType": "NEPRI"}]}
    kinds: dict[str, dict[str, Any]] = {
        "school-employees": {"school": SCHOOL, "employees": [employee]},
        "school-activationcodes": {"school": SCHOOL, "activationCodes": ["AB-12"]},
        "customer-student": {"student": eck(3)},
        "customer-activationcode": {"activationCode": "CD-34"},
    }
    for kind, specification in kinds.items():
        asked = await ordered(
            hub, eck(1), deliveryType=kind, deliverySpecification=specification, portals=[]
        )
        await hub.catch_up()
        shown = (await hub.call(SHOP, "GET", f"{ENTITLEMENTS}/{asked.entitlement_id}")).json
        said = {name: _one(value) for name, value in specification.items()}
        assert list(shown["entitlementSpecification"].values()) == list(said.values())


async def test_somebody_who_was_forgotten_is_an_empty_reference(hub: Hub) -> None:
    asked = await ordered(hub, eck(1))
    created: Any = (await hub.facts("EntitlementCreated"))[0].event
    await hub.services.vault.forget(created.subject_id)
    shown = (await hub.call(SHOP, "GET", f"{ENTITLEMENTS}/{asked.entitlement_id}")).json
    assert shown["entitlementSpecification"] == {"school": SCHOOL, "student": {}}


async def test_an_order_gives_the_whole_array_or_parts_of_it(hub: Hub) -> None:
    message = order(*map(eck, range(250)))
    await hub.call(SHOP, "PUT", ORDERS, message)
    await hub.catch_up()
    path = f"{ENTITLEMENTS}/deliveryorder/{message['deliveryOrder']['deliveryOrderId']}"
    whole = (await hub.call(SHOP, "GET", path)).json
    assert len({each["entitlementId"] for each in whole}) == 250
    parts: list[Any] = []
    more: str | None = f"{path}?limit=100"
    while more:
        answer = await hub.call(SHOP, "GET", more)
        parts.append(answer.json)
        more = answer.headers.get("Link", "").partition(">")[0].removeprefix("<") or None
    assert [len(part) for part in parts] == [100, 100, 50]
    assert [each for part in parts for each in part] == whole


async def test_an_order_without_entitlements_yet_is_an_empty_array(hub: Hub) -> None:
    message = order()
    await hub.call(SHOP, "PUT", ORDERS, message)
    policies_behind = f"{ENTITLEMENTS}/deliveryorder/{uuid4()}"
    assert (await hub.call(SHOP, "GET", policies_behind)).code == 4140
    refused = order(portals=["elders"])
    await hub.call(SHOP, "PUT", ORDERS, refused)
    await hub.catch_up()
    path = f"{ENTITLEMENTS}/deliveryorder/{refused['deliveryOrder']['deliveryOrderId']}"
    assert (await hub.call(SHOP, "GET", path)).json == []


async def test_a_contract_shows_its_orders_with_what_they_count(hub: Hub) -> None:
    for number in range(3):
        await hub.call(SHOP, "PUT", ORDERS, order(eck(number), eck(9), contractId="2026/A"))
    await hub.catch_up()
    path = f"{ENTITLEMENTS}/contracts/2026/A"
    whole = (await hub.call(SHOP, "GET", path)).json
    assert [each["totalCreated"] for each in whole] == [2, 2, 2]
    assert [len(each["entitlements"]) for each in whole] == [2, 2, 2]
    first = await hub.call(REGISTRY, "GET", f"{path}?limit=2")
    rest = await hub.call(REGISTRY, "GET", first.headers["Link"].partition(">")[0][1:])
    assert [*first.json, *rest.json] == whole
    unknown = await hub.call(SHOP, "GET", f"{ENTITLEMENTS}/contracts/2026%00B")
    assert (unknown.status, unknown.code) == (400, 11)
    assert (await hub.call(SHOP, "GET", f"{ENTITLEMENTS}/contracts/geen")).code == 4120


async def test_a_school_is_filtered_by_order_and_status(hub: Hub) -> None:
    first = await entitled(hub, eck(1))
    second = await ordered(hub, eck(2))
    of_order = f"&deliveryOrderId={second.order_id}"
    for query, expected in (
        ("", {first.entitlement_id, second.entitlement_id}),
        ("&entitlementStatus=entitled", {first.entitlement_id}),
        (of_order, {second.entitlement_id}),
        (f"{of_order}&entitlementStatus=blocked", set()),
    ):
        answer = await hub.call(PORTAL, "GET", OF_SCHOOL + query)
        assert {UUID(each["entitlementId"]) for each in answer.json} == expected


async def test_a_school_is_named_by_either_identifier_or_not_at_all(hub: Hub) -> None:
    school = {"organisationIds": [{"organisationId": "09QQ", "organisationIdType": "OIE_CODE"}]}
    await hub.consent(PORTAL, school=school)
    await ordered(hub, eck(1), deliverySpecification={"school": school, "students": [eck(1)]})
    named = f"{ENTITLEMENTS}/school?orgId=09QQ&orgIdType=OIE_CODE"
    assert len((await hub.call(PORTAL, "GET", named)).json) == 1
    for query, field in (
        ("", "orgMasterId"),
        ("?orgId=09QQ", "orgMasterId"),
        ("?orgMasterId=104A158&entitlementStatus=klaar", "entitlementStatus"),
        ("?orgMasterId=104A158&limit=0", "limit"),
        ("?orgMasterId=104A158&after=x", "after"),
        ("?orgMasterId=%00", "orgMasterId"),
    ):
        answer = await hub.call(PORTAL, "GET", f"{ENTITLEMENTS}/school{query}")
        assert (query, answer.status, answer.code) == (query, 400, 11)
        assert field in answer.json["statusMessage"]


async def test_a_user_at_a_school_is_found_by_any_identifier(hub: Hub) -> None:
    both = {**eck(1), "userIds": [{"userId": "a1", "userIdType": "ASI"}]}
    await entitled(hub, both)
    for user in (eck(1), {"userIds": [{"userId": "a1", "userIdType": "ASI"}]}):
        answer = await hub.call(PORTAL, "POST", USER, {"school": SCHOOL, "user": user})
        (shown,) = answer.json
        assert shown["entitlementSpecification"]["student"] == both


async def test_nobody_we_know_has_nothing_and_a_school_we_do_not_serve_is_unknown(hub: Hub) -> None:
    await entitled(hub, eck(1))
    for path in (USER, PRODUCTS):
        stranger = await hub.call(PORTAL, "POST", path, {"school": SCHOOL, "user": eck(2)})
        assert (stranger.status, stranger.json) == (200, [])
        elsewhere = {"organisationMasterIdentifier": "999Z999"}
        unknown = await hub.call(PORTAL, "POST", path, {"school": elsewhere, "user": eck(1)})
        assert (unknown.status, unknown.code) == (404, 23)


async def test_products_leave_out_what_is_over(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    in_use = await entitled(hub, eck(1))
    use = activation(in_use.entitlement_id, eck(1), expirationDate="2028-07-31")
    await hub.call(REGISTRY, "PUT", ACTIVATION, use)
    await hub.catch_up()
    everything = [str(asked.entitlement_id), str(in_use.entitlement_id)]
    for day, expected in (
        (datetime(2027, 7, 31, 21, 30, tzinfo=UTC), everything),
        (datetime(2027, 7, 31, 22, 30, tzinfo=UTC), everything[1:]),
        (datetime(2028, 7, 31, 22, 30, tzinfo=UTC), []),
    ):
        hub.clock.at = day
        answer = await hub.call(PORTAL, "POST", PRODUCTS, {"school": SCHOOL, "user": eck(1)})
        assert sorted(each["entitlementId"] for each in answer.json) == sorted(expected)


async def test_what_is_over_keeps_its_entitlement_status(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    hub.clock.at = datetime(2030, 1, 1, tzinfo=UTC)
    path = f"/entitlement/v1/entitlements/{asked.entitlement_id}"
    shown: Any = _one((await hub.call(PORTAL, "GET", path)).json)
    assert shown["entitlementStatus"] == "entitled"


async def test_products_show_the_six_fields_of_the_official_text(hub: Hub) -> None:
    await entitled(hub, eck(1))
    status = f"{PRODUCTS}?status=entitled"
    answer = await hub.call(PORTAL, "POST", status, {"school": SCHOOL, "user": eck(1)})
    (product,) = answer.json
    assert set(product) == {
        "entitlementId",
        "productId",
        "entitlementStatus",
        "startDate",
        "activationUntilDate",
        "expirationDate",
    }
    none = f"{PRODUCTS}?status=licensed"
    assert (await hub.call(PORTAL, "POST", none, {"school": SCHOOL, "user": eck(1)})).json == []


async def test_a_read_that_names_nobody_is_a_schema_fault(hub: Hub) -> None:
    answer = await hub.call(PORTAL, "POST", PRODUCTS, {"school": {}, "user": {"userIds": []}})
    assert (answer.status, answer.code) == (400, 11)
    assert all(field in answer.json["statusMessage"] for field in ("school", "user"))


def _one(value: object) -> object:
    return value[0] if isinstance(value, list) else value

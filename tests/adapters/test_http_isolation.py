"""Partners compete: each endpoint, asked for what is another partner's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.http_case import Hub
from tests.adapters.http_partners import (
    DASHBOARD,
    OTHER_PORTAL,
    OTHER_REGISTRY,
    OTHER_SHOP,
    PORTAL,
    REGISTRY,
    SHOP,
    token,
)
from tests.adapters.http_stories import ENTITLEMENTS, Ordered, eck, entitled
from tests.adapters.numbers_case import traced
from tests.adapters.wire_case import SCHOOL

pytestmark = pytest.mark.anyio

USER = f"{ENTITLEMENTS}/school/user"
OF_SCHOOL = f"{ENTITLEMENTS}/school?orgMasterId=104A158"


async def test_an_entitlement_is_there_for_its_own_partners_only(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    path = f"{ENTITLEMENTS}/{asked.entitlement_id}"
    assert await _statuses(hub, "GET", path, SHOP, REGISTRY, PORTAL) == {(200, None)}
    others = (OTHER_SHOP, OTHER_REGISTRY, OTHER_PORTAL)
    assert await _statuses(hub, "GET", path, *others) == {(404, 4040)}


async def test_an_orders_entitlements_are_there_for_its_own_partners_only(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    path = f"{ENTITLEMENTS}/deliveryorder/{asked.order_id}"
    assert await _statuses(hub, "GET", path, SHOP, REGISTRY, PORTAL) == {(200, None)}
    others = (OTHER_SHOP, OTHER_REGISTRY, OTHER_PORTAL)
    assert await _statuses(hub, "GET", path, *others) == {(404, 4140)}


async def test_a_partner_is_no_operator_whatever_its_token_says(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    held, of_order = "/ops/v1/orders/held", f"/trace/v1/orders/{asked.order_id}"
    assert (await hub.call(None, "GET", held, **_operating("nobody"))).status == 200
    assert (await hub.call(None, "GET", of_order, **_operating("nobody"))).status == 200
    for partner in (SHOP, REGISTRY, PORTAL, DASHBOARD):
        refused = await hub.call(None, "GET", held, **_operating(partner))
        assert (refused.status, refused.code) == (403, 21)
    foreign = await hub.call(None, "GET", of_order, **_operating(OTHER_SHOP))
    assert (foreign.status, foreign.code) == (404, 4140)


async def test_a_contract_is_there_for_its_own_partners_only(hub: Hub) -> None:
    await entitled(hub, eck(1), contractId="C1")
    path = f"{ENTITLEMENTS}/contracts/C1"
    assert await _statuses(hub, "GET", path, SHOP, REGISTRY) == {(200, None)}
    assert await _statuses(hub, "GET", path, OTHER_SHOP, OTHER_REGISTRY) == {(404, 4120)}


async def test_a_school_is_there_for_who_has_its_consent(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    (shown,) = (await hub.call(PORTAL, "GET", OF_SCHOOL)).json
    assert shown["entitlementId"] == str(asked.entitlement_id)
    assert (await hub.call(OTHER_PORTAL, "GET", OF_SCHOOL)).json == []
    elsewhere = f"{ENTITLEMENTS}/school?orgMasterId=999X999"
    assert await _statuses(hub, "GET", elsewhere, PORTAL, DASHBOARD) == {(404, 23)}


@pytest.mark.parametrize("path", [USER, f"{USER}/products"])
async def test_a_user_is_there_for_the_portals_the_orders_name(hub: Hub, path: str) -> None:
    asked = await entitled(hub, eck(1))
    await entitled(hub, eck(2), portals=[PORTAL, OTHER_PORTAL])
    user = {"school": SCHOOL, "user": eck(1)}
    (shown,) = (await hub.call(PORTAL, "POST", path, user)).json
    assert shown["entitlementId"] == str(asked.entitlement_id)
    assert (await hub.call(OTHER_PORTAL, "POST", path, user)).json == []


@pytest.mark.parametrize("reader", [PORTAL, DASHBOARD])
async def test_without_consent_of_the_school_nothing_of_it_is_read(hub: Hub, reader: str) -> None:
    asked = await entitled(hub, eck(1))
    await hub.consent(PORTAL, revoked=True)
    for method, path, body in _reads_of(asked):
        answer = await hub.call(reader, method, path, body)
        assert (path, answer.status, answer.code) == (path, 403, 22)
    await hub.consent(reader)
    for method, path, body in _reads_of(asked):
        answer = await hub.call(reader, method, path, body)
        assert (path, answer.status) == (path, 200)
        shown = answer.json if isinstance(answer.json, list) else [answer.json]
        assert [each["entitlementId"] for each in shown] == [str(asked.entitlement_id)]


async def test_without_consent_of_the_school_nothing_of_it_is_traced(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    order, entitlement = f"/orders/{asked.order_id}", f"/entitlements/{asked.entitlement_id}"
    paths = (order, f"{order}/timeline", f"{entitlement}/timeline")
    assert {(await traced(hub, path, PORTAL)).status for path in paths} == {200}
    await hub.consent(PORTAL, revoked=True)
    for reader in (PORTAL, DASHBOARD):
        for path in paths:
            answer = await traced(hub, path, reader)
            assert (reader, path, answer.status, answer.code) == (reader, path, 403, 22)
    (portal,) = [
        each for each in (await traced(hub, order)).json["partners"] if each["role"] == "portal"
    ]
    assert portal["unknownSince"]


async def test_consent_of_one_school_opens_no_other(hub: Hub) -> None:
    elsewhere = {"organisationMasterIdentifier": "999X999"}
    there = await entitled(
        hub, eck(1), deliverySpecification={"school": elsewhere, "students": [eck(1)]}
    )
    await hub.consent(DASHBOARD)
    path = f"{ENTITLEMENTS}/{there.entitlement_id}"
    assert await _statuses(hub, "GET", path, PORTAL, DASHBOARD) == {(403, 22)}
    await hub.consent(DASHBOARD, school=elsewhere)
    assert await _statuses(hub, "GET", path, DASHBOARD) == {(200, None)}
    assert await _statuses(hub, "GET", path, PORTAL) == {(403, 22)}


async def test_what_a_customer_ordered_is_at_no_school_and_needs_no_consent(hub: Hub) -> None:
    specification = {"student": eck(1)}
    asked = await entitled(
        hub, eck(1), deliveryType="customer-student", deliverySpecification=specification
    )
    await hub.consent(PORTAL, revoked=True)
    path = f"{ENTITLEMENTS}/{asked.entitlement_id}"
    assert await _statuses(hub, "GET", path, PORTAL) == {(200, None)}
    assert await _statuses(hub, "GET", path, DASHBOARD) == {(404, 4040)}


def _reads_of(asked: Ordered) -> list[tuple[str, str, Any]]:
    user = {"school": SCHOOL, "user": eck(1)}
    return [
        ("GET", f"{ENTITLEMENTS}/{asked.entitlement_id}", None),
        ("GET", f"{ENTITLEMENTS}/deliveryorder/{asked.order_id}", None),
        ("GET", OF_SCHOOL, None),
        ("POST", USER, user),
        ("POST", f"{USER}/products", user),
    ]


async def _statuses(
    hub: Hub, method: str, path: str, *partners: str
) -> set[tuple[int, int | None]]:
    answers = [await hub.call(partner, method, path) for partner in partners]
    return {(answer.status, None if answer.status == 200 else answer.code) for answer in answers}


def _operating(client_id: str) -> dict[str, str]:
    bearer = token(client_id, "aanspraak.trace", "aanspraak.operate")
    return {"Authorization": f"Bearer {bearer}"}

"""Somebody named in an order was forgotten since: the shop can still change it, and is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.security.persons import customer, user_reference
from tests.adapters.http_partners import REGISTRY, SHOP
from tests.adapters.http_stories import CONFIRMATIONS, ORDERS, Ordered, confirmation, eck, order
from tests.adapters.numbers_case import operated

if TYPE_CHECKING:
    from tests.adapters.http_case import Answer, Hub

pytestmark = pytest.mark.anyio

FORCED = {"force": True, "atOnce": True}


async def _forgotten(hub: Hub, *named: dict[str, str]) -> dict[str, Any]:
    """An order that names these, the first of whom was forgotten since."""
    message = order(*named)
    assert (await hub.call(SHOP, "PUT", ORDERS, message)).status == 202
    await hub.catch_up()
    answer = await operated(hub, "POST", "/persons/forget", {"user": named[0], **FORCED})
    assert answer.json["outcome"] == "forgotten"
    await hub.catch_up()
    return message


async def test_an_order_that_names_somebody_forgotten_can_be_cancelled(hub: Hub) -> None:
    message = await _forgotten(hub, eck(1), eck(2))
    order_id = message["deliveryOrder"]["deliveryOrderId"]
    cancel = order(eck(1), eck(2), order_id=order_id, status="cancelled", endDate="2026-08-24")
    assert (await hub.call(SHOP, "PUT", ORDERS, cancel)).status == 202
    await hub.catch_up()
    assert await hub.facts("DeliveryOrderRequestRefused") == []
    assert len(await hub.facts("CancellationRequested")) == 1
    forgotten = user_reference(eck(1)["userMasterIdentifier"], (), scope="")
    assert await hub.services.vault.find(forgotten) is None


async def test_a_repeat_of_such_an_order_is_the_same_request(hub: Hub) -> None:
    message = await _forgotten(hub, eck(1), eck(2))
    assert (await hub.call(SHOP, "PUT", ORDERS, message)).status == 202
    assert await hub.facts("ReferenceReused") == []


async def test_who_came_back_to_the_vault_hinders_no_cancellation(hub: Hub) -> None:
    message = await _forgotten(hub, eck(1), eck(2))
    assert (await hub.call(SHOP, "PUT", ORDERS, order(eck(1)))).status == 202
    order_id = message["deliveryOrder"]["deliveryOrderId"]
    cancel = order(eck(1), eck(2), order_id=order_id, status="cancelled", endDate="2026-08-24")
    await hub.call(SHOP, "PUT", ORDERS, cancel)
    assert len(await hub.facts("CancellationRequested")) == 1


@pytest.mark.parametrize("named", [(eck(1), eck(3)), (eck(2),), (eck(1), eck(2), eck(3))])
async def test_others_than_were_ordered_for_are_still_refused(
    hub: Hub, named: tuple[dict[str, str], ...]
) -> None:
    message = await _forgotten(hub, eck(1), eck(2))
    order_id = message["deliveryOrder"]["deliveryOrderId"]
    await hub.call(SHOP, "PUT", ORDERS, order(*named, order_id=order_id))
    (refused,) = await hub.facts("DeliveryOrderRequestRefused")
    assert refused.event.reason == "FrozenFieldChanged"  # type: ignore[attr-defined]


async def test_an_order_for_nobody_but_the_forgotten_is_answered(hub: Hub) -> None:
    await _forgotten(hub, eck(1))
    (asked,) = await _cancelled_at_the_registry(hub)
    assert asked.status == 202
    (answer,) = await hub.facts("ConfirmationIssued")
    assert answer.event.success is False  # type: ignore[attr-defined]


async def _cancelled_at_the_registry(hub: Hub) -> list[Answer]:
    requests: list[Any] = [
        (fact.stream_id, fact.event)
        for fact in await hub.facts("RegistryRequested")
        if fact.event.entitlement_status == "cancelled"  # type: ignore[attr-defined]
    ]
    answers = []
    for stream, request in requests:
        asked = Ordered(
            order_id=stream, entitlement_id=stream, to_registry=str(request.reference_id)
        )
        said = confirmation(asked, newEntitlementStatus="cancelled")
        answers.append(await hub.call(REGISTRY, "PUT", CONFIRMATIONS, said))
    await hub.catch_up()
    return answers


@pytest.mark.parametrize("shop", [SHOP, "another-shop"])
async def test_a_customer_is_forgotten_and_the_order_can_be_cancelled_all_the_same(
    hub: Hub, shop: str
) -> None:
    parent = {"displayName": "A. de Vries", "email": "a@example.nl"}
    student = {"student": eck(1)}
    named: dict[str, Any] = {"deliveryType": "customer-student", "deliverySpecification": student}
    named["buyer"] = parent
    message = order(**named)
    assert (await hub.call(SHOP, "PUT", ORDERS, message)).status == 202
    await hub.catch_up()
    whom = {"customer": {**parent, "shop": shop}}
    answer = await operated(hub, "POST", "/persons/forget", whom)
    assert answer.status == (200 if shop == SHOP else 404)
    order_id = message["deliveryOrder"]["deliveryOrderId"]
    over: dict[str, Any] = {"status": "cancelled", "endDate": "2026-08-24"}
    await hub.call(SHOP, "PUT", ORDERS, order(order_id=order_id, **named, **over))
    assert len(await hub.facts("CancellationRequested")) == 1
    (known,) = await hub.services.vault.find_many([customer(*parent.values(), shop=SHOP)])
    assert (known is None) == (shop == SHOP)


@pytest.mark.parametrize("whom", [{}, {"user": eck(1), "customer": {"shop": SHOP}}])
async def test_one_is_named_to_be_forgotten_a_user_or_a_customer(
    hub: Hub, whom: dict[str, Any]
) -> None:
    assert (await operated(hub, "POST", "/persons/forget", whom)).status == 400

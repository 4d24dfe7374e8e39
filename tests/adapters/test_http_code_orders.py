"""Orders by activation code: a code is one order's, and goes with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from aanspraak.domain import ids
from aanspraak.domain.product.commands import ListProduct
from adapters.postgres.directory import REMEMBERED_SECONDS
from tests.adapters.codes_case import revoke, stocked
from tests.adapters.http_partners import (
    BOOK,
    OTHER_REGISTRY,
    REGISTRY,
    SHOP,
    listings,
    offering_codes,
)
from tests.adapters.http_stories import CONFIRMATIONS, ORDERS, order
from tests.adapters.wire_case import SCHOOL

if TYPE_CHECKING:
    from tests.adapters.http_case import Hub

pytestmark = pytest.mark.anyio

THIRD_BOOK = "9789006100044"


async def test_a_code_of_a_live_order_is_refused_in_another(hub: Hub) -> None:
    await _ordered(hub, "AA-1", "AA-2")
    await hub.catch_up()
    await _ordered(hub, "aa2", "AA-3")
    assert await _refusals(hub) == [4151]
    await _ordered(hub, "AA-3")
    assert await _refusals(hub) == [4151]


async def test_two_orders_with_one_code_at_the_same_moment_are_not_both_usable_in_silence(
    hub: Hub,
) -> None:
    await _ordered(hub, "AA-1")
    second = await _ordered(hub, "AA-1")
    await hub.catch_up()
    assert await _refusals(hub) == []
    (incident,) = [fact.event for fact in await hub.facts("IncidentOpened")]
    said: Any = incident
    assert (said.kind, said.code, said.party) == ("code-in-two-orders", 4151, SHOP)
    first_entitlement, second_entitlement = await hub.facts("EntitlementCreated")
    assert said.entitlement_id == second_entitlement.stream_id != first_entitlement.stream_id
    assert str(second) in repr(second_entitlement.event)


async def test_the_same_order_again_is_no_other_order(hub: Hub) -> None:
    message = _message("AA-1")
    for _ in range(2):
        await hub.call(SHOP, "PUT", ORDERS, message)
        await hub.catch_up()
    assert await _refusals(hub) == []
    assert await hub.incidents() == []


async def test_a_code_of_another_product_is_unknown_and_a_revoked_one_is_revoked(hub: Hub) -> None:
    await stocked(hub, "AA-1", "AA-2")
    await revoke(hub, "AA-2")
    await hub.catch_up()
    await _ordered(hub, "AA-2")
    assert await _refusals(hub) == [4152]
    await hub.submit(*_another_product())
    await hub.catch_up()
    await _ordered(hub, "AA-1", productId=THIRD_BOOK)
    assert await _refusals(hub) == [4152, 4150]


async def test_a_code_in_stock_that_an_order_names_is_given_to_nobody_else(hub: Hub) -> None:
    await stocked(hub, "AA-1", "AA-2")
    await hub.catch_up()
    await _ordered(hub, "AA-1")
    await hub.catch_up()
    await hub.catch_up()
    (stock,) = await hub.services.codes.stock()
    assert (stock.unused, stock.taken_out) == (1, 1)


@pytest.mark.parametrize("offered", [True, False])
async def test_the_codes_of_a_cancelled_order_are_revoked_where_the_publisher_agreed(
    hub: Hub, *, offered: bool
) -> None:
    if offered:
        await hub.submit(*offering_codes(REGISTRY))
        await hub.catch_up()
    message = _message("AA-1", "AA-2")
    await hub.call(SHOP, "PUT", ORDERS, message)
    await hub.catch_up()
    await _cancelled(hub, message)
    revoked: list[Any] = [fact.event for fact in await hub.facts("CodeRevocationRequested")]
    cancelled = await hub.facts("DeliveryOrderCancelled")
    assert len(cancelled) == 1
    assert [event.order for event in revoked] == [cancelled[0].stream_id] * (2 if offered else 0)
    await _ordered(hub, "AA-1")
    assert await _refusals(hub) == ([4152] if offered else [])


async def test_an_order_by_code_is_cancelled_whatever_became_of_its_product(hub: Hub) -> None:
    message = _message("AA-1", "AA-2")
    await hub.call(SHOP, "PUT", ORDERS, message)
    await hub.catch_up()
    await hub.submit(*_registered_elsewhere())
    await hub.catch_up()
    hub.clock.at += timedelta(seconds=REMEMBERED_SECONDS)
    await _cancelled(hub, message)
    assert await _refusals(hub) == []
    assert len(await hub.facts("DeliveryOrderCancelled")) == 1


async def test_an_entitlement_by_code_goes_to_a_portal_only_if_the_order_names_one(
    hub: Hub,
) -> None:
    await _ordered(hub, "AA-1", portals=[])
    await hub.catch_up()
    await _confirm(hub, "created", "entitled")
    assert await hub.facts("LinkRequested") == []
    (processed,) = await hub.facts("DeliveryOrderProcessed")
    event: Any = processed.event
    assert (event.delivered, event.refused) == (1, 0)


def _registered_elsewhere() -> list[tuple[UUID, object]]:
    """The product, of which the catalogue has another registry now."""
    return [
        (stream, replace(command, registry=OTHER_REGISTRY))
        for stream, command in listings()
        if isinstance(command, ListProduct) and command.product_id == BOOK
    ]


def _another_product() -> list[tuple[UUID, object]]:
    """A product of the registry that the codes are of."""
    return [
        (ids.product_stream(THIRD_BOOK), replace(command, product_id=THIRD_BOOK))
        for _, command in listings()
        if isinstance(command, ListProduct) and command.product_id == BOOK
    ]


def _message(*codes: str, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 - fields
    return order(
        deliveryType="school-activationcodes",
        deliverySpecification={"school": SCHOOL, "activationCodes": list(codes)},
        **changed,
    )


async def _ordered(hub: Hub, *codes: str, **changed: Any) -> UUID:  # noqa: ANN401 - fields
    message = _message(*codes, **changed)
    assert (await hub.call(SHOP, "PUT", ORDERS, message)).status == 202
    return UUID(message["deliveryOrder"]["deliveryOrderId"])


async def _refusals(hub: Hub) -> list[int]:
    refused: list[Any] = [fact.event for fact in await hub.facts("DeliveryOrderRequestRefused")]
    return [event.status for event in refused]


async def _cancelled(hub: Hub, message: dict[str, Any]) -> None:
    """Cancel; the registry confirms each."""
    ordered = {
        **message["deliveryOrder"],
        "status": "cancelled",
        "endDate": "2026-09-01",
        "dateLastModified": "2026-08-25T09:00:00Z",
    }
    cancel = {"deliveryOrderReferenceId": str(uuid4()), "deliveryOrder": ordered}
    assert (await hub.call(SHOP, "PUT", ORDERS, cancel)).status == 202
    await hub.catch_up()
    await _confirm(hub, "cancelled", "cancelled")


async def _confirm(hub: Hub, asked: str, becomes: str) -> None:
    for fact in await hub.facts("RegistryRequested"):
        event: Any = fact.event
        if event.entitlement_status != asked:
            continue
        body = {
            "entitlementReferenceId": str(event.reference_id),
            "entitlementReceiveId": str(uuid4()),
            "entitlementId": str(fact.stream_id),
            "productId": BOOK,
            "processedTimestamp": "2026-08-24T09:00:01Z",
            "newEntitlementStatus": becomes,
            "success": True,
            "status": 0,
        }
        assert (await hub.call(REGISTRY, "PUT", CONFIRMATIONS, body)).status == 202
    await hub.catch_up()

"""Stories that the tests of the HTTP API begin with, and the messages in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from tests.adapters import wire_case
from tests.adapters.http_partners import BOOK, PORTAL, REGISTRY, SHOP

if TYPE_CHECKING:
    from tests.adapters.http_case import Hub

ORDERS = "/delivery/v2/deliveryorders"
ENTITLEMENTS = "/entitlement/v1/entitlements"
CONFIRMATIONS = f"{ENTITLEMENTS}/confirmations"
ACTIVATION = "/usage/v1/usage/activation"


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """An order of `SHOP` for one student, at `REGISTRY` and `PORTAL`, as far as it came."""

    order_id: UUID
    entitlement_id: UUID
    to_registry: str
    to_portal: str = ""


async def ordered(hub: Hub, student: dict[str, Any], **changed: Any) -> Ordered:  # noqa: ANN401
    """Order for a student; the registry was asked, and confirmed nothing yet."""
    message = order(student, **changed)
    assert (await hub.call(SHOP, "PUT", ORDERS, message)).status == 202
    await hub.catch_up()
    asked = (await hub.facts("RegistryRequested"))[-1]
    event: Any = asked.event
    return Ordered(
        order_id=UUID(message["deliveryOrder"]["deliveryOrderId"]),
        entitlement_id=asked.stream_id,
        to_registry=str(event.reference_id),
    )


async def entitled(hub: Hub, student: dict[str, Any], **changed: Any) -> Ordered:  # noqa: ANN401
    """The same, and the registry confirmed: now the portal was asked."""
    so_far = await ordered(hub, student, **changed)
    answer = await hub.call(REGISTRY, "PUT", CONFIRMATIONS, confirmation(so_far))
    assert answer.status == 202
    await hub.catch_up()
    asked: list[Any] = [fact.event for fact in await hub.facts("LinkRequested")]
    to_portal = [event.reference_id for event in asked if event.portal == PORTAL]
    return replace(so_far, to_portal=str(to_portal[-1]))


def confirmation(of: Ordered, **changed: object) -> dict[str, Any]:
    """The registry's confirmation that it is ready; or the portal's, once that was asked."""
    said: dict[str, object] = (
        {"newUrlStatus": {"portal": PORTAL, "urlStatus": "processed"}}
        if of.to_portal
        else {"newEntitlementStatus": "entitled"}
    )
    return {
        "entitlementReferenceId": of.to_portal or of.to_registry,
        "entitlementReceiveId": str(uuid4()),
        "entitlementId": str(of.entitlement_id),
        "productId": BOOK,
        "processedTimestamp": "2026-08-24T09:00:01Z",
        "success": True,
        "status": 0,
        **said,
        **changed,
    }


def activation(entitlement_id: UUID, student: dict[str, Any], **changed: object) -> dict[str, Any]:
    """A first use by this student."""
    return {
        "entitlementId": str(entitlement_id),
        "productId": BOOK,
        "entitlementType": "school-student",
        "school": wire_case.SCHOOL,
        "user": student,
        "usageDate": "2026-08-24",
        "usageType": "initial-activation",
        "expirationDate": "2027-07-31",
        **changed,
    }


def order(
    *users: dict[str, Any],
    order_id: UUID | None = None,
    reference_id: UUID | None = None,
    **changed: Any,  # noqa: ANN401 - fields of the message
) -> dict[str, Any]:
    """A DeliveryOrderRequest for these students, by default one."""
    named = users or (eck(1),)
    chosen = {"productId": BOOK, "portals": [PORTAL], **changed}
    message = wire_case.order_request(
        chosen.pop("deliverySpecification", wire_case.students(*named)),
        delivery_type=chosen.pop("deliveryType", "school-students"),
        deliveryOrderId=str(order_id or uuid4()),
        **chosen,
    )
    return {**message, "deliveryOrderReferenceId": str(reference_id or uuid4())}


def eck(number: int) -> dict[str, str]:
    """The nth student, by ECK iD."""
    return {"userMasterIdentifier": f"https://ketenid.nl/201703/{number:0128x}"}

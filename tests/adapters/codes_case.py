"""Asking for activation codes, and answering as a registry does, for the tests of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.adapters.http_partners import BOOK, REGISTRY, offering_codes
from tests.adapters.numbers_case import operated

if TYPE_CHECKING:
    from tests.adapters.http_case import Answer, Hub

API = "/activationcode/v0/activationcodes"
ORDER_ID = "24e39454-5360-4ba4-819f-03e59b8dd679"


async def stocked(hub: Hub, *codes: str) -> None:
    """Have the registry send these codes into stock."""
    await hub.submit(*offering_codes(REGISTRY))
    await hub.catch_up()
    reference = await requested(hub, len(codes))
    assert (await confirm(hub, reference, *codes)).status == 202


async def requested(hub: Hub, quantity: int) -> str:
    """Ask for codes; the reference id of the request."""
    answer = await request(hub, quantity)
    assert answer.status == 202
    return str(answer.json["requestReferenceId"])


async def request(hub: Hub, quantity: int) -> Answer:
    """Ask for codes."""
    body = {"requestId": str(uuid4()), "productId": BOOK, "quantity": quantity}
    return await operated(hub, "POST", "/codes/request", body)


async def take(hub: Hub, quantity: int, request_id: str | None = None) -> Answer:
    """Take codes out of stock."""
    body = {"productId": BOOK, "quantity": quantity, "deliveryOrderId": ORDER_ID}
    asked = {**body, "requestId": request_id or str(uuid4())}
    return await operated(hub, "POST", "/codes/take", asked)


async def revoke(hub: Hub, *codes: str) -> Answer:
    """Have codes revoked."""
    body = {"productId": BOOK, "activationCodes": list(codes)}
    return await operated(hub, "POST", "/codes/revoke", body)


async def confirm(
    hub: Hub,
    reference: str,
    *codes: str,
    partner: str = REGISTRY,
    **changed: Any,  # noqa: ANN401
) -> Answer:
    """The registry's answer to a request."""
    body = {
        "requestReferenceId": reference,
        "responseReferenceId": "receipt-1",
        "productId": BOOK,
        "activationCodes": list(codes),
        "processedTimestamp": "2026-08-24T09:00:01Z",
        "success": True,
        "status": 0,
        **changed,
    }
    return await hub.call(partner, "PUT", f"{API}/confirmations", body)


async def confirm_revoked(hub: Hub, reference: str, code: str, **changed: Any) -> Answer:  # noqa: ANN401
    """The registry's answer to a request to revoke."""
    body = {
        "requestReferenceId": reference,
        "responseReferenceId": "receipt-2",
        "activationCode": code,
        "processedTimestamp": "2026-08-24T09:00:01Z",
        "success": True,
        "status": 0,
        **changed,
    }
    return await hub.call(REGISTRY, "PUT", f"{API}/revoke/confirmations", body)

"""Tracing as the operator or as a partner, and acting as the operator."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.adapters.http_partners import PORTAL, REGISTRY, token
from tests.adapters.http_stories import ACTIVATION, CONFIRMATIONS, activation, confirmation

if TYPE_CHECKING:
    from tests.adapters.http_case import Answer, Hub
    from tests.adapters.http_stories import Ordered

TRACING, OPERATING = "aanspraak.trace", "aanspraak.operate"
OPERATOR = {"Authorization": f"Bearer {token('operator', TRACING, OPERATING)}"}
SIGNED = {"actor": "Jo van de helpdesk", "reason": "as agreed by telephone"}


async def traced(hub: Hub, path: str, partner: str = "") -> Answer:
    """Trace as a partner, by default as the operator."""
    scopes = (TRACING,) if partner else (TRACING, OPERATING)
    authorization = f"Bearer {token(partner or 'operator', *scopes)}"
    return await hub.call(None, "GET", f"/trace/v1{path}", Authorization=authorization)


async def trace(hub: Hub, path: str, partner: str = "") -> Any:  # noqa: ANN401 - JSON
    """What a trace says that is there for whoever asks."""
    answer = await traced(hub, path, partner)
    assert answer.status == 200, answer.body
    return answer.json


async def operated(
    hub: Hub, method: str, path: str, body: dict[str, Any] | None = None, *scopes: str
) -> Answer:
    """Act as the operator, who signs."""
    authorization = f"Bearer {token('operator', *(scopes or (OPERATING,)))}"
    signed = None if method == "GET" else json.dumps({**SIGNED, **(body or {})}).encode()
    return await hub.call(None, method, f"/ops/v1{path}", signed, Authorization=authorization)


async def used(hub: Hub, asked: Ordered, student: dict[str, Any], day: str) -> None:
    """Have somebody use first what was made for them."""
    message = activation(asked.entitlement_id, student, usageDate=day)
    assert (await hub.call(REGISTRY, "PUT", ACTIVATION, message)).status == 202
    await hub.catch_up()


async def placed(hub: Hub, asked: Ordered) -> None:
    """Have the portal place the link."""
    await hub.call(PORTAL, "PUT", CONFIRMATIONS, confirmation(asked))
    await hub.catch_up()

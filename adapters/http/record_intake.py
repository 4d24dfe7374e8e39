"""What a partner wrote to Kafka, taken as if it had been sent over HTTP."""

from __future__ import annotations

from typing import Final

from fastapi import Request

from aanspraak.application.ports import RecordRefused
from aanspraak.domain.errors import DomainError, UnknownEntitlement
from aanspraak.domain.partner.decide import PORTAL, REGISTRY, SHOP
from adapters.http.accounting import CORRELATION
from adapters.http.activation_intake import take_activation
from adapters.http.auth import Call
from adapters.http.confirmation_intake import take_confirmation
from adapters.http.order_intake import take_order
from adapters.http.services import Services
from adapters.wire.delivery_v2 import DeliveryOrderRequest
from adapters.wire.entitlement_v1 import EntitlementConfirmation
from adapters.wire.parsing import parse
from adapters.wire.problems import SchemaIncorrect
from adapters.wire.usage_v1 import InitialActivation

WRITERS: Final = {
    "orders": (SHOP,),
    "confirmations": (REGISTRY, PORTAL),
    "activations": (REGISTRY,),
}
"""Which roles write what, as with the scopes of the APIs."""


async def take_record(
    services: Services, kind: str, partner: str, correlation_id: str, body: bytes
) -> None:
    """Take an order, a confirmation or an activation; asked again it counts once.

    Raises:
        RecordRefused: it can never be taken: the partner is not known or has another role, the
            schema or the rules refuse it. Every other error may be better later.
    """
    known = await services.directory.partner(partner)
    if known is None or known.role not in WRITERS[kind]:
        raise RecordRefused("not-a-writer")
    await services.signs_of_life.notice(partner)
    scope = {"type": "http", "headers": [], CORRELATION: correlation_id}
    call = Call(request=Request(scope), services=services, partner=known)
    try:
        await _take(call, kind, body)
    except UnknownEntitlement:
        return  # it is held, and taken up if the entitlement appears
    except (SchemaIncorrect, DomainError) as refusal:
        raise RecordRefused(type(refusal).__name__) from refusal


async def _take(call: Call, kind: str, body: bytes) -> None:
    match kind:
        case "orders":
            await take_order(call, parse(DeliveryOrderRequest, body))
        case "confirmations":
            await take_confirmation(call, parse(EntitlementConfirmation, body))
        case "activations":
            await take_activation(call, parse(InitialActivation, body))
        case _:
            raise ValueError(kind)

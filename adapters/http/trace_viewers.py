"""Who may trace, and the order or entitlement that is asked for, where they may see it."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import Depends, Path, Query, Request

from aanspraak.domain.errors import UnknownDeliveryOrder, UnknownEntitlement
from adapters.http.accounting import PARTNER
from adapters.http.consented import require_consent
from adapters.http.openapi import opened_by
from adapters.http.parameters import id_of
from adapters.http.problems import scope_required
from adapters.http.services import Services
from adapters.security.tokens import bearer
from adapters.wire import ops_v1
from adapters.wire import trace_v1 as wire
from projections.delivery_order_status import DeliveryOrderStatus
from projections.entitlement_details import EntitlementDetails
from projections.order_trace import Moment, moment_at
from projections.visibility import OPERATOR, OPERATOR_ROLE, Viewer

OPERATE: Final = ops_v1.SCOPE
"""With this scope a client that is no partner sees all partners' part."""


async def admit(request: Request) -> Viewer:
    """Whoever may trace: the operator, or a partner for what is its own.

    Raises TokenRefused (401) or Refused (403, code 21).
    """
    services: Services = request.app.state.services
    caller = services.tokens.verify(bearer(request.headers.get("authorization")))
    if wire.SCOPE not in caller.scopes:
        raise scope_required((wire.SCOPE,), f"Scope required: {wire.SCOPE}.")
    partner = await services.directory.partner_of_client(caller.client_id)
    if partner is None and OPERATE in caller.scopes:
        return OPERATOR
    if partner is None:
        raise scope_required((wire.SCOPE,), "The client of this token is no partner of the hub.")
    request.scope[PARTNER] = partner.partner
    return partner


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


Admitted = Annotated[Viewer, Depends(admit)]
Parts = Annotated[Services, Depends(_services)]
OrderId = Annotated[str, Path(alias="deliveryOrderId")]
EntitlementId = Annotated[str, Path(alias="entitlementId")]
Language = Annotated[Literal["en", "nl"], Query(description="The language of the texts.")]
OPENED: Final = opened_by((wire.SCOPE,))


async def order_of(viewer: Viewer, services: Services, given: str) -> DeliveryOrderStatus:
    """The order that is named; raises UnknownDeliveryOrder, or Refused (403, code 22)."""
    order = await services.reads.order(viewer, id_of(given))
    if order is None:
        raise UnknownDeliveryOrder
    await require_consent(services, viewer, order.school_id)
    return order


async def entitlement_of(viewer: Viewer, services: Services, given: str) -> EntitlementDetails:
    """The entitlement that is named; raises UnknownEntitlement, or Refused (403, code 22)."""
    row = await services.reads.entitlement(viewer, id_of(given))
    if row is None:
        raise UnknownEntitlement
    await require_consent(services, viewer, row.school_id)
    return row


def moment_of(services: Services) -> Moment:
    """When it is asked."""
    return moment_at(services.now(), services.settings.overdue_seconds)


def own(viewer: Viewer) -> str | None:
    """The partner that sees only what is its own; None for the operator."""
    return None if viewer.role == OPERATOR_ROLE else viewer.partner

"""Which facts somebody has to look at: the incident that each belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aanspraak.application.delivery_progress import PLACED, EntitlementProgress
from aanspraak.domain import status_codes
from aanspraak.domain.delivery_order.events import (
    ConfirmationGivenUp,
    ConfirmationRejected,
    DeliveryOrderRequestRefused,
    ReferenceReused,
)
from aanspraak.domain.entitlement.events import (
    InitialActivationReported,
    LinkLost,
    LinkRefused,
    RegistryRefused,
    RequestGivenUp,
    RequestRejected,
    UnexpectedConfirmationReceived,
)
from aanspraak.domain.entitlement.withdrawal_events import EntitlementCancelled

if TYPE_CHECKING:
    from uuid import UUID


_REFUSED_BY_REGISTRY: Final = {
    "created": "registry-refused",
    "cancelled": "cancellation-refused",
    "blocked": "block-refused",
}
"""What the registry refused, by what it was asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Concern:
    """Who it is about, the functional code, and the kind; `text_id` is the partner's own words."""

    party: str
    code: int
    kind: str
    text_id: UUID | None = None


def concerns_of_entitlement(event: object, progress: EntitlementProgress) -> tuple[Concern, ...]:
    """The concerns a fact about an entitlement gives rise to."""
    match event:
        case RegistryRefused() | LinkRefused():
            return (_request_refused(event, progress),)
        case EntitlementCancelled(in_use=True):
            return (_concern(progress.registry, "cancelled-while-in-use"),)
        case LinkLost():
            return (_concern(event.portal, f"link-{event.url_status}"),)
        case UnexpectedConfirmationReceived():
            return (_refusal(event.partner, event.status, "unexpected-confirmation", event),)
        case RequestRejected():
            return (_concern(event.partner, "request-rejected", event.status),)
        case RequestGivenUp():
            return (_concern(event.partner, "request-given-up"),)
        case InitialActivationReported():
            return tuple(_concern(event.registry, anomaly) for anomaly in event.anomalies)
        case _:
            return ()


def _request_refused(
    event: RegistryRefused | LinkRefused, progress: EntitlementProgress
) -> Concern:
    if isinstance(event, RegistryRefused):
        kind = _REFUSED_BY_REGISTRY.get(event.asked, "registry-refused")
        return _refusal(event.registry, event.status, kind, event)
    return _refusal(event.portal, event.status, _link_refused(event, progress), event)


def _link_refused(event: LinkRefused, progress: EntitlementProgress) -> str:
    if event.asked != "initialized":
        return "link-withdrawal-refused"
    refresh = progress.links.get(event.portal) == PLACED
    return "refresh-refused" if refresh else "link-refused"


def concerns_of_order(event: object) -> tuple[Concern, ...]:
    """The concerns a fact about an order gives rise to."""
    match event:
        case DeliveryOrderRequestRefused():
            return (_order_concern(event.shop, "order-refused", event.status),)
        case ReferenceReused():
            return (reference_reused(event.shop),)
        case ConfirmationRejected():
            return (_order_concern(event.shop, "confirmation-rejected", event.status),)
        case ConfirmationGivenUp():
            return (_order_concern(event.shop, "confirmation-given-up"),)
        case _:
            return ()


def reference_reused(shop: str) -> Concern:
    """The concern that a reference id came again for another order."""
    return _order_concern(shop, "reference-reused")


def _order_concern(shop: str, kind: str, status: int | None = None) -> Concern:
    return Concern(party=shop, code=status or status_codes.DELIVERY_OTHER, kind=kind)


def _refusal(
    party: str,
    status: int,
    kind: str,
    event: RegistryRefused | LinkRefused | UnexpectedConfirmationReceived,
) -> Concern:
    return Concern(
        party=party,
        code=status or status_codes.ENTITLEMENT_OTHER,
        kind=kind,
        text_id=event.status_message_id,
    )


def _concern(party: str, kind: str, status: int | None = None) -> Concern:
    return Concern(party=party, code=status or status_codes.ENTITLEMENT_OTHER, kind=kind)

"""Which facts somebody has to look at: the incident that each belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aanspraak.application.delivery_progress import PLACED, EntitlementProgress
from aanspraak.domain import status_codes
from aanspraak.domain.delivery_order.events import (
    ConfirmationGivenUp,
    ConfirmationRejected,
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

if TYPE_CHECKING:
    from uuid import UUID


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
        case RegistryRefused():
            return (_refusal(event.registry, event.status, "registry-refused", event),)
        case LinkRefused():
            refresh = progress.links.get(event.portal) == PLACED
            kind = "refresh-refused" if refresh else "link-refused"
            return (_refusal(event.portal, event.status, kind, event),)
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


def concerns_of_order(event: object) -> tuple[Concern, ...]:
    """The concerns a fact about an order gives rise to."""
    match event:
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

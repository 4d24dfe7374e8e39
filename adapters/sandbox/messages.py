"""What partners send, as they write it: the counterparts of the hub's wire models."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from adapters.wire.message import EntitlementStatus, EntitlementType
from adapters.wire.outgoing import Outgoing, SchoolReference, UserReference


class NewUrlStatus(Outgoing, frozen=True, kw_only=True):
    """What became of a link."""

    portal: str
    url_status: str


class EntitlementConfirmation(Outgoing, frozen=True, kw_only=True):
    """A registry's or portal's answer."""

    entitlement_reference_id: UUID
    entitlement_receive_id: UUID
    entitlement_id: UUID
    product_id: str
    processed_timestamp: datetime
    new_entitlement_status: EntitlementStatus | None = None
    new_url_status: NewUrlStatus | None = None
    success: bool
    status: int
    status_message: str | None = None


class InitialActivation(Outgoing, frozen=True, kw_only=True):
    """A first use, told by a registry."""

    entitlement_id: UUID
    product_id: str
    entitlement_type: EntitlementType
    school: SchoolReference | None = None
    user: UserReference
    activation_code: str | None = None
    usage_date: date
    usage_type: str
    expiration_date: date


class DeliveryOrderRequest(Outgoing, frozen=True, kw_only=True):
    """An order as a shop sends it: whatever it was given."""

    delivery_order_reference_id: UUID
    delivery_order: dict[str, Any]

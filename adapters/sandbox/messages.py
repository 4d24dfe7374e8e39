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


class Use(Outgoing, frozen=True, kw_only=True):
    """How somebody used a product (Usage API 1.0.0, usage)."""

    first_used: date
    last_used: date | None = None
    frequency_of_usage: int | None = None


class EntitlementUsage(Outgoing, frozen=True, kw_only=True):
    """An entitlement as a registry has it, and its use."""

    entitlement_id: UUID
    product_id: str | None = None
    entitlement_type: EntitlementType
    entitlement_status: str
    school: SchoolReference | None = None
    user: UserReference | None = None
    activation_code: str | None = None
    expiration_date: date | None = None
    usage: Use | None = None


class DeliveryOrderUsage(Outgoing, frozen=True, kw_only=True):
    """The entitlements of an order, or of all orders of a contract, counted."""

    delivery_order_id: UUID
    total_entitled: int
    total_licensed: int
    total_cancelled: int
    total_blocked: int
    total_expired: int
    entitlements: tuple[EntitlementUsage, ...]


class DeliveryOrderRequest(Outgoing, frozen=True, kw_only=True):
    """An order as a shop sends it: whatever it was given."""

    delivery_order_reference_id: UUID
    delivery_order: dict[str, Any]


class ActivationCodeConfirmation(Outgoing, frozen=True, kw_only=True):
    """Codes, or why there are none."""

    request_reference_id: str
    response_reference_id: str
    product_id: str
    activation_codes: tuple[str, ...] = ()
    processed_timestamp: datetime
    success: bool
    status: int
    status_message: str | None = None


class ActivationCodeRevokeConfirmation(Outgoing, frozen=True, kw_only=True):
    """Revoked, or why not."""

    request_reference_id: str
    response_reference_id: str
    activation_code: str
    processed_timestamp: datetime
    success: bool
    status: int
    status_message: str | None = None

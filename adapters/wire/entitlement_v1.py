"""Entitlement API 1.1.0: our entitlements out, confirmations of registries and portals in.

Defects of the published text that this file is written around:

- `Entitlement` requires `buyer`, `entitlee` and `urlStatus`, which are no properties (left-overs):
  they are not sent. `entitlementSpecification` is in no required list and always sent.
- `entitlementSpecification` is a oneOf whose branches overlap: which fields there are follows from
  `entitlementType`. The branch for an employee requires `student`; we send `employee`.
- `expired` is a status of a link in confirmations only, `uninitialized` in entitlements only.
- `newUrlStatus` requires neither of its fields; the portal is then whoever holds the token.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from adapters.wire.message import (
    EntitlementStatus,
    EntitlementType,
    Id,
    Maybe,
    Message,
    Moment,
    Text,
    Whole,
)
from adapters.wire.outgoing import Outgoing, SchoolReference, UserReference

VERSION = "1.1.0"
BASE_PATH = "/entitlement/v1"

UrlStatus = Literal["uninitialized", "initialized", "processed", "cancelled", "blocked"]


class NewUrlStatus(Message):
    """What became of a link at a portal."""

    portal: Maybe[Text] = None
    url_status: Maybe[Literal["initialized", "processed", "cancelled", "blocked", "expired"]] = None


class EntitlementConfirmation(Message):
    """A registry's or portal's answer to a request of ours.

    The ids it echoes are read as text: one that is no UUID is no broken message but an unknown
    reference. U+0000 in it is removed, because what a partner confirmed has happened.
    """

    removes_u0000: ClassVar[bool] = True

    entitlement_reference_id: Text
    entitlement_receive_id: Text
    entitlement_id: Id
    product_id: Text
    processed_timestamp: Moment
    new_entitlement_status: Maybe[EntitlementStatus] = None
    new_url_status: Maybe[NewUrlStatus] = None
    success: bool
    status: Whole
    status_message: Maybe[str] = None


class PortalUrlStatus(Outgoing, frozen=True, kw_only=True):
    """What is asked of, or known about, the link at one portal."""

    portal: str
    url_status: UrlStatus


class EntitlementSpecification(Outgoing, frozen=True, kw_only=True):
    """Whose it is: a student, an employee or the holder of a code, within a school or not."""

    school: SchoolReference | None = None
    student: UserReference | None = None
    employee: UserReference | None = None
    activation_code: str | None = None


def specification(
    entitlement_type: EntitlementType,
    recipient: UserReference | str,
    school: SchoolReference | None = None,
) -> EntitlementSpecification:
    """The branch that belongs to an entitlementType; a code is given as text."""
    if isinstance(recipient, str):
        return EntitlementSpecification(school=school, activation_code=recipient)
    if entitlement_type == "school-employee":
        return EntitlementSpecification(school=school, employee=recipient)
    return EntitlementSpecification(school=school, student=recipient)


class Entitlement(Outgoing, frozen=True, kw_only=True):
    """One user or one code may take one product into use. Moments in UTC, days Europe/Amsterdam."""

    entitlement_id: UUID
    delivery_order_id: UUID | None = None
    contract_id: str | None = None
    product_id: str
    start_date: date
    activation_until_date: date
    expiration_date: date | None = None
    end_date: date | None = None
    entitlement_type: EntitlementType
    entitlement_specification: EntitlementSpecification
    entitlement_status: EntitlementStatus
    url_statuses: tuple[PortalUrlStatus, ...] = ()
    date_created: datetime
    date_last_modified: datetime


class EntitlementRequest(Outgoing, frozen=True, kw_only=True):
    """The whole latest state of an entitlement, under a reference id of its own."""

    entitlement_reference_id: UUID
    entitlement: Entitlement


class EntitlementProduct(Outgoing, frozen=True, kw_only=True):
    """What a portal needs to show a user's product."""

    entitlement_id: UUID
    product_id: str
    entitlement_status: EntitlementStatus
    start_date: date
    activation_until_date: date
    expiration_date: date | None = None


class DeliveryOrderEntitlements(Outgoing, frozen=True, kw_only=True):
    """An order of a contract with its entitlements, counted by status."""

    delivery_order_id: UUID
    contract_id: str | None = None
    total_quantity: int | None = None
    total_created: int
    total_entitled: int
    total_licensed: int
    total_cancelled: int
    total_blocked: int
    entitlements: tuple[Entitlement, ...]

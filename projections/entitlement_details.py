"""How does an entitlement stand? All that Edu-V's `Entitlement` shows of it, and who is busy."""

from __future__ import annotations

from datetime import date
from typing import Final, get_args
from uuid import UUID

from aanspraak.domain.entitlement.confirmation import LOST
from aanspraak.domain.entitlement.events import EntitlementCreated, EntitlementEvent
from aanspraak.domain.recorded import Recorded
from projections.entitlement_changes import CHANGES
from projections.entitlement_row import EntitlementDetails, changed
from projections.side import WITHHELD

__all__ = [
    "ABOUT",
    "KEY",
    "NAME",
    "EntitlementDetails",
    "fold",
    "is_over",
    "keys",
    "url_status",
]

NAME: Final = "entitlement_details"
KEY: Final = ("entitlement_id",)
ABOUT: Final = frozenset(get_args(EntitlementEvent))


def keys(recorded: Recorded) -> tuple[tuple[UUID], ...]:
    """The entitlement a fact is about."""
    return ((recorded.stream_id,),) if type(recorded.event) in ABOUT else ()


def fold(row: EntitlementDetails | None, recorded: Recorded) -> EntitlementDetails | None:
    """Apply one fact; a fact that is in the row already changes nothing."""
    event = recorded.event
    if row is None:
        return _created(recorded, event) if isinstance(event, EntitlementCreated) else None
    if recorded.version <= row.version:
        return row
    change = CHANGES.get(type(event))
    return (
        changed(row, version=recorded.version) if change is None else change(row, recorded, event)
    )


def url_status(row: EntitlementDetails, portal: str) -> str:
    """The urlStatus of a portal as Edu-V's `Entitlement` spells it.

    A link once placed is `processed` until its portal reports otherwise, whatever was asked since.
    `expired` exists in confirmations only: the link is gone, which is `cancelled` here.
    """
    side = row.sides.get(portal)
    if side is None or (side.known == WITHHELD and not side.open):
        return "uninitialized"
    if side.known == "placed":
        return "processed"
    if side.known in LOST and not side.open:
        return "cancelled" if side.known == "expired" else side.known
    return side.asked


def is_over(
    status: str,
    activation_until_date: date,
    expiration_date: date | None,
    today: date,
    *,
    used: bool = False,
) -> bool:
    """Nothing can be done with it any more: not activated in time, or the licence has ended.

    `used`: it was activated, so that blocked it has its licence to come back to.
    """
    if status == "cancelled":
        return True
    if used or status == "licensed":
        return expiration_date is not None and expiration_date < today
    return activation_until_date < today


def _created(recorded: Recorded, event: EntitlementCreated) -> EntitlementDetails:
    return EntitlementDetails(
        entitlement_id=recorded.stream_id,
        version=recorded.version,
        order_id=event.order,
        delivery_order_id=event.delivery_order_id,
        shop=event.shop,
        contract_id=event.contract_id,
        product_id=event.product_id,
        registry=event.registry,
        portals=event.portals,
        school_id=event.school_id,
        organisation_master_identifier=event.organisation_master_identifier,
        organisation_ids=event.organisation_ids,
        subject_id=event.subject_id,
        user_reference_id=event.user_reference_id,
        turn=event.turn,
        entitlement_type=event.entitlement_type,
        delivery_type=event.delivery_type,
        start_date=event.start_date,
        activation_until_date=event.activation_until_date,
        expiration_date=event.expiration_date,
        status="created",
        first_usage_date=None,
        sides={},
        date_created=event.date_created,
        date_last_modified=event.date_created,
    )

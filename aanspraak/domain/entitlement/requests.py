"""The messages of an Entitlement: each the next number to its partner, with the state it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.domain import ids, lanes
from aanspraak.domain.entitlement.events import LinkRequested, RegistryRequested
from aanspraak.domain.entitlement.state import Entitlement, EntitlementStatus

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from aanspraak.domain.entitlement.events import EntitlementCreated

INITIALIZED: Final = "initialized"
"""The urlStatus that asks a portal to place the link, or to refresh it."""


def ask_registry(
    entitlement: Entitlement,
    status: EntitlementStatus,
    now: datetime,
    end_date: date | None = None,
) -> RegistryRequested:
    """Tell the registry that the entitlement is in this status; somebody is waiting for it."""
    registry = entitlement.created.registry
    number = entitlement.numbers.get(registry, 0) + 1
    return RegistryRequested(
        registry=registry,
        portals=entitlement.portals,
        number=number,
        lane=lanes.PROMPT,
        reference_id=ids.request_reference(stream(entitlement.created), registry, number),
        entitlement_status=status.value,
        expiration_date=entitlement.expiration_date,
        end_date=end_date,
        date_last_modified=now,
    )


def ask_link(entitlement: Entitlement, portal: str, now: datetime) -> LinkRequested:
    """Have a portal place the link, or refresh it."""
    refresh = portal in entitlement.told or portal not in entitlement.created.portals
    lane = lanes.REFRESH if refresh else entitlement.created.lane
    return _link(entitlement, portal, INITIALIZED, lane, now)


def refresh_link(entitlement: Entitlement, portal: str, now: datetime) -> LinkRequested:
    """Have a portal place the link behind everything that somebody waits for."""
    return _link(entitlement, portal, INITIALIZED, lanes.REFRESH, now)


def withdraw_link(
    entitlement: Entitlement,
    portal: str,
    status: EntitlementStatus,
    now: datetime,
    end_date: date,
) -> LinkRequested:
    """Have a portal take the link away: cancelled for good, blocked for a while."""
    return _link(entitlement, portal, status.value, lanes.PROMPT, now, end_date)


def is_restrained(entitlement: Entitlement) -> bool:
    """It is taken back, or about to be: nobody is asked to place a link."""
    taken_back = entitlement.cancelled or entitlement.withdrawal is not None
    blocked = entitlement.block is not None or entitlement.blocked
    return taken_back or blocked or entitlement.unblock_wanted


def stream(created: EntitlementCreated) -> UUID:
    """The stream of an entitlement, which is its id."""
    return ids.entitlement_id(created.order, created.subject_id, created.turn)


def _link(
    entitlement: Entitlement,
    portal: str,
    url_status: str,
    lane: str,
    now: datetime,
    end_date: date | None = None,
) -> LinkRequested:
    number = entitlement.numbers.get(portal, 0) + 1
    blocking = url_status == EntitlementStatus.BLOCKED.value
    status = EntitlementStatus.BLOCKED if blocking else entitlement.status
    return LinkRequested(
        portal=portal,
        number=number,
        lane=lane,
        reference_id=ids.request_reference(stream(entitlement.created), portal, number),
        url_status=url_status,
        entitlement_status=status.value,
        expiration_date=entitlement.expiration_date,
        end_date=end_date,
        date_last_modified=now,
    )

"""The links of an Entitlement in portals: when they are asked for, and where its school has any."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.entitlement.commands import RequestLinks, WithdrawLinks
from aanspraak.domain.entitlement.events import PortalsChanged
from aanspraak.domain.entitlement.requests import (
    INITIALIZED,
    ask_link,
    is_restrained,
    refresh_link,
    withdraw_link,
)
from aanspraak.domain.entitlement.state import EntitlementStatus
from aanspraak.domain.entitlement.withdrawal import withdraw_links

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from aanspraak.domain.entitlement.commands import ChangePortals, TellPortals
    from aanspraak.domain.entitlement.events import EntitlementEvent, LinkRequested
    from aanspraak.domain.entitlement.state import Entitlement


def request_links(command: RequestLinks, entitlement: Entitlement) -> tuple[LinkRequested, ...]:
    """Never before the registry has it ready: no link may be visible while the product is not.

    Nor while it is blocked, or is being cancelled: who stays is asked for again afterwards. Nor at
    a portal that its school has left since this was asked.
    """
    if not (entitlement.ready or entitlement.activations) or is_restrained(entitlement):
        return ()
    return tuple(
        ask_link(entitlement, portal, command.now)
        for portal in dict.fromkeys(command.portals)
        if portal in entitlement.portals and _has_news_for(entitlement, portal)
    )


def _has_news_for(entitlement: Entitlement, portal: str) -> bool:
    told = entitlement.told.get(portal)
    if told is None or told.url_status != INITIALIZED:
        return True
    return told.expiration_date != entitlement.expiration_date


def change_portals(
    command: ChangePortals, entitlement: Entitlement
) -> tuple[EntitlementEvent, ...]:
    """A link asked for where it is new, and then none where it was; of what ended nobody is told.

    What may have no link now asks for it when it may, wherever its school is then.
    """
    portals = tuple(dict.fromkeys(command.portals))
    if set(portals) == set(entitlement.portals):
        return ()
    now, today = command.now, day_of(command.now)
    changed = PortalsChanged(portals=portals)
    if _has_ended(entitlement, today):
        return (changed,)
    moved = replace(entitlement, portals=portals)
    new = tuple(portal for portal in portals if portal not in entitlement.portals)
    left = tuple(portal for portal in entitlement.portals if portal not in portals)
    return (
        changed,
        *request_links(RequestLinks(portals=new, now=now), moved),
        *withdraw_links(WithdrawLinks(portals=left, end_date=today, now=now), moved),
    )


def _has_ended(entitlement: Entitlement, today: date) -> bool:
    """Not activated in time, or the licence is over; the days are inclusive."""
    if not entitlement.activations:
        return entitlement.created.activation_until_date < today
    return entitlement.expiration_date is not None and entitlement.expiration_date < today


def tell_portals(command: TellPortals, entitlement: Entitlement) -> tuple[LinkRequested, ...]:
    """To portals that were told nothing for a while, because their school did not consent.

    A link where it is ready; where it ended, is blocked or has left, no link that was once asked
    for.
    """
    return tuple(
        request
        for portal in dict.fromkeys(command.portals)
        if portal not in entitlement.told or entitlement.told[portal].at < command.now
        for request in _as_it_stands(command, entitlement, portal)
    )


def _as_it_stands(
    command: TellPortals, entitlement: Entitlement, portal: str
) -> Iterator[LinkRequested]:
    now, today = command.now, day_of(command.now)
    gone = entitlement.cancelled or portal not in entitlement.portals
    blocked = entitlement.block is not None or entitlement.blocked or entitlement.unblock_wanted
    if gone or blocked:
        if portal in entitlement.told:
            status = EntitlementStatus.CANCELLED if gone else EntitlementStatus.BLOCKED
            yield withdraw_link(entitlement, portal, status, now, today)
    elif entitlement.ready or entitlement.activations:
        yield refresh_link(entitlement, portal, now)

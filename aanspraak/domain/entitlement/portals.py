"""Portals that were told nothing for a while, because their school did not consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.entitlement.requests import refresh_link, withdraw_link
from aanspraak.domain.entitlement.state import EntitlementStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aanspraak.domain.entitlement.commands import TellPortals
    from aanspraak.domain.entitlement.events import LinkRequested
    from aanspraak.domain.entitlement.state import Entitlement


def tell_portals(command: TellPortals, entitlement: Entitlement) -> tuple[LinkRequested, ...]:
    """A link where it is ready; where it ended or is blocked, no link that was once asked for."""
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
    blocked = entitlement.block is not None or entitlement.blocked or entitlement.unblock_wanted
    if entitlement.cancelled or blocked:
        if portal in entitlement.told:
            status = EntitlementStatus.BLOCKED
            if entitlement.cancelled:
                status = EntitlementStatus.CANCELLED
            yield withdraw_link(entitlement, portal, status, now, today)
    elif entitlement.ready or entitlement.activations:
        yield refresh_link(entitlement, portal, now)

"""Sending again what a partner refused or lost: a new message, with the state as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.entitlement.requests import (
    INITIALIZED,
    ask_link,
    ask_registry,
    is_restrained,
    refresh_link,
    withdraw_link,
)
from aanspraak.domain.entitlement.state import LINK, EntitlementStatus

if TYPE_CHECKING:
    from aanspraak.domain.entitlement.commands import SendAgain
    from aanspraak.domain.entitlement.events import EntitlementEvent
    from aanspraak.domain.entitlement.state import Entitlement, Request

_DONE: Final = ("", "processed", "entitled")
"""Answers after which nothing is sent again: none yet, or the good one."""


def send_again(command: SendAgain, entitlement: Entitlement) -> tuple[EntitlementEvent, ...]:
    """The last message to this partner, if it failed; what is still on its way is the latest.

    `anyway`: also a link that went well.

    A refused cancellation or block is asked anew by who wants it, not here.
    """
    sent = [each for each in entitlement.requests.values() if each.partner == command.partner]
    last = max(sent, key=lambda request: request.number, default=None)
    if last is None or entitlement.withdrawal is not None:
        return ()
    if not _failed(entitlement, last):
        return _refresh(command, entitlement, last) if command.anyway else ()
    if last.side == LINK:
        return _link(command, entitlement, last)
    if last.asked != EntitlementStatus.CREATED.value or entitlement.cancelled:
        return ()
    return (ask_registry(entitlement, entitlement.former_status, command.now),)


def _link(
    command: SendAgain, entitlement: Entitlement, last: Request
) -> tuple[EntitlementEvent, ...]:
    if last.asked != INITIALIZED:
        status, today = EntitlementStatus(last.asked), day_of(command.now)
        return (withdraw_link(entitlement, command.partner, status, command.now, today),)
    if not (entitlement.ready or entitlement.activations) or is_restrained(entitlement):
        return ()
    if command.partner not in entitlement.portals:
        return ()
    return (ask_link(entitlement, command.partner, command.now),)


def _refresh(
    command: SendAgain, entitlement: Entitlement, last: Request
) -> tuple[EntitlementEvent, ...]:
    """A link that was taken, behind everything that somebody waits for; not one on its way."""
    taken = (last.partner, last.number) in entitlement.outcomes
    if last.side != LINK or last.asked != INITIALIZED or not taken or is_restrained(entitlement):
        return ()
    if command.partner not in entitlement.portals:
        return ()
    return (refresh_link(entitlement, command.partner, command.now),)


def _failed(entitlement: Entitlement, request: Request) -> bool:
    if (request.partner, request.number) in entitlement.rejected:
        return True
    good = request.answer in _DONE or request.answer == request.asked
    return not good

"""Taking an Entitlement back: cancelled for good, or blocked for a while, and how that is undone.

The registry goes first: a link is withdrawn when the registry has confirmed, so that a refused
cancellation takes no link from anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.domain.entitlement.requests import INITIALIZED, ask_registry, withdraw_link
from aanspraak.domain.entitlement.state import REGISTRY, EntitlementStatus
from aanspraak.domain.entitlement.withdrawal_events import (
    BlockAsked,
    CancellationAsked,
    CancellationRefused,
    EntitlementCancelled,
    UnblockAsked,
)
from aanspraak.domain.errors import EntitlementIsCancelled

if TYPE_CHECKING:
    from aanspraak.domain.entitlement.commands import (
        BlockEntitlement,
        CancelEntitlement,
        RestoreEntitlement,
        UnblockEntitlement,
        WithdrawLinks,
    )
    from aanspraak.domain.entitlement.events import EntitlementEvent, LinkRequested
    from aanspraak.domain.entitlement.state import Entitlement, Request


def cancel(command: CancelEntitlement, entitlement: Entitlement) -> tuple[EntitlementEvent, ...]:
    """Whoever ever activated keeps it; of the others the registry has the last word."""
    if entitlement.cancelled or entitlement.withdrawal is not None:
        return ()
    if command.cancel_id in entitlement.refused_cancels:
        return ()
    if entitlement.activations:
        return (_refused(command.cancel_id, command.cause, "in-use"),)
    if _nothing_at_the_registry(entitlement):
        return (cancelled_here(command, entitlement),)
    asked = CancellationAsked(
        cancel_id=command.cancel_id,
        cause=command.cause,
        reason_id=command.reason_id,
        end_date=command.end_date,
    )
    status = EntitlementStatus.CANCELLED
    return (asked, ask_registry(entitlement, status, command.now, command.end_date))


def cancelled_here(
    asked: CancelEntitlement | CancellationAsked, entitlement: Entitlement
) -> EntitlementCancelled:
    """Cancelled without the registry: nothing stands there, or nobody can tell it who it is."""
    return EntitlementCancelled(
        cancel_id=asked.cancel_id,
        cause=asked.cause,
        end_date=asked.end_date,
        in_use=bool(entitlement.activations),
        reference_id=None,
        receive_id=None,
        processed_timestamp=None,
    )


def cancellation_refused(entitlement: Entitlement, reason: str) -> tuple[EntitlementEvent, ...]:
    """The cancellation under way does not come to be; () when there is none.

    A registry that refused to set it ready has nothing to cancel, so that is no reason to keep it.
    """
    under_way = entitlement.withdrawal
    if under_way is None:
        return ()
    if _nothing_at_the_registry(entitlement):
        return (cancelled_here(under_way, entitlement),)
    return (_refused(under_way.cancel_id, under_way.cause, reason),)


def restore(command: RestoreEntitlement, entitlement: Entitlement) -> tuple[EntitlementEvent, ...]:
    """The registry refused to cancel it: told that it is what it was, or blocked if it is to be."""
    if not entitlement.to_restore or entitlement.cancelled or entitlement.withdrawal is not None:
        return ()
    if entitlement.block is not None:
        end_date = entitlement.block.end_date
        return (ask_registry(entitlement, EntitlementStatus.BLOCKED, command.now, end_date),)
    return (ask_registry(entitlement, entitlement.former_status, command.now),)


def block(command: BlockEntitlement, entitlement: Entitlement) -> tuple[EntitlementEvent, ...]:
    """At the registry and at every portal at once; while a cancellation runs the registry waits."""
    if entitlement.cancelled:
        raise EntitlementIsCancelled
    last = _at_registry(entitlement)
    if entitlement.block is not None and not (last and _failed(entitlement, last)):
        return ()
    asked = BlockAsked(reason_id=command.reason_id, end_date=command.end_date)
    status = EntitlementStatus.BLOCKED
    links = tuple(
        withdraw_link(entitlement, portal, status, command.now, command.end_date)
        for portal, told in entitlement.told.items()
        if told.url_status == INITIALIZED
    )
    if entitlement.withdrawal is not None:
        return (asked, *links)
    return (asked, ask_registry(entitlement, status, command.now, command.end_date), *links)


def unblock(command: UnblockEntitlement, entitlement: Entitlement) -> tuple[EntitlementEvent, ...]:
    """The registry is told what it was; the links follow when it has taken that."""
    if entitlement.cancelled:
        raise EntitlementIsCancelled
    last = _at_registry(entitlement)
    if entitlement.unblock_wanted and not (last and _failed(entitlement, last)):
        return ()
    if entitlement.block is None and not entitlement.blocked:
        return ()
    asked = UnblockAsked(reason_id=command.reason_id)
    if entitlement.withdrawal is not None:
        return (asked,)
    return (asked, ask_registry(entitlement, entitlement.former_status, command.now))


def withdraw_links(command: WithdrawLinks, entitlement: Entitlement) -> tuple[LinkRequested, ...]:
    """Where a link was asked for and is not withdrawn for good yet."""
    cancelled = EntitlementStatus.CANCELLED
    return tuple(
        withdraw_link(entitlement, portal, cancelled, command.now, command.end_date)
        for portal in dict.fromkeys(command.portals)
        if portal in entitlement.told and entitlement.told[portal].url_status != cancelled.value
    )


def _refused(cancel_id: str, cause: str, reason: str) -> CancellationRefused:
    return CancellationRefused(cancel_id=cancel_id, cause=cause, reason=reason)


def _nothing_at_the_registry(entitlement: Entitlement) -> bool:
    """It refused to set it ready, every time it was asked."""
    if entitlement.ready or entitlement.activations:
        return False
    return all(
        _failed(entitlement, request)
        for request in entitlement.requests.values()
        if request.side == REGISTRY and request.asked != EntitlementStatus.CANCELLED.value
    )


def _at_registry(entitlement: Entitlement) -> Request | None:
    if entitlement.at_registry is None:
        return None
    return entitlement.requests[entitlement.at_registry]


def _failed(entitlement: Entitlement, request: Request) -> bool:
    rejected = (request.partner, request.number) in entitlement.rejected
    return request.answer == "refused" or rejected

"""What each fact does to an Entitlement as the rules see it."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.entitlement.events import (
    EntitlementCreated,
    EntitlementEntitled,
    EntitlementEvent,
    InitialActivationReported,
    LateConfirmationReceived,
    LinkLost,
    LinkPlaced,
    LinkRefused,
    LinkRequested,
    LinkWithdrawn,
    PortalsChanged,
    RegistryRefused,
    RegistryRequested,
    RequestDropped,
    RequestGivenUp,
    RequestRejected,
    RequestTaken,
    UnexpectedConfirmationReceived,
)
from aanspraak.domain.entitlement.state import (
    LINK,
    REGISTRY,
    Activation,
    Entitlement,
    EntitlementStatus,
    Request,
    Told,
)
from aanspraak.domain.entitlement.withdrawal_events import (
    BlockAsked,
    CancellationAsked,
    CancellationRefused,
    EntitlementBlocked,
    EntitlementCancelled,
    EntitlementUnblocked,
    UnblockAsked,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

Confirmed = (
    EntitlementEntitled
    | EntitlementCancelled
    | EntitlementBlocked
    | RegistryRefused
    | LinkPlaced
    | LinkRefused
    | LinkLost
    | LinkWithdrawn
    | LateConfirmationReceived
    | UnexpectedConfirmationReceived
)
"""What a partner's confirmation became."""


def evolve(state: Entitlement | None, event: EntitlementEvent) -> Entitlement:
    """Apply one fact. Total: a recorded fact is never refused."""
    if isinstance(event, EntitlementCreated):
        return Entitlement(
            created=event, portals=event.portals, expiration_date=event.expiration_date
        )
    entitlement = _existing(state)
    match event:
        case RegistryRequested() | LinkRequested():
            return _requested(entitlement, event)
        case CancellationAsked() | CancellationRefused() | EntitlementCancelled():
            return _withdrawn(entitlement, event)
        case BlockAsked() | EntitlementBlocked() | UnblockAsked() | EntitlementUnblocked():
            return _blocked(entitlement, event)
        case (
            EntitlementEntitled()
            | RegistryRefused()
            | LinkPlaced()
            | LinkRefused()
            | LinkLost()
            | LinkWithdrawn()
            | LateConfirmationReceived()
            | UnexpectedConfirmationReceived()
        ):
            return _confirmed(entitlement, event)
        case PortalsChanged() | InitialActivationReported():
            return _changed(entitlement, event)
        case RequestTaken() | RequestRejected() | RequestDropped() | RequestGivenUp():
            return _sent(entitlement, event)
        case _:
            assert_never(event)


def replay(history: Iterable[EntitlementEvent]) -> Entitlement | None:
    """Fold a history; None when there is none."""
    start: Entitlement | None = None
    return reduce(evolve, history, start)


def _existing(state: Entitlement | None) -> Entitlement:
    if state is None:
        raise LookupError("history does not begin with EntitlementCreated")
    return state


def _requested(entitlement: Entitlement, event: RegistryRequested | LinkRequested) -> Entitlement:
    match event:
        case RegistryRequested():
            request = Request(
                partner=event.registry,
                side=REGISTRY,
                number=event.number,
                asked=event.entitlement_status,
            )
            asked = _asked_of_registry(entitlement, event)
        case LinkRequested():
            request = Request(
                partner=event.portal, side=LINK, number=event.number, asked=event.url_status
            )
            told = Told(
                url_status=event.url_status,
                expiration_date=event.expiration_date,
                at=event.date_last_modified,
            )
            asked = replace(entitlement, told={**entitlement.told, event.portal: told})
        case _:
            assert_never(event)
    return replace(
        asked,
        requests={**entitlement.requests, event.reference_id: request},
        numbers={**entitlement.numbers, request.partner: event.number},
    )


def _asked_of_registry(entitlement: Entitlement, event: RegistryRequested) -> Entitlement:
    """Told its former status again: that is what takes a block, or a cancellation, back."""
    asked = replace(entitlement, at_registry=event.reference_id)
    if event.entitlement_status == EntitlementStatus.CANCELLED.value:
        return asked
    asked = replace(asked, to_restore=False)
    if event.entitlement_status == EntitlementStatus.BLOCKED.value or not asked.unblock_wanted:
        return asked
    return replace(asked, unblocking=event.number)


def _withdrawn(
    entitlement: Entitlement,
    event: CancellationAsked | CancellationRefused | EntitlementCancelled,
) -> Entitlement:
    match event:
        case CancellationAsked():
            return replace(entitlement, withdrawal=event)
        case CancellationRefused():
            return replace(
                entitlement,
                withdrawal=None,
                refused_cancels=entitlement.refused_cancels | {event.cancel_id},
                to_restore=entitlement.to_restore or entitlement.withdrawal is not None,
            )
        case EntitlementCancelled():
            cancelled = replace(entitlement, withdrawal=None, cancelled=True)
            return _answered(cancelled, event, "cancelled")
        case _:
            assert_never(event)


def _blocked(
    entitlement: Entitlement,
    event: BlockAsked | EntitlementBlocked | UnblockAsked | EntitlementUnblocked,
) -> Entitlement:
    match event:
        case BlockAsked():
            return replace(entitlement, block=event, unblock_wanted=False, unblocking=0)
        case EntitlementBlocked():
            blocked = replace(entitlement, blocked=True)
            return _answered(blocked, event, "blocked")
        case UnblockAsked():
            return replace(entitlement, block=None, unblock_wanted=True)
        case EntitlementUnblocked():
            return replace(entitlement, blocked=False, unblock_wanted=False, unblocking=0)
        case _:
            assert_never(event)


def _confirmed(
    entitlement: Entitlement,
    event: EntitlementEntitled
    | RegistryRefused
    | LinkPlaced
    | LinkRefused
    | LinkLost
    | LinkWithdrawn
    | LateConfirmationReceived
    | UnexpectedConfirmationReceived,
) -> Entitlement:
    after = _answered(entitlement, event, _answer(event))
    return replace(after, ready=True) if isinstance(event, EntitlementEntitled) else after


def _answered(entitlement: Entitlement, event: Confirmed, answer: str) -> Entitlement:
    """A receive id counts once; what is late or unexpected is no answer."""
    if event.reference_id is None or event.receive_id is None:
        return entitlement
    request = entitlement.requests[event.reference_id]
    answered = replace(request, receive_ids=request.receive_ids | {event.receive_id})
    if answer:
        answered = replace(answered, answer=answer, answered_at=event.processed_timestamp)
    return replace(entitlement, requests={**entitlement.requests, event.reference_id: answered})


def _answer(
    event: EntitlementEntitled
    | RegistryRefused
    | LinkPlaced
    | LinkRefused
    | LinkLost
    | LinkWithdrawn
    | LateConfirmationReceived
    | UnexpectedConfirmationReceived,
) -> str:
    match event:
        case EntitlementEntitled():
            return "entitled"
        case LinkPlaced():
            return "processed"
        case RegistryRefused() | LinkRefused():
            return "refused"
        case LinkLost() | LinkWithdrawn():
            return event.url_status
        case LateConfirmationReceived() | UnexpectedConfirmationReceived():
            return ""
        case _:
            assert_never(event)


def _changed(
    entitlement: Entitlement, event: PortalsChanged | InitialActivationReported
) -> Entitlement:
    """What nobody asked it for: its school has other portals, or somebody uses it."""
    if isinstance(event, PortalsChanged):
        return replace(entitlement, portals=event.portals)
    return _activated(entitlement, event)


def _activated(entitlement: Entitlement, event: InitialActivationReported) -> Entitlement:
    activation = Activation(
        user_subject_id=event.user_subject_id,
        product_id=event.product_id,
        usage_date=event.usage_date,
        expiration_date=event.expiration_date,
    )
    expires = event.expiration_date if event.expiration_moved else entitlement.expiration_date
    return replace(
        entitlement,
        expiration_date=expires,
        activations=entitlement.activations | {activation},
    )


def _sent(
    entitlement: Entitlement,
    event: RequestTaken | RequestRejected | RequestDropped | RequestGivenUp,
) -> Entitlement:
    message = (event.partner, event.number)
    if isinstance(event, RequestGivenUp):
        return replace(entitlement, given_up=entitlement.given_up | {message})
    if isinstance(event, RequestRejected):
        entitlement = replace(entitlement, rejected=entitlement.rejected | {message})
    return replace(entitlement, outcomes=entitlement.outcomes | {message})

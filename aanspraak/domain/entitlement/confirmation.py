"""What a partner's EntitlementConfirmation means, given what was asked and what it said before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.domain.entitlement.events import (
    EntitlementEntitled,
    EntitlementEvent,
    LateConfirmationReceived,
    LinkLost,
    LinkPlaced,
    LinkRefused,
    LinkWithdrawn,
    RegistryRefused,
    UnexpectedConfirmationReceived,
)
from aanspraak.domain.entitlement.state import REGISTRY
from aanspraak.domain.entitlement.withdrawal import cancellation_refused
from aanspraak.domain.entitlement.withdrawal_events import EntitlementBlocked, EntitlementCancelled
from aanspraak.domain.errors import NotYours, UnknownReference

if TYPE_CHECKING:
    from aanspraak.domain.entitlement.commands import TakeConfirmation
    from aanspraak.domain.entitlement.state import Entitlement, Request

CONFIRMS: Final = {
    "created": "entitled",
    "cancelled": "cancelled",
    "blocked": "blocked",
    "initialized": "processed",
}
"""What a partner confirms when it did what was asked (Entitlement API 1.1.0). Nothing else that is
asked is confirmed: who says something about it says it unasked."""
WITHDRAWN: Final = ("cancelled", "blocked")
"""The statuses that take something back."""
LOST: Final = ("expired", *WITHDRAWN)
"""What a portal reports of a link that is gone there."""


def take_confirmation(
    command: TakeConfirmation, entitlement: Entitlement
) -> tuple[EntitlementEvent, ...]:
    """A confirmation counts once, only from the partner that was asked, and never gets lost."""
    request = entitlement.requests.get(command.reference_id)
    if request is None:
        raise UnknownReference
    if request.partner != command.partner:
        raise NotYours
    if command.receive_id in request.receive_ids:
        return ()
    if request.side != REGISTRY and command.portal not in (None, request.partner):
        raise NotYours
    said = _said(command, request)
    if said == request.answer:
        return ()
    if _overtaken(command, request, said):
        # A link placed before it was lost tells nothing new; a loss reported late is kept.
        return (_unexpected(command, said),) if said in LOST else ()
    if request.side == REGISTRY:
        return _from_registry(command, request, said, entitlement)
    return (_from_portal(command, request, said, entitlement),)


def _said(command: TakeConfirmation, request: Request) -> str:
    """The status it confirms; success without one confirms what was asked."""
    if not command.success:
        return "refused"
    of_registry = request.side == REGISTRY
    reported = command.new_entitlement_status if of_registry else command.url_status
    return reported or CONFIRMS.get(request.asked, request.asked)


def _overtaken(command: TakeConfirmation, request: Request, said: str) -> bool:
    """Of a link placed and a link lost the later one is true, in whatever order they arrive."""
    about_the_link = (CONFIRMS["initialized"], *LOST)
    return (
        request.side != REGISTRY
        and said in about_the_link
        and request.answer in about_the_link
        and request.answered_at is not None
        and command.processed_timestamp < request.answered_at
    )


def _from_registry(
    command: TakeConfirmation, request: Request, said: str, entitlement: Entitlement
) -> tuple[EntitlementEvent, ...]:
    if said == "refused" and request.answer == "":
        refused = _registry_refused(command, request)
        # What of it is under way is the newest thing asked there: only that can be refused.
        if command.reference_id != entitlement.at_registry or request.asked != "cancelled":
            return (refused,)
        return (refused, *cancellation_refused(entitlement, "registry"))
    if said != CONFIRMS.get(request.asked):
        return (_unexpected(command, said),)
    match said:
        case "entitled":
            return (_entitled(command, entitlement),)
        case "blocked":
            return (_blocked(command, entitlement),)
        case _:
            return (_cancelled(command, entitlement),)


def _entitled(command: TakeConfirmation, entitlement: Entitlement) -> EntitlementEvent:
    if entitlement.cancelled:
        # What it had refused it was never asked to cancel: now it stands there all the same.
        stands = entitlement.at_registry == command.reference_id
        return _unexpected(command, "entitled") if stands else _late(command, "entitled")
    return EntitlementEntitled(
        reference_id=command.reference_id,
        receive_id=command.receive_id,
        processed_timestamp=command.processed_timestamp,
    )


def _blocked(command: TakeConfirmation, entitlement: Entitlement) -> EntitlementEvent:
    """Unless it was unblocked, or cancelled, since."""
    if entitlement.block is None or entitlement.cancelled:
        return _late(command, "blocked")
    return EntitlementBlocked(
        end_date=entitlement.block.end_date,
        reference_id=command.reference_id,
        receive_id=command.receive_id,
        processed_timestamp=command.processed_timestamp,
    )


def _cancelled(command: TakeConfirmation, entitlement: Entitlement) -> EntitlementEvent:
    """Also of what was activated meanwhile: the registry is right. Not after it refused."""
    under_way = entitlement.withdrawal
    if under_way is None:
        return _unexpected(command, "cancelled")
    return EntitlementCancelled(
        cancel_id=under_way.cancel_id,
        cause=under_way.cause,
        end_date=under_way.end_date,
        in_use=bool(entitlement.activations),
        reference_id=command.reference_id,
        receive_id=command.receive_id,
        processed_timestamp=command.processed_timestamp,
    )


def _from_portal(
    command: TakeConfirmation, request: Request, said: str, entitlement: Entitlement
) -> EntitlementEvent:
    if said == "refused" and request.answer == "":
        return _link_refused(command, request)
    if said == CONFIRMS["initialized"] and request.asked == "initialized":
        if _withdrawn_since(request, entitlement):
            return _late(command, said)
        return LinkPlaced(
            portal=request.partner,
            reference_id=command.reference_id,
            receive_id=command.receive_id,
            processed_timestamp=command.processed_timestamp,
        )
    if said not in LOST:
        return _unexpected(command, said)
    gone = LinkWithdrawn if request.asked in WITHDRAWN else LinkLost
    return gone(
        portal=request.partner,
        url_status=said,
        reference_id=command.reference_id,
        receive_id=command.receive_id,
        processed_timestamp=command.processed_timestamp,
    )


def _withdrawn_since(request: Request, entitlement: Entitlement) -> bool:
    """The portal has taken the link away since, on a newer request."""
    return any(
        each.partner == request.partner and each.number > request.number and each.answer in LOST
        for each in entitlement.requests.values()
        if each.side != REGISTRY
    )


def _late(command: TakeConfirmation, said: str) -> LateConfirmationReceived:
    return LateConfirmationReceived(
        partner=command.partner,
        reference_id=command.reference_id,
        receive_id=command.receive_id,
        processed_timestamp=command.processed_timestamp,
        reported_status=said,
    )


def _unexpected(command: TakeConfirmation, said: str) -> UnexpectedConfirmationReceived:
    return UnexpectedConfirmationReceived(
        partner=command.partner,
        reference_id=command.reference_id,
        receive_id=command.receive_id,
        processed_timestamp=command.processed_timestamp,
        success=command.success,
        status=command.status,
        status_message_id=command.status_message_id,
        reported_status=None if said == "refused" else said,
    )


def _registry_refused(command: TakeConfirmation, request: Request) -> RegistryRefused:
    return RegistryRefused(
        registry=request.partner,
        asked=request.asked,
        reference_id=command.reference_id,
        receive_id=command.receive_id,
        processed_timestamp=command.processed_timestamp,
        status=command.status,
        status_message_id=command.status_message_id,
    )


def _link_refused(command: TakeConfirmation, request: Request) -> LinkRefused:
    return LinkRefused(
        portal=request.partner,
        asked=request.asked,
        reference_id=command.reference_id,
        receive_id=command.receive_id,
        processed_timestamp=command.processed_timestamp,
        status=command.status,
        status_message_id=command.status_message_id,
    )

"""What a partner's EntitlementConfirmation means, given what was asked and what it said before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.domain.entitlement.events import (
    EntitlementEntitled,
    EntitlementEvent,
    LinkLost,
    LinkPlaced,
    LinkRefused,
    RegistryRefused,
    UnexpectedConfirmationReceived,
)
from aanspraak.domain.errors import NotYours, UnknownReference

if TYPE_CHECKING:
    from aanspraak.domain.entitlement.commands import TakeConfirmation
    from aanspraak.domain.entitlement.state import Entitlement, Request

CONFIRMS: Final = {"created": "entitled", "initialized": "processed"}
"""What a partner confirms when it did what was asked (Entitlement API 1.1.0)."""
LOST: Final = ("expired", "cancelled", "blocked")
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
    to_registry = request.partner == entitlement.created.registry and request.asked == "created"
    if not to_registry and command.portal not in (None, request.partner):
        raise NotYours
    said = _said(command, request, to_registry=to_registry)
    if said == request.answer:
        return ()
    if _overtaken(command, request, said):
        # A link placed before it was lost tells nothing new; a loss reported late is kept.
        return (_unexpected(command, said),) if said in LOST else ()
    return (_fact(command, request, said, to_registry=to_registry),)


def _said(command: TakeConfirmation, request: Request, *, to_registry: bool) -> str:
    """The status it confirms; success without one confirms what was asked."""
    if not command.success:
        return "refused"
    reported = command.new_entitlement_status if to_registry else command.url_status
    return reported or CONFIRMS[request.asked]


def _overtaken(command: TakeConfirmation, request: Request, said: str) -> bool:
    """Of a link placed and a link lost the later one is true, in whatever order they arrive."""
    about_the_link = (CONFIRMS["initialized"], *LOST)
    return (
        said in about_the_link
        and request.answer in about_the_link
        and request.answered_at is not None
        and command.processed_timestamp < request.answered_at
    )


def _fact(
    command: TakeConfirmation, request: Request, said: str, *, to_registry: bool
) -> EntitlementEvent:
    if said == CONFIRMS[request.asked]:
        return _done(command, request, to_registry=to_registry)
    if said == "refused" and request.answer == "":
        return _refused(command, request, to_registry=to_registry)
    if not to_registry and said in LOST:
        return LinkLost(
            portal=request.partner,
            url_status=said,
            reference_id=command.reference_id,
            receive_id=command.receive_id,
            processed_timestamp=command.processed_timestamp,
        )
    return _unexpected(command, said)


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


def _done(
    command: TakeConfirmation, request: Request, *, to_registry: bool
) -> EntitlementEntitled | LinkPlaced:
    if to_registry:
        return EntitlementEntitled(
            reference_id=command.reference_id,
            receive_id=command.receive_id,
            processed_timestamp=command.processed_timestamp,
        )
    return LinkPlaced(
        portal=request.partner,
        reference_id=command.reference_id,
        receive_id=command.receive_id,
        processed_timestamp=command.processed_timestamp,
    )


def _refused(
    command: TakeConfirmation, request: Request, *, to_registry: bool
) -> RegistryRefused | LinkRefused:
    if to_registry:
        return RegistryRefused(
            registry=request.partner,
            reference_id=command.reference_id,
            receive_id=command.receive_id,
            processed_timestamp=command.processed_timestamp,
            status=command.status,
            status_message_id=command.status_message_id,
        )
    return LinkRefused(
        portal=request.partner,
        reference_id=command.reference_id,
        receive_id=command.receive_id,
        processed_timestamp=command.processed_timestamp,
        status=command.status,
        status_message_id=command.status_message_id,
    )

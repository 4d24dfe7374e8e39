"""A partner's EntitlementConfirmation as a command; it counts only from whom was asked."""

from __future__ import annotations

from uuid import UUID, uuid5

from aanspraak.domain import ids
from aanspraak.domain.entitlement.commands import TakeConfirmation
from aanspraak.domain.entitlement.confirmation import CONFIRMS
from aanspraak.domain.entitlement.events import EntitlementCreated
from aanspraak.domain.errors import DomainError, NotYours, UnknownReference
from aanspraak.domain.partner.decide import PORTAL
from aanspraak.domain.status_codes import code_of
from adapters.http.auth import Call
from adapters.http.incidents import (
    NOT_YOURS,
    UNKNOWN_ENTITLEMENT,
    UNKNOWN_REFERENCE,
    open_incident,
)
from adapters.wire.entitlement_v1 import EntitlementConfirmation


async def take_confirmation(call: Call, message: EntitlementConfirmation) -> None:
    """Take a confirmation; what is wrong with it is an incident as well.

    Raises:
        UnknownReference: no such request was sent.
        NotYours: another partner was asked; nothing of the message is kept.
    """
    created = await call.services.origins.created(message.entitlement_id)
    if created is None:
        refusal: DomainError | None = UnknownReference()
    elif not await _is_asked(call, created, message):
        refusal = NotYours()
    else:
        refusal = await _submit(call, created, message)
    if refusal is not None:
        await _report(call, message.entitlement_id, created, refusal)
        raise refusal


async def _is_asked(
    call: Call, created: EntitlementCreated, message: EntitlementConfirmation
) -> bool:
    """Whether the partner may say anything about this entitlement; a portal for itself alone."""
    if call.partner.role != PORTAL:
        return call.asker == created.registry
    named = message.new_url_status.portal if message.new_url_status else None
    if named not in (None, call.asker):
        return False
    if call.asker in created.portals:
        return True
    return await call.services.origins.was_asked(message.entitlement_id, call.asker)


async def _submit(
    call: Call, created: EntitlementCreated, message: EntitlementConfirmation
) -> DomainError | None:
    reference_id = _as_uuid(message.entitlement_reference_id)
    if reference_id is None:
        return UnknownReference()
    receive_id = _as_uuid(message.entitlement_receive_id) or _named(call, message)
    text_id = None
    if text := _worth_keeping(message):
        text_id = uuid5(receive_id, str(message.entitlement_id))
        await call.services.vault.keep_text(text, created.subject_id, text_id)
    command = TakeConfirmation(
        partner=call.asker,
        reference_id=reference_id,
        receive_id=str(receive_id),
        processed_timestamp=message.processed_timestamp,
        success=message.success,
        status=message.status,
        status_message_id=text_id,
        new_entitlement_status=message.new_entitlement_status,
        portal=message.new_url_status.portal if message.new_url_status else None,
        url_status=_url_status(message),
    )
    cause = uuid5(ids.HUB, f"confirmation/{call.asker}/{receive_id}")
    ask = call.submission(message.entitlement_id, command, str(cause))
    return (await call.services.committer.submit(ask)).refusal


def _named(call: Call, message: EntitlementConfirmation) -> UUID:
    """A receive id need not be a UUID; the partner's own words do not go into a fact."""
    return uuid5(ids.HUB, f"receive/{call.asker}/{message.entitlement_receive_id}")


def _url_status(message: EntitlementConfirmation) -> str | None:
    return message.new_url_status.url_status if message.new_url_status else None


def _worth_keeping(message: EntitlementConfirmation) -> str | None:
    """A partner's own words, unless they go with good news: then nobody will want to read them."""
    said = message.new_entitlement_status or _url_status(message)
    if message.success and said in (None, *CONFIRMS.values()):
        return None
    return message.status_message or None


async def _report(
    call: Call, entitlement_id: UUID, created: EntitlementCreated | None, refusal: DomainError
) -> None:
    code = code_of(refusal)
    if created is None:
        await open_incident(call, UNKNOWN_ENTITLEMENT, code, entitlement_id=entitlement_id)
        return
    if isinstance(refusal, NotYours):  # its order is not for this partner to know
        await open_incident(call, NOT_YOURS, code, entitlement_id=entitlement_id)
        return
    await open_incident(
        call, UNKNOWN_REFERENCE, code, order=created.order, entitlement_id=entitlement_id
    )


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

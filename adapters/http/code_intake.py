"""A registry's confirmations about activation codes as commands: codes go to the vault first."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from aanspraak.domain import ids
from aanspraak.domain.code_stock.commands import TakeCodesConfirmation, TakeRevocationConfirmation
from aanspraak.domain.errors import DomainError, NotYours, UnknownReference
from aanspraak.domain.status_codes import code_of
from adapters.http.auth import Call
from adapters.http.incidents import NOT_YOURS, UNKNOWN_REFERENCE, open_incident
from adapters.security.persons import activation_code
from adapters.wire.activationcode_v0 import (
    ActivationCodeConfirmation,
    ActivationCodeRevokeConfirmation,
)

Confirmation = ActivationCodeConfirmation | ActivationCodeRevokeConfirmation


async def take_codes(call: Call, message: ActivationCodeConfirmation) -> None:
    """Take codes into stock.

    Raises:
        UnknownReference: no such request was sent about this product.
        NotYours: another registry was asked; nothing of the message is kept.
    """
    stock, number = await _asked(call, message)
    if stock != ids.code_stock_stream(message.product_id):
        await _refuse(call, UnknownReference())
    codes = [activation_code(each, registry=call.asker) for each in message.activation_codes]
    known = await call.services.vault.remember_many(codes) if message.success else []
    command = TakeCodesConfirmation(
        **await _answer(call, message),
        number=number,
        subject_ids=tuple(one.subject_id for one in known),
        user_reference_ids=tuple(one.reference_id for one in known),
    )
    await _submit(call, message, stock, command)


async def take_revocation(call: Call, message: ActivationCodeRevokeConfirmation) -> None:
    """Take what became of a code; raises as `take_codes` does."""
    stock, number = await _asked(call, message)
    code = activation_code(message.activation_code, registry=call.asker)
    command = TakeRevocationConfirmation(
        **await _answer(call, message),
        number=number,
        subject_id=await call.services.vault.find(code),
    )
    await _submit(call, message, stock, command)


async def _asked(call: Call, message: Confirmation) -> tuple[UUID, int]:
    """The stock and the number of the request, before anything of the answer is kept."""
    named = ids.code_request_of(message.request_reference_id)
    if named is None:
        await _refuse(call, UnknownReference())
        raise UnknownReference
    stock, number = named
    asked = (await call.services.codes.state(stock)).asked.get(number)
    if asked is None:
        await _refuse(call, UnknownReference())
    elif asked.partner != call.asker:
        await _refuse(call, NotYours())
    return stock, number


async def _answer(call: Call, message: Confirmation) -> dict[str, Any]:
    text_id = None
    if message.status_message and not message.success:
        text_id = uuid5(_receive_id(call, message), "text")
        await call.services.vault.keep_text(message.status_message, None, text_id)
    return {
        "partner": call.asker,
        "receive_id": str(_receive_id(call, message)),
        "processed_timestamp": message.processed_timestamp,
        "success": message.success,
        "status": message.status,
        "status_message_id": text_id,
    }


def _receive_id(call: Call, message: Confirmation) -> UUID:
    """It need not be a UUID; the partner's own words do not go into a fact."""
    return uuid5(ids.HUB, f"receive/{call.asker}/{message.response_reference_id}")


async def _submit(call: Call, message: Confirmation, stock: UUID, command: object) -> None:
    cause = uuid5(ids.HUB, f"codes/{call.asker}/{_receive_id(call, message)}")
    result = await call.services.committer.submit(call.submission(stock, command, str(cause)))
    if result.refusal is not None:
        await _refuse(call, result.refusal)


async def _refuse(call: Call, refusal: DomainError) -> None:
    kind = NOT_YOURS if isinstance(refusal, NotYours) else UNKNOWN_REFERENCE
    await open_incident(call, kind, code_of(refusal))
    raise refusal

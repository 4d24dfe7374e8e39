"""What a registry answers about activation codes: its confirmations, each taken once."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.code_stock.commands import (
    CodeMessageCommand,
    RecordCodeMessageDropped,
    RecordCodeMessageGivenUp,
    RecordCodeMessageRejected,
    RecordCodeMessageTaken,
    TakeCodesConfirmation,
    TakeRevocationConfirmation,
)
from aanspraak.domain.code_stock.events import (
    CodeMessageDropped,
    CodeMessageGivenUp,
    CodeMessageRejected,
    CodeMessageTaken,
    CodeRevocationRefused,
    CodeRevoked,
    CodesReceived,
    CodesRequestRefused,
    CodeStockEvent,
)
from aanspraak.domain.errors import NotYours, UnknownReference

if TYPE_CHECKING:
    from aanspraak.domain.code_stock.state import Asked, CodeStock


def take_confirmation(
    command: TakeCodesConfirmation | TakeRevocationConfirmation, state: CodeStock
) -> tuple[CodeStockEvent, ...]:
    """A confirmation counts once, and only from the registry that was asked."""
    if isinstance(command, TakeCodesConfirmation):
        return _take_codes(command, state)
    return _take_revocation(command, state)


def _take_codes(command: TakeCodesConfirmation, state: CodeStock) -> tuple[CodeStockEvent, ...]:
    """Codes for the stock, or the reason why there are none; a repeat changes nothing."""
    asked = _asked(command, state)
    if asked.subject_id is not None:
        raise UnknownReference
    if command.number in state.answered:
        return ()
    if not command.success:
        return (
            CodesRequestRefused(
                registry=command.partner,
                number=command.number,
                receive_id=command.receive_id,
                status=command.status,
                status_message_id=command.status_message_id,
            ),
        )
    named = dict(zip(command.subject_ids, command.user_reference_ids, strict=True))
    new = {one: named[one] for one in named if one not in state.known | state.revoked}
    return (
        CodesReceived(
            registry=command.partner,
            number=command.number,
            receive_id=command.receive_id,
            processed_timestamp=command.processed_timestamp,
            subject_ids=tuple(new),
            user_reference_ids=tuple(new.values()),
            short=max(0, asked.quantity - len(new)),
        ),
    )


def _take_revocation(
    command: TakeRevocationConfirmation, state: CodeStock
) -> tuple[CodeStockEvent, ...]:
    """Revoked, or not; about another code than was asked it is about nothing we know."""
    asked = _asked(command, state)
    if asked.subject_id is None or asked.subject_id != command.subject_id:
        raise UnknownReference
    if command.number in state.answered:
        return ()
    if command.success:
        return (
            CodeRevoked(
                registry=command.partner,
                number=command.number,
                receive_id=command.receive_id,
                processed_timestamp=command.processed_timestamp,
                subject_id=asked.subject_id,
            ),
        )
    return (
        CodeRevocationRefused(
            registry=command.partner,
            number=command.number,
            receive_id=command.receive_id,
            subject_id=asked.subject_id,
            status=command.status,
            status_message_id=command.status_message_id,
        ),
    )


def record_message(command: CodeMessageCommand, state: CodeStock) -> tuple[CodeStockEvent, ...]:
    """What came of sending; the first outcome counts, and giving up is none."""
    asked = state.asked.get(command.number)
    if asked is None:
        raise UnknownReference
    if command.number in state.settled:
        return ()
    number, registry = command.number, asked.partner
    match command:
        case RecordCodeMessageTaken():
            return (CodeMessageTaken(registry=registry, number=number),)
        case RecordCodeMessageRejected(http_status=http_status, status=status):
            return (
                CodeMessageRejected(
                    registry=registry, number=number, http_status=http_status, status=status
                ),
            )
        case RecordCodeMessageDropped(reason=reason):
            return (CodeMessageDropped(registry=registry, number=number, reason=reason),)
        case RecordCodeMessageGivenUp(attempts=attempts):
            if number in state.given_up:
                return ()
            return (CodeMessageGivenUp(registry=registry, number=number, attempts=attempts),)
        case _:
            assert_never(command)


def _asked(command: TakeCodesConfirmation | TakeRevocationConfirmation, state: CodeStock) -> Asked:
    """What the confirmation answers; it counts only from the registry that was asked."""
    asked = state.asked.get(command.number)
    if asked is None:
        raise UnknownReference
    if asked.partner != command.partner:
        raise NotYours
    return asked

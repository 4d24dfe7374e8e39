"""What came of a message, as a command on the stream that the message is about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from aanspraak.application.code_messages import CODE_KINDS
from aanspraak.application.consent_messages import CONSENT_KINDS
from aanspraak.application.handle import Submission
from aanspraak.application.messages import CONFIRMATION
from aanspraak.domain import ids
from aanspraak.domain.code_stock.commands import (
    RecordCodeMessageDropped,
    RecordCodeMessageGivenUp,
    RecordCodeMessageRejected,
    RecordCodeMessageTaken,
)
from aanspraak.domain.consent.commands import (
    RecordConsentMessageGivenUp,
    RecordConsentMessageRejected,
    RecordConsentMessageTaken,
    RecordConsentMissed,
)
from aanspraak.domain.consent_scopes import PORTAL_SCOPE
from aanspraak.domain.delivery_order.commands import (
    RecordConfirmationGivenUp,
    RecordConfirmationRejected,
    RecordConfirmationTaken,
)
from aanspraak.domain.entitlement.commands import (
    RecordRequestDropped,
    RecordRequestGivenUp,
    RecordRequestRejected,
    RecordRequestTaken,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from aanspraak.application.messages import Message

GATEWAY: Final = "gateway"
"""The actor of these commands: the hub itself, which saw what the partner did."""
FORGOTTEN: Final = "forgotten"
"""Why a message is dropped: nobody can say any more who it is about."""
NO_CONSENT: Final = "no-consent"
"""Why a message is dropped: its school does not consent, or not any more."""

_TAKEN: Final[Mapping[str, type[Any]]] = {
    CONFIRMATION: RecordConfirmationTaken,
    **dict.fromkeys(CODE_KINDS, RecordCodeMessageTaken),
    **dict.fromkeys(CONSENT_KINDS, RecordConsentMessageTaken),
}
_REJECTED: Final[Mapping[str, type[Any]]] = {
    CONFIRMATION: RecordConfirmationRejected,
    **dict.fromkeys(CODE_KINDS, RecordCodeMessageRejected),
    **dict.fromkeys(CONSENT_KINDS, RecordConsentMessageRejected),
}
_GIVEN_UP: Final[Mapping[str, type[Any]]] = {
    CONFIRMATION: RecordConfirmationGivenUp,
    **dict.fromkeys(CODE_KINDS, RecordCodeMessageGivenUp),
    **dict.fromkeys(CONSENT_KINDS, RecordConsentMessageGivenUp),
}
"""Per kind of message with a stream of its own per partner; any other is about an entitlement."""


def taken(message: Message) -> Submission:
    """The partner answered 202."""
    if kind := _TAKEN.get(message.kind):
        return _submission(message, "taken", kind(number=message.number))
    command = RecordRequestTaken(partner=message.partner, number=message.number)
    return _submission(message, "taken", command)


def rejected(message: Message, http_status: int, status: int | None) -> Submission:
    """The partner answered with a 4xx that concerns this message; `status` is its own code."""
    if kind := _REJECTED.get(message.kind):
        answer = kind(number=message.number, http_status=http_status, status=status)
        return _submission(message, "rejected", answer)
    request = RecordRequestRejected(
        partner=message.partner, number=message.number, http_status=http_status, status=status
    )
    return _submission(message, "rejected", request)


def dropped(message: Message, reason: str) -> Submission:
    """The message will not be sent; what names no person and needs no consent is never dropped."""
    if message.kind in CODE_KINDS:
        about_codes = RecordCodeMessageDropped(number=message.number, reason=reason)
        return _submission(message, "dropped", about_codes)
    command = RecordRequestDropped(partner=message.partner, number=message.number, reason=reason)
    return _submission(message, "dropped", command)


def consent_missed(message: Message, school_id: UUID) -> Submission:
    """The portal says that it has no consent of the school: it does not hold any more."""
    scope = PORTAL_SCOPE
    stream = ids.consent_stream(school_id, message.partner, scope.api, scope.scope)
    missed = _submission(message, "no-consent", RecordConsentMissed())
    return replace(missed, stream_id=stream)


def given_up(message: Message, attempts: int) -> Submission:
    """The last retry failed as well."""
    if kind := _GIVEN_UP.get(message.kind):
        command = kind(number=message.number, attempts=attempts)
        return _submission(message, "given-up", command)
    request = RecordRequestGivenUp(
        partner=message.partner, number=message.number, attempts=attempts
    )
    return _submission(message, "given-up", request)


def _submission(message: Message, what: str, command: object) -> Submission:
    """The command's id derives from the message, so that after a crash it is the same command."""
    return Submission(
        stream_id=message.key,
        command=command,
        actor=GATEWAY,
        correlation_id=message.correlation_id,
        causation_id=f"{message.position}/{what}",
    )

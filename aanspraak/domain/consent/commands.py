"""What may be asked of a consent."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Consented:
    """Which consent is meant: of a school, to a partner, for a scope of an API."""

    school_id: UUID
    organisation_master_identifier: str | None
    organisation_ids: tuple[str, ...]
    partner: str
    api: str
    scope: str


@dataclass(frozen=True, kw_only=True)
class GiveConsent:
    """Our side accepts, on the school's word.

    `confirmed`: so does the partner's side, as is known by other means than a message of it; then
    `their_reference` may be known as well. `tells`: the partner can be told.
    """

    about: Consented
    confirmed: bool
    their_reference: str | None
    tells: bool
    reason_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class RevokeConsent:
    """Our side takes back what it gave, or declines what was asked. `tells` as above."""

    tells: bool
    reason_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class TakeConsentRequest:
    """A consumer of our data asks for it (ConsentRequest). `tells` as above."""

    about: Consented
    their_reference: str
    tells: bool


@dataclass(frozen=True, kw_only=True)
class TakeConsentConfirmation:
    """A consumer of our data tells how it stands at its side (ConsentConfirmation)."""

    our_reference: str
    their_reference: str
    status: str


@dataclass(frozen=True, kw_only=True)
class TakeConsentNotification:
    """A provider tells how it stands at its side (ConsentNotification)."""

    about: Consented
    our_reference: str | None
    their_reference: str
    status: str


@dataclass(frozen=True, kw_only=True)
class TakeConsentRevoke:
    """The partner takes its side back (ConsentRevoke); a reference it does not know is empty."""

    our_reference: str
    their_reference: str


@dataclass(frozen=True, kw_only=True)
class RecordConsentMissed:
    """The partner refused a message: it has no consent of the school."""


@dataclass(frozen=True, kw_only=True)
class RecordConsentMessageTaken:
    """The partner took the nth message."""

    number: int


@dataclass(frozen=True, kw_only=True)
class RecordConsentMessageRejected:
    """The partner rejected the nth message for good."""

    number: int
    http_status: int
    status: int | None


@dataclass(frozen=True, kw_only=True)
class RecordConsentMessageGivenUp:
    """The last retry of the nth message failed."""

    number: int
    attempts: int


ConsentCommand = (
    GiveConsent
    | RevokeConsent
    | TakeConsentRequest
    | TakeConsentConfirmation
    | TakeConsentNotification
    | TakeConsentRevoke
    | RecordConsentMissed
    | RecordConsentMessageTaken
    | RecordConsentMessageRejected
    | RecordConsentMessageGivenUp
)

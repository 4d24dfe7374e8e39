"""Facts about a consent: of one school, to one partner, for one scope of an API. Append-only.

It has two sides, ours and the partner's, and holds while both are `accepted`.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class ConsentRegistered:
    """The first that was heard of it. What never changes of it is here.

    `hub_is` is provider or consumer. The school is named as it was then.
    """

    school_id: UUID
    organisation_master_identifier: str | None
    organisation_ids: tuple[str, ...]
    partner: str
    api: str
    scope: str
    hub_is: str
    our_reference: str


@dataclass(frozen=True, kw_only=True)
class ConsentRequested:
    """The partner, a consumer of our data, asks for it: its side is accepted, ours is to decide."""

    their_reference: str


@dataclass(frozen=True, kw_only=True)
class ConsentNotified:
    """The partner, whose data we consume, tells how it stands at its side."""

    their_reference: str
    status: str


@dataclass(frozen=True, kw_only=True)
class ConsentConfirmed:
    """The partner's side is now `status`.

    `by_partner`: it said so itself; otherwise an operator knows it by other means.
    """

    their_reference: str | None
    status: str
    by_partner: bool
    reason_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class ConsentGiven:
    """Our side is accepted; given again after it was revoked, it has a new reference."""

    our_reference: str
    reason_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class ConsentDeclined:
    """Our side will not accept what was asked for."""

    reason_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class ConsentRevoked:
    """One side took it back: the partner, whose reference is then used up, or we."""

    by_partner: bool
    their_reference: str | None
    reason_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class ConsentMissed:
    """The partner refused a message because it has no consent of the school."""


@dataclass(frozen=True, kw_only=True)
class ConsentTookEffect:
    """From now on it holds."""

    school_id: UUID
    partner: str
    api: str
    scope: str


@dataclass(frozen=True, kw_only=True)
class ConsentEnded:
    """From now on it does not hold."""

    school_id: UUID
    partner: str
    api: str
    scope: str


@dataclass(frozen=True, kw_only=True)
class ConsentMessageIssued:
    """The nth message to the partner: `kind` is notification, request or revoke (Consent API).

    `status` is that of our side.
    """

    partner: str
    number: int
    kind: str
    status: str
    organisation_master_identifier: str | None
    organisation_ids: tuple[str, ...]
    api: str
    scope: str
    hub_is: str
    our_reference: str
    their_reference: str | None


@dataclass(frozen=True, kw_only=True)
class ConsentMessageTaken:
    """The partner answered the nth message with 202."""

    number: int


@dataclass(frozen=True, kw_only=True)
class ConsentMessageRejected:
    """The partner answered the nth message with a 4xx; `status` is its functional code, if any."""

    partner: str
    number: int
    http_status: int
    status: int | None


@dataclass(frozen=True, kw_only=True)
class ConsentMessageGivenUp:
    """The ladder of retries for the nth message ended without an answer."""

    partner: str
    number: int
    attempts: int


ConsentEvent = (
    ConsentRegistered
    | ConsentRequested
    | ConsentNotified
    | ConsentConfirmed
    | ConsentGiven
    | ConsentDeclined
    | ConsentRevoked
    | ConsentMissed
    | ConsentTookEffect
    | ConsentEnded
    | ConsentMessageIssued
    | ConsentMessageTaken
    | ConsentMessageRejected
    | ConsentMessageGivenUp
)

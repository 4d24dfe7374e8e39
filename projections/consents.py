"""Which consents are there, and which hold? Of a school, to a partner, for a scope of an API."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple, get_args
from uuid import UUID

from aanspraak.domain.consent.events import (
    ConsentConfirmed,
    ConsentDeclined,
    ConsentEnded,
    ConsentEvent,
    ConsentGiven,
    ConsentMessageGivenUp,
    ConsentMessageIssued,
    ConsentMessageRejected,
    ConsentMessageTaken,
    ConsentMissed,
    ConsentNotified,
    ConsentRegistered,
    ConsentRequested,
    ConsentRevoked,
    ConsentTookEffect,
)
from aanspraak.domain.consent.state import ACCEPTED, DECLINED, PENDING, REVOKED
from aanspraak.domain.recorded import Recorded

NAME: Final = "consents"
KEY: Final = ("consent_id",)
ABOUT: Final[frozenset[type]] = frozenset(get_args(ConsentEvent))
_OF_MESSAGES: Final = (
    ConsentMessageIssued,
    ConsentMessageTaken,
    ConsentMessageRejected,
    ConsentMessageGivenUp,
)


class Consent(NamedTuple):
    """A consent; `ours` and `theirs` are the two sides, "" before anything was heard of one.

    `ended_at`: since when it does not hold, after it did. Moments are UTC.
    """

    consent_id: UUID
    version: int
    school_id: UUID
    organisation_master_identifier: str | None
    organisation_ids: tuple[str, ...]
    partner: str
    api: str
    scope: str
    hub_is: str
    ours: str
    theirs: str
    our_reference: str
    their_reference: str | None
    holds: bool
    ended_at: datetime | None
    changed_at: datetime


def keys(recorded: Recorded) -> tuple[tuple[UUID], ...]:
    """The consent a fact is about."""
    return ((recorded.stream_id,),) if type(recorded.event) in ABOUT else ()


def fold(row: Consent | None, recorded: Recorded) -> Consent | None:
    """Apply one fact; one that is in the row already changes nothing."""
    event = recorded.event
    if isinstance(event, ConsentRegistered):
        return row or _registered(recorded, event)
    if row is None or recorded.version <= row.version:
        return row
    row = row._replace(version=recorded.version)
    if isinstance(event, _OF_MESSAGES):
        return row
    return _changed(row, recorded)._replace(changed_at=recorded.recorded_at)


def _registered(recorded: Recorded, event: ConsentRegistered) -> Consent:
    return Consent(
        consent_id=recorded.stream_id,
        version=recorded.version,
        school_id=event.school_id,
        organisation_master_identifier=event.organisation_master_identifier,
        organisation_ids=event.organisation_ids,
        partner=event.partner,
        api=event.api,
        scope=event.scope,
        hub_is=event.hub_is,
        ours="",
        theirs="",
        our_reference=event.our_reference,
        their_reference=None,
        holds=False,
        ended_at=None,
        changed_at=recorded.recorded_at,
    )


def _changed(row: Consent, recorded: Recorded) -> Consent:
    match recorded.event:
        case ConsentGiven() as event:
            return row._replace(ours=ACCEPTED, our_reference=event.our_reference)
        case ConsentDeclined():
            return row._replace(ours=DECLINED)
        case ConsentTookEffect():
            return row._replace(holds=True, ended_at=None)
        case ConsentEnded():
            return row._replace(holds=False, ended_at=recorded.recorded_at)
        case _:
            return _theirs(row, recorded.event)


def _theirs(row: Consent, event: object) -> Consent:
    match event:
        case ConsentRequested():
            ours = row.ours if row.ours == ACCEPTED else PENDING
            return _named(row, event.their_reference)._replace(theirs=ACCEPTED, ours=ours)
        case ConsentNotified():
            named = _named(row, event.their_reference)
            return named._replace(theirs=event.status, ours=row.ours or PENDING)
        case ConsentConfirmed():
            return _named(row, event.their_reference)._replace(theirs=event.status)
        case ConsentRevoked() if event.by_partner:
            return _named(row, event.their_reference)._replace(theirs=REVOKED)
        case ConsentRevoked():
            return row._replace(ours=REVOKED)
        case ConsentMissed():
            return row._replace(theirs=PENDING)
        case _:
            return row


def _named(row: Consent, their_reference: str | None) -> Consent:
    return row._replace(their_reference=their_reference or row.their_reference)

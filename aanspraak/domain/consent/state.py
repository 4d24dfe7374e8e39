"""What we must remember of a consent in order to decide."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Final, assert_never

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

if TYPE_CHECKING:
    from collections.abc import Iterable

PENDING: Final = "pending"
ACCEPTED: Final = "accepted"
DECLINED: Final = "declined"
REVOKED: Final = "revoked"


@dataclass(frozen=True, kw_only=True)
class Consent:
    """A consent as the rules see it; a side is "" before anything was heard of it.

    `our_references` has the one in force last. `spent` are references of the partner that it took
    back or replaced. `outcomes` are the numbers of the messages that have one.
    """

    registered: ConsentRegistered
    ours: str = ""
    theirs: str = ""
    our_references: tuple[str, ...] = ()
    their_reference: str | None = None
    spent: frozenset[str] = frozenset()
    messages: int = 0
    outcomes: frozenset[int] = frozenset()
    given_up: frozenset[int] = frozenset()

    @property
    def holds(self) -> bool:
        """Both sides have accepted."""
        return self.ours == self.theirs == ACCEPTED


def evolve(state: Consent | None, event: ConsentEvent) -> Consent:
    """Apply one fact. Total: a recorded fact is never refused."""
    if isinstance(event, ConsentRegistered):
        return Consent(registered=event, our_references=(event.our_reference,))
    consent = _existing(state)
    match event:
        case ConsentMessageIssued():
            return replace(consent, messages=event.number)
        case ConsentMessageTaken() | ConsentMessageRejected():
            return replace(consent, outcomes=consent.outcomes | {event.number})
        case ConsentMessageGivenUp():
            return replace(consent, given_up=consent.given_up | {event.number})
        case ConsentTookEffect() | ConsentEnded():
            return consent
        case ConsentGiven() | ConsentDeclined():
            return _ours(consent, event)
        case _:
            return _theirs(consent, event)


def replay(history: Iterable[ConsentEvent]) -> Consent | None:
    """Fold a history; None when there is none."""
    start: Consent | None = None
    return reduce(evolve, history, start)


def _existing(state: Consent | None) -> Consent:
    if state is None:
        raise LookupError("history does not begin with ConsentRegistered")
    return state


def _ours(consent: Consent, event: ConsentGiven | ConsentDeclined) -> Consent:
    if isinstance(event, ConsentDeclined):
        return replace(consent, ours=DECLINED)
    references = consent.our_references
    if event.our_reference not in references:
        references = (*references, event.our_reference)
    return replace(consent, ours=ACCEPTED, our_references=references)


def _theirs(
    consent: Consent,
    event: ConsentRequested | ConsentNotified | ConsentConfirmed | ConsentRevoked | ConsentMissed,
) -> Consent:
    """What they ask for anew is for us to decide, whatever we decided before."""
    match event:
        case ConsentRequested():
            ours = consent.ours if consent.ours == ACCEPTED else PENDING
            named = _named(consent, event.their_reference)
            return replace(named, theirs=ACCEPTED, ours=ours)
        case ConsentNotified():
            named = _named(consent, event.their_reference)
            return replace(named, theirs=event.status, ours=consent.ours or PENDING)
        case ConsentConfirmed():
            return replace(_named(consent, event.their_reference), theirs=event.status)
        case ConsentMissed():
            return replace(consent, theirs=PENDING)
        case ConsentRevoked() if event.by_partner:
            named = _named(consent, event.their_reference)
            spent = named.spent | ({named.their_reference} if named.their_reference else set())
            return replace(named, theirs=REVOKED, spent=spent)
        case ConsentRevoked():
            return replace(consent, ours=REVOKED)
        case _:
            assert_never(event)


def _named(consent: Consent, their_reference: str | None) -> Consent:
    """Another reference takes the place of the one before, which is used up."""
    before = consent.their_reference
    if their_reference is None or their_reference == before:
        return consent
    spent = consent.spent | ({before} if before is not None else set())
    return replace(consent, their_reference=their_reference, spent=spent)

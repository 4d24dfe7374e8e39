"""The rules of a consent: each side is moved by its own party; it holds while both accept."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, assert_never

from aanspraak.domain import ids
from aanspraak.domain.consent.commands import (
    GiveConsent,
    RecordConsentMessageGivenUp,
    RecordConsentMessageRejected,
    RecordConsentMessageTaken,
    RecordConsentMissed,
    RevokeConsent,
    TakeConsentConfirmation,
    TakeConsentNotification,
    TakeConsentRequest,
    TakeConsentRevoke,
)
from aanspraak.domain.consent.events import (
    ConsentConfirmed,
    ConsentDeclined,
    ConsentEnded,
    ConsentGiven,
    ConsentMissed,
    ConsentRegistered,
    ConsentRevoked,
    ConsentTookEffect,
)
from aanspraak.domain.consent.exchange import (
    take_confirmation,
    take_notification,
    take_request,
    take_revoke,
)
from aanspraak.domain.consent.messages import outcome_of, tell_given, tell_revoked
from aanspraak.domain.consent.state import ACCEPTED, DECLINED, PENDING, Consent, evolve
from aanspraak.domain.consent_scopes import hub_is
from aanspraak.domain.errors import (
    ConsumerReferenceUnknown,
    ProviderReferenceUnknown,
    UnknownReference,
)

if TYPE_CHECKING:
    from aanspraak.domain.consent.commands import ConsentCommand, Consented
    from aanspraak.domain.consent.events import ConsentEvent

_Record = RecordConsentMessageTaken | RecordConsentMessageRejected | RecordConsentMessageGivenUp
_Began = GiveConsent | TakeConsentRequest | TakeConsentNotification


def decide(command: ConsentCommand, state: Consent | None) -> tuple[ConsentEvent, ...]:
    """Return the facts that follow; () means it was already so."""
    match command:
        case GiveConsent() | TakeConsentRequest() | TakeConsentNotification():
            return _with_effect(state, _begin(command, state))
        case TakeConsentConfirmation() | TakeConsentRevoke():
            return _with_effect(state, _answered(command, state))
        case RevokeConsent() | RecordConsentMissed():
            return _with_effect(state, _end(command, state)) if state else ()
        case (
            RecordConsentMessageTaken()
            | RecordConsentMessageRejected()
            | RecordConsentMessageGivenUp()
        ):
            return _record(command, state)
        case _:
            assert_never(command)


def _begin(command: _Began, state: Consent | None) -> tuple[ConsentEvent, ...]:
    """What may be the first that is heard of it."""
    first: tuple[ConsentEvent, ...] = ()
    if state is None:
        if isinstance(command, TakeConsentNotification) and command.our_reference is not None:
            raise ConsumerReferenceUnknown
        registered = _registered(command.about)
        first, state = (registered,), evolve(None, registered)
    match command:
        case GiveConsent():
            return first + _give(command, state)
        case TakeConsentRequest():
            return first + take_request(command, state)
        case TakeConsentNotification():
            return first + take_notification(command, state)
        case _:
            assert_never(command)


def _answered(
    command: TakeConsentConfirmation | TakeConsentRevoke, state: Consent | None
) -> tuple[ConsentEvent, ...]:
    """What the partner says of a consent that it must have heard of from us, or told us of."""
    if state is None:
        raise ProviderReferenceUnknown
    if isinstance(command, TakeConsentRevoke):
        return take_revoke(command, state)
    return take_confirmation(command, state)


def _registered(about: Consented) -> ConsentRegistered:
    stream = ids.consent_stream(about.school_id, about.partner, about.api, about.scope)
    return ConsentRegistered(
        school_id=about.school_id,
        organisation_master_identifier=about.organisation_master_identifier,
        organisation_ids=about.organisation_ids,
        partner=about.partner,
        api=about.api,
        scope=about.scope,
        hub_is=hub_is(about.api),
        our_reference=str(ids.consent_reference(stream, 1)),
    )


def _give(command: GiveConsent, consent: Consent) -> tuple[ConsentEvent, ...]:
    """Given again after it was taken back, it is another consent, with a reference of its own."""
    facts: list[ConsentEvent] = []
    if command.confirmed and (
        consent.theirs != ACCEPTED or command.their_reference not in {None, consent.their_reference}
    ):
        facts.append(
            ConsentConfirmed(
                their_reference=command.their_reference,
                status=ACCEPTED,
                by_partner=False,
                reason_id=command.reason_id,
            )
        )
    if consent.ours != ACCEPTED:
        reference = _reference_to_give(consent)
        given = ConsentGiven(our_reference=reference, reason_id=command.reason_id)
        facts.append(given)
        if command.tells and not command.confirmed:
            facts += tell_given(evolve(consent, given))
    return tuple(facts)


def _reference_to_give(consent: Consent) -> str:
    if consent.ours in {"", PENDING, DECLINED}:
        return consent.our_references[-1]
    about = consent.registered
    stream = ids.consent_stream(about.school_id, about.partner, about.api, about.scope)
    return str(ids.consent_reference(stream, len(consent.our_references) + 1))


def _end(
    command: RevokeConsent | RecordConsentMissed, consent: Consent
) -> tuple[ConsentEvent, ...]:
    if isinstance(command, RecordConsentMissed):
        return (ConsentMissed(),) if consent.theirs == ACCEPTED else ()
    fact: ConsentDeclined | ConsentRevoked
    match consent.ours:
        case "pending":
            fact = ConsentDeclined(reason_id=command.reason_id)
        case "accepted":
            fact = ConsentRevoked(
                by_partner=False, their_reference=None, reason_id=command.reason_id
            )
        case _:
            return ()
    return (fact, *(tell_revoked(consent, evolve(consent, fact)) if command.tells else ()))


def _with_effect(
    before: Consent | None, facts: tuple[ConsentEvent, ...]
) -> tuple[ConsentEvent, ...]:
    """Whether it holds is said in so many words, with all that is needed to act on it."""
    after = reduce(evolve, facts, before)
    held = before is not None and before.holds
    if after is None or after.holds == held:
        return facts
    about = after.registered
    kind = ConsentTookEffect if after.holds else ConsentEnded
    effect = kind(
        school_id=about.school_id, partner=about.partner, api=about.api, scope=about.scope
    )
    return (*facts, effect)


def _record(command: _Record, state: Consent | None) -> tuple[ConsentEvent, ...]:
    """What came of a message; the first outcome counts, and giving up is none."""
    if state is None or not 1 <= command.number <= state.messages:
        raise UnknownReference
    if command.number in state.outcomes:
        return ()
    if isinstance(command, RecordConsentMessageGivenUp) and command.number in state.given_up:
        return ()
    return (outcome_of(command, state),)

"""What a partner's messages about a consent mean, given what was said before.

They carry no time. So a reference that was taken back is used up: a message that is late, or comes
again, cannot bring a consent back; only a new reference can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.domain.consent.events import (
    ConsentConfirmed,
    ConsentEvent,
    ConsentNotified,
    ConsentRequested,
    ConsentRevoked,
)
from aanspraak.domain.consent.messages import tell_given
from aanspraak.domain.consent.state import ACCEPTED, REVOKED, Consent, evolve
from aanspraak.domain.consent_scopes import PROVIDER
from aanspraak.domain.errors import (
    ConsumerReferenceUnknown,
    ConsumerReferenceUsed,
    ProviderReferenceUnknown,
    ProviderReferenceUsed,
)

if TYPE_CHECKING:
    from aanspraak.domain.consent.commands import (
        TakeConsentConfirmation,
        TakeConsentNotification,
        TakeConsentRequest,
        TakeConsentRevoke,
    )


def take_request(command: TakeConsentRequest, consent: Consent) -> tuple[ConsentEvent, ...]:
    """The consumer accepts; where we have given it already, it is told our reference."""
    _refuse_spent(consent, command.their_reference)
    if (consent.theirs, consent.their_reference) == (ACCEPTED, command.their_reference):
        return ()
    requested = ConsentRequested(their_reference=command.their_reference)
    if consent.ours == ACCEPTED and command.tells:
        return (requested, *tell_given(evolve(consent, requested)))
    return (requested,)


def take_confirmation(
    command: TakeConsentConfirmation, consent: Consent
) -> tuple[ConsentEvent, ...]:
    """The consumer's answer to our notification; it names the consent as we do."""
    _check_ours(consent, command.our_reference)
    _refuse_spent(consent, command.their_reference)
    _check_theirs(consent, command.their_reference)
    if (consent.theirs, consent.their_reference) == (command.status, command.their_reference):
        return ()
    if command.status == REVOKED:
        return (_revoked(command.their_reference),)
    confirmed = ConsentConfirmed(
        their_reference=command.their_reference,
        status=command.status,
        by_partner=True,
        reason_id=None,
    )
    return (confirmed,)


def take_notification(
    command: TakeConsentNotification, consent: Consent
) -> tuple[ConsentEvent, ...]:
    """A provider's side; it may name the consent anew, when the school gave it anew there."""
    if command.our_reference is not None:
        _check_ours(consent, command.our_reference)
    _refuse_spent(consent, command.their_reference)
    if (consent.theirs, consent.their_reference) == (command.status, command.their_reference):
        return ()
    return (ConsentNotified(their_reference=command.their_reference, status=command.status),)


def take_revoke(command: TakeConsentRevoke, consent: Consent) -> tuple[ConsentEvent, ...]:
    """It counts once, also when it overtakes the confirmation that it takes back."""
    theirs = command.their_reference or consent.their_reference
    if consent.theirs == REVOKED and theirs == consent.their_reference:
        return ()
    if command.our_reference:
        _check_ours(consent, command.our_reference)
    if theirs is not None:
        _refuse_spent(consent, theirs)
        _check_theirs(consent, theirs)
    return (_revoked(theirs),)


def _revoked(their_reference: str | None) -> ConsentRevoked:
    return ConsentRevoked(by_partner=True, their_reference=their_reference, reason_id=None)


def _check_ours(consent: Consent, reference: str) -> None:
    """It must be the reference in force."""
    *before, now = consent.our_references
    if reference == now:
        return
    provides = consent.registered.hub_is == PROVIDER
    if reference in before:
        raise ProviderReferenceUsed if provides else ConsumerReferenceUsed
    raise ProviderReferenceUnknown if provides else ConsumerReferenceUnknown


def _check_theirs(consent: Consent, reference: str) -> None:
    """It must be the one by which the partner knows the consent, unless that is used up."""
    known = consent.their_reference
    if known is None or known == reference or known in consent.spent:
        return
    provides = consent.registered.hub_is == PROVIDER
    raise ConsumerReferenceUnknown if provides else ProviderReferenceUnknown


def _refuse_spent(consent: Consent, reference: str) -> None:
    if reference in consent.spent:
        provides = consent.registered.hub_is == PROVIDER
        raise ConsumerReferenceUsed if provides else ProviderReferenceUsed

"""What a partner is told of our side of a consent, and what came of telling it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from aanspraak.domain.consent.commands import (
    RecordConsentMessageGivenUp,
    RecordConsentMessageRejected,
    RecordConsentMessageTaken,
)
from aanspraak.domain.consent.events import (
    ConsentMessageGivenUp,
    ConsentMessageIssued,
    ConsentMessageRejected,
    ConsentMessageTaken,
)
from aanspraak.domain.consent.state import ACCEPTED, DECLINED, REVOKED, Consent
from aanspraak.domain.consent_scopes import PROVIDER

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTIFICATION: Final = "notification"
REQUEST: Final = "request"
REVOKE: Final = "revoke"


def tell_given(consent: Consent) -> Sequence[ConsentMessageIssued]:
    """A consumer is notified; a provider is asked, unless it has accepted already."""
    if consent.registered.hub_is == PROVIDER:
        return (_message(consent, NOTIFICATION, ACCEPTED),)
    return () if consent.theirs == ACCEPTED else (_message(consent, REQUEST, ACCEPTED),)


def tell_revoked(before: Consent, after: Consent) -> Sequence[ConsentMessageIssued]:
    """Taken back; or declined, where the consumer never confirmed: a revoke names both references.

    That we decline what a provider offered there is no message for: our statuses tell.
    """
    provides = before.registered.hub_is == PROVIDER
    if provides and (after.ours == DECLINED or after.their_reference is None):
        return (_message(after, NOTIFICATION, DECLINED),)
    if after.ours == DECLINED:
        return ()
    return (_message(after, REVOKE, REVOKED),)


def outcome_of(
    command: RecordConsentMessageTaken | RecordConsentMessageRejected | RecordConsentMessageGivenUp,
    consent: Consent,
) -> ConsentMessageTaken | ConsentMessageRejected | ConsentMessageGivenUp:
    """What came of a message, as a fact."""
    partner, number = consent.registered.partner, command.number
    match command:
        case RecordConsentMessageTaken():
            return ConsentMessageTaken(number=number)
        case RecordConsentMessageRejected():
            return ConsentMessageRejected(
                partner=partner,
                number=number,
                http_status=command.http_status,
                status=command.status,
            )
        case RecordConsentMessageGivenUp():
            return ConsentMessageGivenUp(partner=partner, number=number, attempts=command.attempts)
        case _:
            assert_never(command)


def _message(consent: Consent, kind: str, status: str) -> ConsentMessageIssued:
    about = consent.registered
    return ConsentMessageIssued(
        partner=about.partner,
        number=consent.messages + 1,
        kind=kind,
        status=status,
        organisation_master_identifier=about.organisation_master_identifier,
        organisation_ids=about.organisation_ids,
        api=about.api,
        scope=about.scope,
        hub_is=about.hub_is,
        our_reference=consent.our_references[-1],
        their_reference=consent.their_reference,
    )

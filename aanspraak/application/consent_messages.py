"""Messages about a consent to its partner (Consent API 0.9.1): one scope each, and no person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.application.messages import Message
from aanspraak.domain import lanes
from aanspraak.domain.consent.events import ConsentMessageIssued
from aanspraak.domain.consent.messages import NOTIFICATION, REQUEST, REVOKE
from aanspraak.domain.consent_scopes import PROVIDER

if TYPE_CHECKING:
    from aanspraak.domain.recorded import Recorded

CONSENT_NOTIFICATION: Final = "consent-notification"
CONSENT_REQUEST: Final = "consent-request"
CONSENT_REVOKE: Final = "consent-revoke"
CONSENT_KINDS: Final = (CONSENT_NOTIFICATION, CONSENT_REQUEST, CONSENT_REVOKE)

CONSENT_FACTS: Final = (ConsentMessageIssued,)
"""The facts about a consent that are messages."""

_KINDS: Final = {
    NOTIFICATION: CONSENT_NOTIFICATION,
    REQUEST: CONSENT_REQUEST,
    REVOKE: CONSENT_REVOKE,
}


def consent_message(recorded: Recorded) -> Message:
    """The message that a fact about a consent is; a consent has one partner."""
    event = recorded.event
    if not isinstance(event, ConsentMessageIssued):
        raise TypeError(f"{type(event).__name__} is no message about a consent")
    return Message(
        partner=event.partner,
        lane=lanes.PROMPT,
        key=recorded.stream_id,
        number=event.number,
        follows=event.number - 1,
        position=recorded.position,
        recorded_at=recorded.recorded_at,
        reference_id=event.our_reference,
        kind=_KINDS[event.kind],
        correlation_id=recorded.correlation_id,
        causation_id=recorded.causation_id,
        subject_id=None,
        user_reference_id=None,
        body={
            **_references(event),
            "school": _school(event),
            "api": event.api,
            "scopes": [event.scope],
            f"{event.hub_is}Status": event.status,
        },
    )


def _references(event: ConsentMessageIssued) -> dict[str, str]:
    """A revoke names both, empty where one is not known; the others what there is."""
    theirs = "consumer" if event.hub_is == PROVIDER else "provider"
    references = {f"{event.hub_is}ReferenceId": event.our_reference}
    if event.kind == REVOKE or (event.kind == NOTIFICATION and event.their_reference is not None):
        references[f"{theirs}ReferenceId"] = event.their_reference or ""
    return references


def _school(event: ConsentMessageIssued) -> dict[str, object]:
    master = event.organisation_master_identifier
    pairs = [one.partition(" ") for one in event.organisation_ids]
    return {
        **({"organisationMasterIdentifier": master} if master else {}),
        **(
            {
                "organisationIds": [
                    {"organisationId": value, "organisationIdType": kind}
                    for kind, _, value in pairs
                ]
            }
            if pairs
            else {}
        ),
    }

"""What a partner is told about a consent, and what came of telling it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from aanspraak.application.consent_messages import CONSENT_FACTS, consent_message
from aanspraak.application.outcomes import given_up, rejected, taken
from aanspraak.domain.consent.commands import (
    RecordConsentMessageGivenUp,
    RecordConsentMessageRejected,
    RecordConsentMessageTaken,
)
from aanspraak.domain.recorded import Recorded
from tests.domain.consents import (
    ASK,
    AT_ADMINISTRATION,
    CONFIRM,
    GIVE,
    NOTIFY,
    REQUEST,
    REVOKE,
    TO_PORTAL,
    our_reference,
)
from tests.spec import asked

SCHOOL = {"organisationMasterIdentifier": "104A158"}
TO_READ = {"school": SCHOOL, "api": "entitlement-api", "scopes": ["entitlement.portal"]}
TO_US = {"school": SCHOOL, "api": "association-api", "scopes": ["association"]}
US = our_reference(about=AT_ADMINISTRATION)


def told(*commands: object) -> Recorded:
    """The last message of a history, as it stands in the log."""
    messages = [fact for fact in asked(*commands) if isinstance(fact, CONSENT_FACTS)]
    return Recorded(
        position=7,
        stream_id=UUID(int=1),
        version=1,
        recorded_at=datetime(2026, 8, 1, tzinfo=UTC),
        actor="test",
        correlation_id="story",
        causation_id="cause",
        event=messages[-1],
    )


@pytest.mark.parametrize(
    ("history", "kind", "body"),
    [
        (
            (GIVE,),
            "consent-notification",
            {"providerReferenceId": our_reference(), **TO_READ, "providerStatus": "accepted"},
        ),
        (
            (REQUEST, GIVE),
            "consent-notification",
            {
                "providerReferenceId": our_reference(),
                "consumerReferenceId": "theirs-1",
                **TO_READ,
                "providerStatus": "accepted",
            },
        ),
        (
            (GIVE, CONFIRM, REVOKE),
            "consent-revoke",
            {
                "providerReferenceId": our_reference(),
                "consumerReferenceId": "theirs-1",
                **TO_READ,
                "providerStatus": "revoked",
            },
        ),
        (
            (ASK,),
            "consent-request",
            {"consumerReferenceId": US, **TO_US, "consumerStatus": "accepted"},
        ),
        (
            (ASK, REVOKE),
            "consent-revoke",
            {
                "consumerReferenceId": US,
                "providerReferenceId": "",
                **TO_US,
                "consumerStatus": "revoked",
            },
        ),
    ],
)
def test_a_message_has_the_fields_of_the_consent_api(
    history: tuple[object, ...], kind: str, body: dict[str, Any]
) -> None:
    message = consent_message(told(*history))
    assert (message.kind, message.body) == (kind, body)
    assert (message.subject_id, message.user_reference_id) == (None, None)


def test_a_school_is_named_by_the_identifiers_it_was_named_by() -> None:
    about = replace(
        TO_PORTAL, organisation_master_identifier=None, organisation_ids=("OIE_CODE 09QQ",)
    )
    body = consent_message(told(replace(GIVE, about=about))).body
    assert body["school"] == {
        "organisationIds": [{"organisationId": "09QQ", "organisationIdType": "OIE_CODE"}]
    }


def test_messages_to_a_partner_follow_each_other() -> None:
    second = consent_message(told(GIVE, CONFIRM, REVOKE))
    assert (second.number, second.follows, second.partner) == (2, 1, "portal-a")


def test_what_came_of_it_is_recorded_on_the_consent() -> None:
    message = consent_message(told(ASK, NOTIFY))
    assert taken(message).command == RecordConsentMessageTaken(number=1)
    refusal = RecordConsentMessageRejected(number=1, http_status=400, status=1004)
    assert rejected(message, 400, 1004).command == refusal
    assert given_up(message, 5).command == RecordConsentMessageGivenUp(number=1, attempts=5)
    assert taken(message).stream_id == message.key

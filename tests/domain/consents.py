"""A consent of one school, to a portal that reads and at an administration that is read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from aanspraak.domain import ids
from aanspraak.domain.consent.commands import (
    Consented,
    GiveConsent,
    RevokeConsent,
    TakeConsentConfirmation,
    TakeConsentNotification,
    TakeConsentRequest,
    TakeConsentRevoke,
)

SCHOOL = UUID("5c0015c0-0000-4000-8000-000000000001")
REASON = UUID("5c0015c0-0000-4000-8000-000000000002")
TO_PORTAL = Consented(
    school_id=SCHOOL,
    organisation_master_identifier="104A158",
    organisation_ids=(),
    partner="portal-a",
    api="entitlement-api",
    scope="entitlement.portal",
)
AT_ADMINISTRATION = replace(
    TO_PORTAL, partner="administration", api="association-api", scope="association"
)


def our_reference(nth: int = 1, about: Consented = TO_PORTAL) -> str:
    """The nth reference of ours."""
    stream = ids.consent_stream(about.school_id, about.partner, about.api, about.scope)
    return str(ids.consent_reference(stream, nth))


GIVE = GiveConsent(
    about=TO_PORTAL, confirmed=False, their_reference=None, tells=True, reason_id=REASON
)
SETTLE = replace(GIVE, confirmed=True)
REVOKE = RevokeConsent(tells=True, reason_id=REASON)
REQUEST = TakeConsentRequest(about=TO_PORTAL, their_reference="theirs-1", tells=True)
CONFIRM = TakeConsentConfirmation(
    our_reference=our_reference(), their_reference="theirs-1", status="accepted"
)
TAKE_BACK = TakeConsentRevoke(our_reference=our_reference(), their_reference="theirs-1")
ASK = replace(GIVE, about=AT_ADMINISTRATION)
NOTIFY = TakeConsentNotification(
    about=AT_ADMINISTRATION,
    our_reference=our_reference(about=AT_ADMINISTRATION),
    their_reference="theirs-1",
    status="accepted",
)


def confirm(**changes: Any) -> TakeConsentConfirmation:  # noqa: ANN401 - fields of the command
    """The portal's confirmation, with these fields changed."""
    return replace(CONFIRM, **changes)


def notify(**changes: Any) -> TakeConsentNotification:  # noqa: ANN401 - fields of the command
    """The administration's notification, with these fields changed."""
    return replace(NOTIFY, **changes)

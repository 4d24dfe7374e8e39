"""The machine of a consent, as provider of data; that as consumer is its mirror image."""

from __future__ import annotations

from dataclasses import replace

from aanspraak.domain.consent import state as consent_state
from aanspraak.domain.consent.commands import (
    RecordConsentMessageGivenUp,
    RecordConsentMessageRejected,
    RecordConsentMessageTaken,
    RecordConsentMissed,
)
from tests.domain.consents import (
    ASK,
    CONFIRM,
    GIVE,
    NOTIFY,
    REQUEST,
    REVOKE,
    SETTLE,
    TAKE_BACK,
    confirm,
    notify,
)
from tests.spec import asked
from tests.state_machines.explore import History, Machine

NOTHING = "nothing yet"


def consent_name(history: History) -> str:
    """Who has to accept before it holds."""
    consent = consent_state.replay(history)  # type: ignore[arg-type]
    if consent is None:
        return NOTHING
    if consent.holds:
        return "holds"
    if consent.ours == consent_state.ACCEPTED:
        return "waits for the partner"
    return "waits for us" if consent.theirs == consent_state.ACCEPTED else "wanted by neither"


CONSENT = Machine(
    title="Consent to read ours",
    prose="Of a school, to a portal or dashboard. It holds while both sides are `accepted`. A "
    "reference that was taken back is used up: only another one brings the consent back.",
    asks={
        "GiveConsent": GIVE,
        "GiveConsent, the partner's side is known to accept": SETTLE,
        "RevokeConsent": REVOKE,
        "TakeConsentRequest": REQUEST,
        "TakeConsentConfirmation: `accepted`": CONFIRM,
        "TakeConsentConfirmation: `declined`": confirm(status="declined"),
        "TakeConsentConfirmation of another reference of ours": confirm(our_reference="another"),
        "TakeConsentRevoke": TAKE_BACK,
        "RecordConsentMissed": RecordConsentMissed(),
    },
    name=consent_name,
    depth=4,
)
CONSENT_TO_US = Machine(
    title="Consent to read theirs",
    prose="Of a school, to the hub, at a student administration.",
    asks={
        "GiveConsent": ASK,
        "RevokeConsent": REVOKE,
        "TakeConsentNotification: `accepted`": NOTIFY,
        "TakeConsentNotification: `accepted`, not asked for": replace(NOTIFY, our_reference=None),
        "TakeConsentNotification: `declined`": notify(status="declined"),
        "TakeConsentRevoke": replace(TAKE_BACK, our_reference=""),
    },
    name=consent_name,
    depth=4,
)
CONSENT_MESSAGE = Machine(
    title="Message about a consent",
    prose="What came of telling the partner; the first outcome counts, and giving up is none.",
    asks={
        "RecordConsentMessageTaken": RecordConsentMessageTaken(number=1),
        "RecordConsentMessageRejected": RecordConsentMessageRejected(
            number=1, http_status=400, status=11
        ),
        "RecordConsentMessageGivenUp": RecordConsentMessageGivenUp(number=1, attempts=5),
        "any of them for a message that was never sent": RecordConsentMessageTaken(number=2),
    },
    name=lambda history: type(history[-1]).__name__,
    given=asked(GIVE),
)
CONSENTS = (CONSENT, CONSENT_TO_US, CONSENT_MESSAGE)

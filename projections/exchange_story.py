"""What partners were told about something, and what they answered: exchanges, out of its facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from aanspraak.domain.code_stock import events as codes
from aanspraak.domain.consent import events as consent
from aanspraak.domain.delivery_order import events as order
from aanspraak.domain.entitlement import events as entitlement
from aanspraak.domain.entitlement import withdrawal_events as withdrawal
from aanspraak.domain.recorded import Recorded

Key = tuple[str, int]
"""A partner, and the number of a message to it."""


class Reply(NamedTuple):
    """What a partner said about a message some time after it took it. Moments are UTC.

    `what` names it as a timeline does. `status` is what it says it is now, `code` the functional
    code of a refusal; its words, if any, lie in the vault under `text_id`.
    """

    at: datetime
    what: str
    status: str | None
    code: int | None
    receive_id: str | None
    processed_at: datetime | None
    text_id: UUID | None


class Told(NamedTuple):
    """The nth message about a stream to a partner; `position` is that of its fact. Moments are UTC.

    `kind` is registry, link, confirmation, consent, codes or revocation, `asked` the status that it
    carries. `outcome` is taken, rejected, dropped or given-up, and "" while there is none;
    `http_status`, `code`, `reason` and `attempts` go with that.
    """

    position: int
    stream_id: UUID
    partner: str
    number: int
    kind: str
    asked: str
    reference_id: str
    asked_at: datetime
    outcome: str = ""
    outcome_at: datetime | None = None
    http_status: int | None = None
    code: int | None = None
    reason: str | None = None
    attempts: int | None = None
    replies: tuple[Reply, ...] = ()


def exchanges(facts: Iterable[Recorded]) -> list[Told]:
    """The messages among the facts of one stream, oldest first, each with what came of it there."""
    told: dict[Key, Told] = {}
    by_reference: dict[str, Key] = {}
    for recorded in facts:
        if message := _message(recorded):
            key = (message.partner, message.number)
            told[key] = message
            by_reference[message.reference_id] = key
        elif (ended := _ended(recorded, told)) or (ended := _replied(recorded, told, by_reference)):
            told[ended.partner, ended.number] = ended
    return list(told.values())


def _message(recorded: Recorded) -> Told | None:
    found = _ASKED.get(type(recorded.event))
    if found is None:
        return None
    kind, partner, asked, reference = found
    event = recorded.event
    said = getattr(event, asked) if asked else ""
    return Told(
        position=recorded.position,
        stream_id=recorded.stream_id,
        partner=getattr(event, partner),
        number=event.number,  # type: ignore[attr-defined] # every message has one
        kind=kind,
        asked=_REFUSED if said is None else said,
        reference_id=str(getattr(event, reference)),
        asked_at=recorded.recorded_at,
    )


def _ended(recorded: Recorded, told: Mapping[Key, Told]) -> Told | None:
    """What became of sending it; of a consent, which has one partner, that is not named."""
    outcome = _OUTCOMES.get(type(recorded.event))
    if outcome is None:
        return None
    event = recorded.event
    number = event.number  # type: ignore[attr-defined] # every outcome is of one
    partner = next((found for name in _PARTNERS if (found := getattr(event, name, None))), None)
    if partner is None:
        partner = next((to for to, nth in told if nth == number), "")
    if (message := told.get((partner, number))) is None:
        return None
    return message._replace(
        outcome=outcome,
        outcome_at=recorded.recorded_at,
        http_status=getattr(event, "http_status", None),
        code=getattr(event, "status", None),
        reason=getattr(event, "reason", None),
        attempts=getattr(event, "attempts", None),
    )


def _replied(
    recorded: Recorded, told: Mapping[Key, Told], by_reference: Mapping[str, Key]
) -> Told | None:
    what = _REPLIES.get(type(recorded.event))
    if what is None:
        return None
    event = recorded.event
    if isinstance(event, _ABOUT_CODES):
        key: Key | None = (event.registry, event.number)
    else:
        key = by_reference.get(str(event.reference_id))  # type: ignore[attr-defined] # it echoes one
    if key is None or (message := told.get(key)) is None:
        return None
    reply = Reply(
        at=recorded.recorded_at,
        what=what,
        status=_FIXED.get(type(event)) or _said(event),
        code=getattr(event, "status", None) or None,
        receive_id=getattr(event, "receive_id", None),
        processed_at=getattr(event, "processed_timestamp", None),
        text_id=getattr(event, "status_message_id", None),
    )
    return message._replace(replies=(*message.replies, reply))


def _said(event: object) -> str | None:
    said = getattr(event, "url_status", None) or getattr(event, "reported_status", None)
    return said if isinstance(said, str) else None


_REFUSED: Final = "refused"
"""What a shop is told of an order that has no status of its own."""
_PARTNERS: Final = ("partner", "shop", "registry")

_ASKED: Final[Mapping[type, tuple[str, str, str, str]]] = {
    entitlement.RegistryRequested: (
        "registry",
        "registry",
        "entitlement_status",
        "reference_id",
    ),
    entitlement.LinkRequested: ("link", "portal", "url_status", "reference_id"),
    order.ConfirmationIssued: ("confirmation", "shop", "new_status", "reference_id"),
    consent.ConsentMessageIssued: ("consent", "partner", "kind", "our_reference"),
    codes.CodesRequested: ("codes", "registry", "", "reference_id"),
    codes.CodeRevocationRequested: ("revocation", "registry", "", "reference_id"),
}
"""The facts that are messages: kind, and the fields with partner, what is asked, and reference."""

MESSAGES: Final = tuple(_ASKED)
"""The classes of those facts."""

_OUTCOMES: Final[Mapping[type, str]] = {
    entitlement.RequestTaken: "taken",
    entitlement.RequestRejected: "rejected",
    entitlement.RequestDropped: "dropped",
    entitlement.RequestGivenUp: "given-up",
    order.ConfirmationTaken: "taken",
    order.ConfirmationRejected: "rejected",
    order.ConfirmationGivenUp: "given-up",
    consent.ConsentMessageTaken: "taken",
    consent.ConsentMessageRejected: "rejected",
    consent.ConsentMessageGivenUp: "given-up",
    codes.CodeMessageTaken: "taken",
    codes.CodeMessageRejected: "rejected",
    codes.CodeMessageDropped: "dropped",
    codes.CodeMessageGivenUp: "given-up",
}
"""What became of sending it."""

_REPLIES: Final[Mapping[type, str]] = {
    entitlement.EntitlementEntitled: "entitled",
    entitlement.RegistryRefused: "registry-refused",
    entitlement.LinkPlaced: "link-placed",
    entitlement.LinkRefused: "link-refused",
    entitlement.LinkLost: "link-lost",
    entitlement.LinkWithdrawn: "link-withdrawn",
    entitlement.LateConfirmationReceived: "late-confirmation",
    entitlement.UnexpectedConfirmationReceived: "unexpected-confirmation",
    withdrawal.EntitlementCancelled: "cancelled",
    withdrawal.EntitlementBlocked: "blocked",
    codes.CodesReceived: "codes-received",
    codes.CodesRequestRefused: "codes-refused",
    codes.CodeRevoked: "code-revoked",
    codes.CodeRevocationRefused: "code-revocation-refused",
}
"""What a partner says of a message later, in a message of its own."""

_FIXED: Final[Mapping[type, str]] = {
    entitlement.EntitlementEntitled: "entitled",
    entitlement.LinkPlaced: "processed",
    withdrawal.EntitlementCancelled: "cancelled",
    withdrawal.EntitlementBlocked: "blocked",
}
"""What it says by being what it is (Entitlement API 1.1.0)."""

_ABOUT_CODES: Final = (
    codes.CodesReceived,
    codes.CodesRequestRefused,
    codes.CodeRevoked,
    codes.CodeRevocationRefused,
)

"""What happened, in order: facts become entries, which timeline_words puts into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from aanspraak.domain.delivery_order import events as order
from aanspraak.domain.entitlement import events as entitlement
from aanspraak.domain.entitlement import withdrawal_events as withdrawal
from aanspraak.domain.recorded import Recorded
from aanspraak.domain.resolution import events as resolution

LARGE: Final = 25
"""An order of more entitlements is summarised per step and partner."""


class Entry(NamedTuple):
    """One thing that happened, or many of a kind: `times` then, from `at` up to `until`.

    `what` names the kind, `partner` whom it concerns (None: only the hub), `details` what the words
    are filled in with. All of it may be shown to that partner. `position` is that of a fact.
    """

    at: datetime
    what: str
    partner: str | None = None
    entitlement_id: UUID | None = None
    details: Mapping[str, object] = {}
    times: int = 1
    until: datetime | None = None
    position: int = 0


def entry_of(recorded: Recorded, created: entitlement.EntitlementCreated | None) -> Entry | None:
    """A fact as an entry; None for what a timeline leaves out (the list of users).

    `created` is the first fact of an entitlement's stream, for facts that name no registry.
    """
    event = recorded.event
    what = _what(event)
    if what is None:
        return None
    return Entry(
        at=recorded.recorded_at,
        what=what,
        partner=_partner(event, created),
        entitlement_id=recorded.stream_id if created is not None else None,
        details=_details(event),
        position=recorded.position,
    )


def _what(event: object) -> str | None:
    if isinstance(event, entitlement.InitialActivationReported) and event.source != "reported":
        return FOUND
    return WHAT.get(type(event))


class Summary:
    """The entries of a large order, counted per kind and partner while they are read."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str | None], _Group] = {}

    def add(self, entry: Entry) -> None:
        """Count one more."""
        group = self._groups.get((entry.what, entry.partner))
        if group is None:
            self._groups[entry.what, entry.partner] = _Group(entry)
        else:
            group.add(entry)

    def entries(self) -> list[Entry]:
        """One entry per kind and partner."""
        return [group.entry() for group in self._groups.values()]


class _Group:
    """Entries of one kind and partner: the first, how many, the last, and what all of them say."""

    def __init__(self, first: Entry) -> None:
        self._first = self._last = first
        self._times = 1
        self._same = dict(first.details)

    def add(self, entry: Entry) -> None:
        self._times += 1
        if entry.at > self._last.at:
            self._last = entry
        if (entry.at, entry.position) < (self._first.at, self._first.position):
            self._first = entry
        if self._same != entry.details:
            said = entry.details.items()
            self._same = {
                name: value for name, value in self._same.items() if (name, value) in said
            }

    def entry(self) -> Entry:
        if self._times == 1:
            return self._first
        return self._first._replace(
            entitlement_id=None, details=self._same, times=self._times, until=self._last.at
        )


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """By time, and by position where the facts of one transaction have the same time."""
    return sorted(entries, key=lambda entry: (entry.at, entry.position))


def _partner(event: object, created: entitlement.EntitlementCreated | None) -> str | None:
    if isinstance(event, entitlement.EntitlementEntitled):
        return created.registry if created else None
    field = _PARTNER_FIELDS[type(event)]
    return getattr(event, field) if field else None


def _details(event: object) -> dict[str, object]:
    """Of people no more than how many they are."""
    details = {name: getattr(event, name) for name in _DETAIL_FIELDS[type(event)]}
    if isinstance(event, resolution.UsersResolved):
        return {"joined": len(event.subject_ids), "left": len(event.left_subject_ids), **details}
    return details


def _names_partner(fact: type) -> str | None:
    """The field of a fact that names its partner; that an entitlement was created concerns all."""
    if fact is entitlement.EntitlementCreated:
        return None
    names = {each.name for each in fields(fact)}
    return next((name for name in ("shop", "partner", "registry", "portal") if name in names), None)


_DETAILS: Final = (
    "number",
    "reason",
    "status",
    "http_status",
    "attempts",
    "entitlement_status",
    "url_status",
    "new_status",
    "success",
    "repeated",
    "delivered",
    "refused",
    "users_count",
    "total_quantity",
    "new_total_quantity",
    "end_date",
    "cause",
    "asked",
    "cancelled",
    "in_use",
    "source",
    "product_id",
    "usage_date",
    "expiration_date",
    "first",
    "anomalies",
    "warnings",
    "reported_status",
    "count",
    "of",
)
"""The fields of facts that words are filled in with: no ids of persons, nothing anybody wrote."""

WHAT: Final[Mapping[type, str]] = {
    order.DeliveryOrderReceived: "order-received",
    order.DeliveryOrderRequestRefused: "request-refused",
    order.UnchangedRequestTaken: "request-unchanged",
    order.ReferenceReused: "reference-reused",
    order.ConfirmationIssued: "confirmation-issued",
    order.DeliveryOrderProcessed: "order-processed",
    order.DeliveryOrderUndelivered: "order-undelivered",
    order.DeliveryOrderLicensed: "order-licensed",
    order.DeliveryOrderReleased: "order-released",
    order.QuantityLowered: "quantity-lowered",
    order.CancellationRequested: "cancellation-requested",
    order.DeliveryOrderCancelled: "order-cancelled",
    order.DeliveryOrderCancellationRefused: "order-cancellation-refused",
    order.ConfirmationTaken: "confirmation-taken",
    order.ConfirmationRejected: "confirmation-rejected",
    order.ConfirmationGivenUp: "confirmation-given-up",
    entitlement.EntitlementCreated: "entitlement-created",
    entitlement.RegistryRequested: "registry-requested",
    entitlement.EntitlementEntitled: "entitled",
    entitlement.RegistryRefused: "registry-refused",
    entitlement.LinkRequested: "link-requested",
    entitlement.LinkPlaced: "link-placed",
    entitlement.LinkRefused: "link-refused",
    entitlement.LinkLost: "link-lost",
    entitlement.LinkWithdrawn: "link-withdrawn",
    withdrawal.CancellationAsked: "cancellation-asked",
    withdrawal.CancellationRefused: "cancellation-refused",
    withdrawal.EntitlementCancelled: "cancelled",
    withdrawal.BlockAsked: "block-asked",
    withdrawal.EntitlementBlocked: "blocked",
    withdrawal.UnblockAsked: "unblock-asked",
    withdrawal.EntitlementUnblocked: "unblocked",
    entitlement.PortalsChanged: "portals-changed",
    entitlement.LateConfirmationReceived: "late-confirmation",
    entitlement.UnexpectedConfirmationReceived: "unexpected-confirmation",
    entitlement.InitialActivationReported: "activated",
    entitlement.RequestTaken: "request-taken",
    entitlement.RequestRejected: "request-rejected",
    entitlement.RequestDropped: "request-dropped",
    entitlement.RequestGivenUp: "request-given-up",
    resolution.UsersResolved: "users-resolved",
    resolution.LeaversHeldBack: "leavers-held-back",
    resolution.LeaversReleased: "leavers-released",
    resolution.HoldingBackEnded: "holding-back-ended",
    resolution.FollowingEnded: "following-ended",
}
"""How each fact is called in a timeline."""

FOUND: Final = "activation-found"
"""A use that nobody reported."""

_PARTNER_FIELDS: Final = {fact: _names_partner(fact) for fact in WHAT}
_DETAIL_FIELDS: Final = {
    fact: [each.name for each in fields(fact) if each.name in _DETAILS] for fact in WHAT
}

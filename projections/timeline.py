"""What happened, in order: facts become entries, which timeline_words puts into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from aanspraak.domain.delivery_order import events as order
from aanspraak.domain.entitlement import events as entitlement
from aanspraak.domain.recorded import Recorded

LARGE: Final = 25
"""An order of more entitlements is summarised per step and partner."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened, or many of a kind: `times` then, from `at` up to `until`.

    `what` names the kind, `partner` whom it concerns (None: only the hub), `details` what the words
    are filled in with. All of it may be shown to that partner. `position` is that of a fact.
    """

    at: datetime
    what: str
    partner: str | None = None
    entitlement_id: UUID | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    times: int = 1
    until: datetime | None = None
    position: int = 0


def entry_of(recorded: Recorded, created: entitlement.EntitlementCreated | None) -> Entry | None:
    """A fact as an entry; None for what a timeline leaves out (the list of users).

    `created` is the first fact of an entitlement's stream, for facts that name no registry.
    """
    event = recorded.event
    what = WHAT.get(type(event))
    if what is None:
        return None
    details = {name: getattr(event, name) for name in _DETAILS if hasattr(event, name)}
    return Entry(
        at=recorded.recorded_at,
        what=what,
        partner=_partner(event, created),
        entitlement_id=recorded.stream_id if created is not None else None,
        details=details,
        position=recorded.position,
    )


@dataclass
class Summary:
    """The entries of a large order, counted per kind and partner while they are read."""

    _groups: dict[tuple[str, str | None], Entry] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Count one more."""
        group = (entry.what, entry.partner)
        had = self._groups.get(group)
        self._groups[group] = entry if had is None else _together(had, entry)

    def entries(self) -> list[Entry]:
        """One entry per kind and partner."""
        return list(self._groups.values())


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """By time, and by position where the facts of one transaction have the same time."""
    return sorted(entries, key=lambda entry: (entry.at, entry.position))


def _together(one: Entry, other: Entry) -> Entry:
    ends = [one.at, other.at, one.until or one.at]
    return Entry(
        at=min(ends),
        what=one.what,
        partner=one.partner,
        times=one.times + other.times,
        until=max(ends),
        position=min(one.position, other.position),
        details={
            name: value for name, value in one.details.items() if other.details.get(name) == value
        },
    )


def _partner(event: object, created: entitlement.EntitlementCreated | None) -> str | None:
    if isinstance(event, entitlement.EntitlementCreated):
        return None
    if isinstance(event, entitlement.EntitlementEntitled):
        return created.registry if created else None
    names = (getattr(event, field, None) for field in ("shop", "partner", "registry", "portal"))
    return next((name for name in names if isinstance(name, str)), None)


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
    "product_id",
    "usage_date",
    "expiration_date",
    "first",
    "anomalies",
    "warnings",
    "reported_status",
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
    entitlement.UnexpectedConfirmationReceived: "unexpected-confirmation",
    entitlement.InitialActivationReported: "activated",
    entitlement.RequestTaken: "request-taken",
    entitlement.RequestRejected: "request-rejected",
    entitlement.RequestDropped: "request-dropped",
    entitlement.RequestGivenUp: "request-given-up",
}
"""How each fact is called in a timeline."""

"""Track and trace 1.0.0, our own API: where each delivery stands, and who holds it up.

Moments are in UTC, days in Europe/Amsterdam.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from adapters.wire.outgoing import Outgoing

VERSION = "1.0.0"
BASE_PATH = "/trace/v1"
SCOPE = "aanspraak.trace"

Status = Literal[
    "held",
    "received",
    "set-ready",
    "link-placed",
    "in-use",
    "cancelled",
    "blocked",
    "action-needed",
    "overdue",
]


class AsOf(Outgoing, frozen=True, kw_only=True):
    """What was known then: the last position that counts, and the moment it stands for."""

    position: int
    at: datetime


class Counts(Outgoing, frozen=True, kw_only=True):
    """The entitlements of an order, counted by how far they are.

    `ordered` are the users named, or found for an open order so far. Each is in one of received,
    set ready, link placed, in use, blocked and cancelled. `settled` have an outcome; `actionNeeded`
    have something that somebody has to look at.
    """

    ordered: int
    received: int
    set_ready: int
    link_placed: int
    in_use: int
    blocked: int
    cancelled: int
    settled: int
    action_needed: int


class PartnerSteps(Outgoing, frozen=True, kw_only=True):
    """How many entitlements are at which step with one partner; a competitor is not named.

    Steps: waiting, asked, taken, entitled, placed, refused, dropped, no-consent, given-up, expired,
    cancelled, blocked. `unknown_since`: the school took its consent back, and what became of the
    links since then is not known here.
    """

    partner: str | None = None
    role: str
    steps: dict[str, int]
    unknown_since: datetime | None = None


class WaitingOn(Outgoing, frozen=True, kw_only=True):
    """Messages that a partner has not taken, or not confirmed, and what was tried.

    `kind` is registry, link, confirmation, or roster: nobody was found for the order in that of
    school `schoolId` (ours) yet. `taken` of the `messages` wait for their confirmation alone;
    `givenUp` are tried no more, `behind` wait behind one of those. `since`: the oldest.
    `lastError` is a short code, `nextStep` what an operator can do.
    """

    partner: str | None = None
    role: str
    kind: str
    school_id: UUID | None = None
    refresh: bool
    messages: int
    taken: int
    given_up: int
    behind: int
    since: datetime
    overdue: bool
    attempts: int
    last_attempt_at: datetime | None = None
    last_error: str | None = None
    next_attempt_at: datetime | None = None
    unreachable_since: datetime | None = None
    paused_at: datetime | None = None
    next_step: str | None = None


class Refusal(Outgoing, frozen=True, kw_only=True):
    """The last request about the order that was refused."""

    reason: str
    status: int
    at: datetime


class OrderTrace(Outgoing, frozen=True, kw_only=True):
    """Where an order stands.

    `orderStatus` is Edu-V's, left out while every request was refused; `ended`: by its dates.
    Of an open order: `overQuantity` activations are more than what the school bought with the
    orders of its pool; `heldBack` users would lose it at once, and wait for an operator;
    `covered`: it gives nobody anything, for they have it by another order of the pool.
    `doubles` of its users have the product twice: by name, and by an open order of their school.
    `asOf`: what was known then is told, not how it stands.
    """

    as_of: AsOf | None = None
    delivery_order_id: UUID
    status: Status
    ended: bool
    order_status: str | None = None
    shop: str | None = None
    product_id: str | None = None
    contract_id: str | None = None
    delivery_type: str | None = None
    start_date: date | None = None
    activation_until_date: date | None = None
    received_at: datetime | None = None
    delivered: int | None = None
    refused: int | None = None
    warnings: tuple[str, ...] = ()
    refusal: Refusal | None = None
    total_quantity: int | None = None
    over_quantity: int | None = None
    held_back: int | None = None
    covered: bool | None = None
    doubles: int | None = None
    counts: Counts
    partners: tuple[PartnerSteps, ...]
    waiting_on: tuple[WaitingOn, ...]


class TimelineEntry(Outgoing, frozen=True, kw_only=True):
    """One thing that happened, or many of a kind: then `times` of them from `at` up to `until`."""

    at: datetime
    until: datetime | None = None
    times: int = 1
    what: str
    partner: str | None = None
    entitlement_id: UUID | None = None
    text: str


class OrderTimeline(Outgoing, frozen=True, kw_only=True):
    """What happened to an order, oldest first; `asOf`: until then."""

    as_of: AsOf | None = None
    delivery_order_id: UUID
    status: Status
    ended: bool
    entries: tuple[TimelineEntry, ...]


class EntitlementTimeline(Outgoing, frozen=True, kw_only=True):
    """What happened to an entitlement, oldest first; `asOf`: until then."""

    as_of: AsOf | None = None
    entitlement_id: UUID
    delivery_order_id: UUID
    status: Status
    ended: bool
    partners: tuple[PartnerSteps, ...]
    entries: tuple[TimelineEntry, ...]


class EntitlementTrace(Outgoing, frozen=True, kw_only=True):
    """Where an entitlement stands; `entitlementStatus` is Edu-V's, `ended`: by its dates."""

    entitlement_id: UUID
    delivery_order_id: UUID
    product_id: str
    status: Status
    ended: bool
    entitlement_status: str
    start_date: date
    activation_until_date: date
    expiration_date: date | None = None
    first_usage_date: date | None = None
    partners: tuple[PartnerSteps, ...]


class PersonTrace(Outgoing, frozen=True, kw_only=True):
    """What somebody at a school has; `asOf`: had then."""

    as_of: AsOf | None = None
    entitlements: tuple[EntitlementTrace, ...]


class PartnerTrace(Outgoing, frozen=True, kw_only=True):
    """How it goes with a partner: what is open, since when the oldest, and what fails.

    `parked` messages wait outside its lanes. An unreachable one is at step `rung` of the ladder and
    climbs it at `nextRungAt`. `answeredAt` is when it was last tried, `answer` what came of that:
    taken, rejected, failed or dropped. `pausedReason` is what the operator wrote, for operators.
    """

    partner: str
    role: str
    title: str
    open: int
    taken: int
    oldest_open_at: datetime | None = None
    oldest_open_seconds: int | None = None
    failing: int
    given_up: int
    last_error: str | None = None
    unreachable_since: datetime | None = None
    next_attempt_at: datetime | None = None
    paused_at: datetime | None = None
    paused_until: datetime | None = None
    paused_reason: str | None = None
    rung: int = 0
    next_rung_at: datetime | None = None
    parked: int = 0
    answered_at: datetime | None = None
    answer: str | None = None
    answer_http_status: int | None = None


class PartnerError(Outgoing, frozen=True, kw_only=True):
    """How attempts failed in the last hour: a short code, how often, and when last."""

    error: str
    times: int
    last_at: datetime


class OpenExchange(Outgoing, frozen=True, kw_only=True):
    """A message that the partner has not taken, or not confirmed since `takenAt`.

    `kind` and `asked` as in an exchange. About an entitlement, or about the order itself.
    """

    entitlement_id: UUID | None = None
    delivery_order_id: UUID | None = None
    product_id: str | None = None
    product_title: str | None = None
    number: int
    kind: str
    asked: str
    asked_at: datetime
    taken_at: datetime | None = None
    given_up: bool


class PartnerDetail(Outgoing, frozen=True, kw_only=True):
    """How it goes with a partner, how attempts failed there, and what is open longest.

    `ladderSeconds` is how long is waited after each failure, while it is unreachable.
    """

    partner: PartnerTrace
    errors: tuple[PartnerError, ...]
    oldest_open: tuple[OpenExchange, ...]
    ladder_seconds: tuple[float, ...]


WRITTEN = (
    OrderTrace,
    OrderTimeline,
    EntitlementTimeline,
    PersonTrace,
    PartnerTrace,
    PartnerDetail,
)

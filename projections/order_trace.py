"""Where a delivery stands, in one word: what an order's row, its open exchanges and a clock say."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from aanspraak.domain.calendar_days import AMSTERDAM, day_of
from projections.delivery_order_status import DeliveryOrderStatus
from projections.entitlement_details import EntitlementDetails, is_over
from projections.progress import progress_of

RECEIVED: Final = "received"
SET_READY: Final = "set-ready"
LINK_PLACED: Final = "link-placed"
IN_USE: Final = "in-use"
ACTION_NEEDED: Final = "action-needed"
OVERDUE: Final = "overdue"
CANCELLED: Final = "cancelled"
BLOCKED: Final = "blocked"
HELD: Final = "held"
ROSTER: Final = "roster"


class Moment(NamedTuple):
    """When it is asked: `now` (UTC), the day in Europe/Amsterdam, and how long is too long."""

    now: datetime
    today: date
    patience: timedelta


def moment_at(now: datetime, overdue_seconds: float) -> Moment:
    """That of `now` (UTC), when an answer may take so long."""
    return Moment(now=now, today=day_of(now), patience=timedelta(seconds=overdue_seconds))


class Waiting(NamedTuple):
    """Exchanges with one partner that are open. Moments are UTC.

    `kind` is registry, link or confirmation; a `refresh` reopens nothing. `since` is when the
    oldest was asked, or taken if all were: `taken` counts those that wait for their confirmation.
    `given_up` are tried no more, and `behind` of the messages wait behind one of those: a cancel
    behind a creation. `attempts` and `last_error` (a short code) are of these exchanges.
    `overdue_seconds` is how long this partner may take, None: as long as others. An open order for
    which nobody was found yet waits for the roster (kind) of `school_id`, and is overdue from
    `due_at`.
    """

    partner: str
    kind: str
    refresh: bool
    messages: int
    taken: int
    given_up: int
    behind: int
    since: datetime
    attempts: int
    last_attempt_at: datetime | None
    last_error: str | None
    next_attempt_at: datetime | None
    unreachable_since: datetime | None
    paused_at: datetime | None
    overdue_seconds: int | None = None
    due_at: datetime | None = None
    school_id: UUID | None = None


def waiting_on_roster(school_id: UUID, since: datetime, start_date: date) -> Waiting:
    """Nobody is in the roster of the school whom the order is for; that matters from its start."""
    return Waiting(
        partner=ROSTER,
        kind=ROSTER,
        refresh=False,
        messages=0,
        taken=0,
        given_up=0,
        behind=0,
        since=since,
        attempts=0,
        last_attempt_at=None,
        last_error=None,
        next_attempt_at=None,
        unreachable_since=None,
        paused_at=None,
        due_at=datetime.combine(start_date, time(), AMSTERDAM),
        school_id=school_id,
    )


def is_overdue(waiting: Waiting, moment: Moment) -> bool:
    """An answer is out for longer than it may take; nobody waits for a refresh."""
    own = waiting.overdue_seconds
    patience = moment.patience if own is None else timedelta(seconds=own)
    due_at = waiting.due_at or waiting.since + patience
    return not waiting.refresh and due_at < moment.now


def status_of(order: DeliveryOrderStatus, waiting: tuple[Waiting, ...], moment: Moment) -> str:
    """The least advanced entitlement decides; what somebody has to look at goes before that.

    A shop that does not take its confirmation makes nobody's delivery overdue. An order without
    portals ends as `set-ready`: no link was asked for. `blocked` is an order of which nothing that
    lives may be used.
    """
    if order.status == CANCELLED or order.held:
        return CANCELLED if order.status == CANCELLED else HELD
    if _needs_action(order, waiting):
        return ACTION_NEEDED
    awaited = [each for each in waiting if each.kind != "confirmation"]
    if any(is_overdue(each, moment) for each in awaited):
        return OVERDUE
    return _by_counts(order)


def _by_counts(order: DeliveryOrderStatus) -> str:
    if order.total_blocked and order.total_blocked == counted(order) - order.total_cancelled:
        return BLOCKED
    if order.total_created or counted(order) < order.users_count or not counted(order):
        return RECEIVED
    if order.settled < counted(order):
        return SET_READY
    if order.total_licensed:
        return IN_USE
    return LINK_PLACED if order.link_placed else SET_READY


def counted(order: DeliveryOrderStatus) -> int:
    """How many entitlements the order has so far."""
    living = order.total_created + order.total_entitled + order.total_licensed
    return living + order.total_cancelled + order.total_blocked


def has_ended(order: DeliveryOrderStatus, today: date) -> bool:
    """Nobody can activate any more, and the licences of those who did are over."""
    return is_ended(order.activation_until_date, order.total_licensed, order.licensed_until, today)


def is_ended(
    activation_until: date | None, licensed: int, licensed_until: date | None, today: date
) -> bool:
    """The same of an order's dates; the days are inclusive."""
    if activation_until is None or activation_until >= today:
        return False
    return not licensed or (licensed_until is not None and licensed_until < today)


def status_of_entitlement(row: EntitlementDetails) -> str:
    """The same word for one entitlement; whether it has ended is `is_over`."""
    progress = progress_of(row)
    if progress.action_needed:
        return ACTION_NEEDED
    if row.status == "licensed":
        return IN_USE
    if row.status in (CANCELLED, BLOCKED):
        return row.status
    if row.status == "created":
        return RECEIVED
    return LINK_PLACED if progress.linked else SET_READY


def entitlement_has_ended(row: EntitlementDetails, today: date) -> bool:
    """It was not activated in time, or the licence is over."""
    return is_over(
        row.status,
        row.activation_until_date,
        row.expiration_date,
        today,
        used=row.first_usage_date is not None,
    )


def _needs_action(order: DeliveryOrderStatus, waiting: tuple[Waiting, ...]) -> bool:
    """A refusal that nothing has mended, or a message that was given up."""
    refused = order.status is None or order.delivered == 0
    return refused or order.action_needed > 0 or any(each.given_up for each in waiting)

"""How fast does it go? What happened in each minute, in the hub as a whole and at each partner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, Protocol

from aanspraak.domain.delivery_order.events import (
    ConfirmationGivenUp,
    ConfirmationRejected,
    ConfirmationTaken,
    DeliveryOrderReceived,
)
from aanspraak.domain.entitlement.confirmation import LOST
from aanspraak.domain.entitlement.events import (
    EntitlementCreated,
    EntitlementEntitled,
    InitialActivationReported,
    LinkPlaced,
    LinkRefused,
    RegistryRefused,
    RequestGivenUp,
    RequestRejected,
    RequestTaken,
)
from aanspraak.domain.recorded import Recorded
from projections.durations import bucket_of
from projections.entitlement_row import EntitlementDetails
from projections.side import BY_SCHOOL, Side

NAME: Final = "pace"
KEY: Final = ("minute", "partner")
HUB: Final = ""
"""In the place of a partner: the hub as a whole."""
ABOUT: Final[frozenset[type]] = frozenset(
    {
        DeliveryOrderReceived,
        EntitlementCreated,
        EntitlementEntitled,
        LinkPlaced,
        InitialActivationReported,
        RequestTaken,
        ConfirmationTaken,
        RegistryRefused,
        LinkRefused,
        RequestRejected,
        RequestGivenUp,
        ConfirmationRejected,
        ConfirmationGivenUp,
    }
)
_SHOWN: Final = ("placed", BY_SCHOOL)
_EVER_SHOWN: Final = (*_SHOWN, *LOST)
_MINUTE: Final = timedelta(minutes=1)


class Seen(Protocol):
    """A fact with the row that it was folded into, before and after it."""

    @property
    def recorded(self) -> Recorded:
        """The fact."""

    @property
    def before(self) -> Any:  # noqa: ANN401 - a row of either kind, or none
        """The row before it."""

    @property
    def after(self) -> Any:  # noqa: ANN401 - a row of either kind
        """The row with it."""


class Minute(NamedTuple):
    """What happened in the minute that begins at `minute` (UTC), as the log dates it.

    `partner` is empty for the hub as a whole. `orders` are those of a shop, `created`, `ready`,
    `placed` and `activated` entitlements by the first time it happened to them; at a portal each
    that it shows. `taken` are messages answered with 202, `failed` those refused, rejected or given
    up. `durations` counts by the bucket of `projections.durations`: for the hub from the order to
    the first link, for a partner from asking to its confirmation.
    """

    minute: datetime
    partner: str
    orders: int = 0
    created: int = 0
    ready: int = 0
    placed: int = 0
    activated: int = 0
    taken: int = 0
    failed: int = 0
    durations: Mapping[int, int] = {}


def add(row: Minute | None, other: Minute) -> Minute:
    """The sum of two rows of a minute."""
    if row is None:
        return other
    durations = row.durations
    if other.durations:
        durations = dict(durations)
        for bucket, number in other.durations.items():
            durations[bucket] = durations.get(bucket, 0) + number
    return Minute(
        row.minute,
        row.partner,
        row.orders + other.orders,
        row.created + other.created,
        row.ready + other.ready,
        row.placed + other.placed,
        row.activated + other.activated,
        row.taken + other.taken,
        row.failed + other.failed,
        durations,
    )


def additions(step: Seen) -> Iterable[Minute]:
    """What a fact adds: to the minute of its partner, and nearly always to that of the hub."""
    minute, event = minute_of(step.recorded.recorded_at), step.recorded.event
    match event:
        case DeliveryOrderReceived():
            yield from _both(minute, event.shop, "orders")
        case EntitlementCreated():
            yield from _both(minute, event.shop, "created")
        case EntitlementEntitled():
            yield from _ready(minute, step, event)
        case LinkPlaced():
            yield from _placed(minute, step, event)
        case InitialActivationReported():
            if event.first:
                yield from _both(minute, event.registry, "activated")
        case RequestTaken() | ConfirmationTaken():
            yield from _both(minute, _partner(event), "taken")
            yield from _handed_over(minute, step)
        case _:
            yield from _both(minute, _partner(event), "failed")


def minute_of(moment: datetime) -> datetime:
    """The minute in which a moment lies."""
    return moment.replace(second=0, microsecond=0)


def minutes_between(first: datetime, last: datetime) -> Iterator[datetime]:
    """The minutes from the one in which `first` lies up to, and without, `last`."""
    minute = minute_of(first)
    while minute < last:
        yield minute
        minute += _MINUTE


def _both(minute: datetime, partner: str, what: str) -> Iterator[Minute]:
    one: dict[str, Any] = {what: 1}
    yield Minute(minute, HUB, **one)
    yield Minute(minute, partner, **one)


def _ready(minute: datetime, step: Seen, event: EntitlementEntitled) -> Iterator[Minute]:
    before: EntitlementDetails = step.before
    if not before.ready:
        yield Minute(minute, HUB, ready=1)
    took = _took(before.sides.get(before.registry), event.reference_id, step.recorded)
    yield Minute(minute, before.registry, ready=int(not before.ready), durations=took)


def _placed(minute: datetime, step: Seen, event: LinkPlaced) -> Iterator[Minute]:
    """A refresh that is confirmed shows nothing new; it says how fast the portal is, though."""
    before: EntitlementDetails = step.before
    side = before.sides.get(event.portal)
    new = int(side is None or side.known not in _SHOWN)
    took = _took(side, event.reference_id, step.recorded)
    yield Minute(minute, event.portal, placed=new, durations=took)
    if new:
        yield Minute(minute, HUB, placed=1, durations=_from_order(before, step.recorded))


def _handed_over(minute: datetime, step: Seen) -> Iterator[Minute]:
    """A portal whose links the school assigns has it with its 202."""
    event = step.recorded.event
    if not isinstance(event, RequestTaken):
        return
    before, after = (row.sides.get(event.partner) for row in (step.before, step.after))
    if after.known == BY_SCHOOL and (before is None or before.known != BY_SCHOOL):
        yield Minute(minute, event.partner, placed=1)
        yield Minute(minute, HUB, placed=1, durations=_from_order(step.before, step.recorded))


def _took(side: Side | None, reference_id: object, recorded: Recorded) -> Mapping[int, int]:
    for exchange in side.open if side is not None else ():
        if exchange.reference_id == reference_id:
            return {bucket_of(recorded.recorded_at - exchange.asked_at): 1}
    return {}


def _from_order(before: EntitlementDetails, recorded: Recorded) -> Mapping[int, int]:
    """Only the first link says how long somebody waited; a portal that comes later does not."""
    portals = (side for partner, side in before.sides.items() if partner != before.registry)
    if any(side.known in _EVER_SHOWN for side in portals):
        return {}
    return {bucket_of(recorded.recorded_at - before.date_created): 1}


def _partner(event: object) -> str:
    match event:
        case RegistryRefused():
            return event.registry
        case LinkRefused():
            return event.portal
        case RequestTaken() | RequestRejected() | RequestGivenUp():
            return event.partner
        case ConfirmationTaken() | ConfirmationRejected() | ConfirmationGivenUp():
            return event.shop
        case _:
            raise TypeError(type(event).__name__)

"""How does an order stand? Its own facts, and its entitlements counted by what changed of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple, get_args
from uuid import UUID

from aanspraak.domain import ids
from aanspraak.domain.delivery_order.events import (
    CancellationRequested,
    ConfirmationGivenUp,
    ConfirmationIssued,
    ConfirmationRejected,
    ConfirmationTaken,
    DeliveryOrderCancellationRefused,
    DeliveryOrderCancelled,
    DeliveryOrderEvent,
    DeliveryOrderLicensed,
    DeliveryOrderProcessed,
    DeliveryOrderReceived,
    DeliveryOrderReleased,
    DeliveryOrderRequestRefused,
    DeliveryOrderUndelivered,
    QuantityLowered,
)
from aanspraak.domain.recorded import Recorded
from aanspraak.domain.status_codes import DELIVERY_OTHER
from projections import side as sides
from projections.entitlement_details import EntitlementDetails
from projections.progress import progress_of
from projections.side import Exchange, Side

NAME: Final = "delivery_order_status"
KEY: Final = ("order_id",)
ABOUT: Final = frozenset(get_args(DeliveryOrderEvent))

Pair = tuple[EntitlementDetails | None, EntitlementDetails]
_TOTALS: Final = {
    "created": "total_created",
    "entitled": "total_entitled",
    "licensed": "total_licensed",
    "cancelled": "total_cancelled",
    "blocked": "total_blocked",
}
_CHANGES: Final = (
    DeliveryOrderReleased,
    QuantityLowered,
    CancellationRequested,
    DeliveryOrderCancelled,
    DeliveryOrderCancellationRefused,
)
_ANSWERS: Final = (
    ConfirmationIssued,
    ConfirmationTaken,
    ConfirmationRejected,
    ConfirmationGivenUp,
)
_COUNTS: Final = (*_TOTALS.values(), "in_use", "settled", "link_placed", "action_needed")


class DeliveryOrderStatus(NamedTuple):
    """An order; `status` is None while every request for it was refused.

    `delivered` and `refused` are what the last answer about the delivery counted. `refusal_*` are
    of the last request that was refused. The rest counts entitlements: `total_*` by status,
    `in_use` those ever activated, whatever became of them, `settled` those with an outcome,
    `link_placed` those delivered with a link that nobody activated yet;
    `licensed_until` is the last day of the longest licence. `steps` counts per partner and step.
    `portals` are those that it names, or those where its entitlements go once there are any.
    `shop_sides`: a shop whose request was refused may have to be told yet when another has it.
    """

    order_id: UUID
    version: int = 0
    delivery_order_id: UUID | None = None
    shop: str | None = None
    contract_id: str | None = None
    product_id: str | None = None
    registry: str | None = None
    portals: tuple[str, ...] = ()
    delivery_type: str | None = None
    school_id: UUID | None = None
    users_count: int = 0
    total_quantity: int | None = None
    held: bool = False
    cancelling: bool = False
    end_date: date | None = None
    start_date: date | None = None
    activation_until_date: date | None = None
    received_at: datetime | None = None
    warnings: tuple[str, ...] = ()
    status: str | None = None
    delivered: int | None = None
    refused: int | None = None
    refusal_reason: str | None = None
    refusal_status: int | None = None
    refused_at: datetime | None = None
    shop_sides: Mapping[str, Side] = {}
    total_created: int = 0
    total_entitled: int = 0
    total_licensed: int = 0
    total_cancelled: int = 0
    total_blocked: int = 0
    in_use: int = 0
    settled: int = 0
    link_placed: int = 0
    action_needed: int = 0
    licensed_until: date | None = None
    steps: Mapping[str, Mapping[str, int]] = {}


def keys(recorded: Recorded) -> tuple[tuple[UUID], ...]:
    """The order a fact is about."""
    return ((recorded.stream_id,),) if type(recorded.event) in ABOUT else ()


def fold(row: DeliveryOrderStatus | None, recorded: Recorded) -> DeliveryOrderStatus | None:
    """Apply one fact of the order itself; one that is in the row already changes nothing."""
    order = row or DeliveryOrderStatus(order_id=recorded.stream_id)
    if recorded.version <= order.version:
        return row
    order = order._replace(version=recorded.version)
    match recorded.event:
        case DeliveryOrderReceived() as event:
            return _received(order, recorded, event)
        case DeliveryOrderRequestRefused() as event:
            return order._replace(
                shop=order.shop or event.shop,
                refusal_reason=event.reason,
                refusal_status=event.status,
                refused_at=recorded.recorded_at,
            )
        case DeliveryOrderProcessed() | DeliveryOrderUndelivered() | DeliveryOrderLicensed():
            return _delivered(order, recorded.event)
        case event if isinstance(event, _CHANGES):
            return _changed(order, event)
        case event if isinstance(event, _ANSWERS):
            return _answered(order, recorded, event)
        case _:
            return order


def counted_for(row: EntitlementDetails) -> tuple[UUID]:
    """The order that an entitlement counts for."""
    return (row.order_id,)


def count(
    row: DeliveryOrderStatus | None, key: tuple[UUID], pairs: Sequence[Pair]
) -> DeliveryOrderStatus:
    """Count entitlements of this order again: off with what each was, on with what it is."""
    order = row or DeliveryOrderStatus(order_id=key[0])
    counts = dict.fromkeys(_COUNTS, 0)
    steps: dict[tuple[str, str], int] = {}
    until = order.licensed_until
    for before, after in pairs:
        if before is not None:
            _add(counts, steps, before, -1)
        _add(counts, steps, after, 1)
        # Blocked since or not: whether it was so between two batches must make no difference.
        if after.first_usage_date is not None and after.expiration_date is not None:
            until = max(until or after.expiration_date, after.expiration_date)
    return order._replace(
        **{field: getattr(order, field) + change for field, change in counts.items()},
        licensed_until=until,
        portals=pairs[-1][1].portals,
        steps=_stepped(order.steps, steps),
    )


def _add(
    counts: dict[str, int],
    steps: dict[tuple[str, str], int],
    row: EntitlementDetails,
    change: int,
) -> None:
    progress = progress_of(row)
    counts[_TOTALS[row.status]] += change
    if progress.settled:
        counts["settled"] += change
    if row.first_usage_date is not None:
        counts["in_use"] += change
    if progress.linked and row.status not in ("licensed", "blocked"):
        counts["link_placed"] += change
    if progress.action_needed:
        counts["action_needed"] += change
    for step in progress.steps:
        steps[step] = steps.get(step, 0) + change


def _stepped(
    steps: Mapping[str, Mapping[str, int]], changes: Mapping[tuple[str, str], int]
) -> Mapping[str, Mapping[str, int]]:
    changed = {partner for (partner, _), change in changes.items() if change}
    if not changed:
        return steps
    counted = {partner: Counter(steps.get(partner, {})) for partner in changed}
    for (partner, step), change in changes.items():
        if change:
            counted[partner][step] += change
    kept = {
        partner: {step: number for step, number in sorted(counter.items()) if number}
        for partner, counter in counted.items()
    }
    return {partner: counter for partner, counter in {**steps, **kept}.items() if counter}


def _received(
    order: DeliveryOrderStatus, recorded: Recorded, event: DeliveryOrderReceived
) -> DeliveryOrderStatus:
    return order._replace(
        delivery_order_id=event.delivery_order_id,
        shop=event.shop,
        contract_id=event.contract_id,
        product_id=event.product_id,
        registry=event.registry,
        portals=order.portals if order.steps else event.portals,
        delivery_type=event.delivery_type,
        school_id=event.school_id,
        users_count=event.users_count,
        start_date=event.start_date,
        activation_until_date=event.activation_until_date,
        received_at=recorded.recorded_at,
        warnings=event.warnings,
        total_quantity=event.total_quantity,
        held=event.held,
        status="ordered",
    )


def _changed(
    order: DeliveryOrderStatus,
    event: DeliveryOrderReleased
    | QuantityLowered
    | CancellationRequested
    | DeliveryOrderCancelled
    | DeliveryOrderCancellationRefused,
) -> DeliveryOrderStatus:
    match event:
        case DeliveryOrderReleased():
            return order._replace(held=False)
        case QuantityLowered():
            return order._replace(total_quantity=event.total_quantity)
        case CancellationRequested():
            return order._replace(cancelling=True)
        case DeliveryOrderCancelled():
            return order._replace(
                cancelling=False, held=False, status="cancelled", end_date=event.end_date
            )
        case DeliveryOrderCancellationRefused():
            return order._replace(cancelling=False)


def _delivered(
    order: DeliveryOrderStatus,
    event: DeliveryOrderProcessed | DeliveryOrderUndelivered | DeliveryOrderLicensed,
) -> DeliveryOrderStatus:
    match event:
        case DeliveryOrderProcessed():
            status = order.status if order.status == "licensed" else "processed"
            return order._replace(status=status, delivered=event.delivered, refused=event.refused)
        case DeliveryOrderUndelivered():
            return order._replace(delivered=0, refused=event.refused)
        case DeliveryOrderLicensed():
            return order._replace(status="licensed")


def _answered(
    order: DeliveryOrderStatus,
    recorded: Recorded,
    event: ConfirmationIssued | ConfirmationTaken | ConfirmationRejected | ConfirmationGivenUp,
) -> DeliveryOrderStatus:
    """A shop's side; a confirmation's number names it, for one repeated keeps its receive id."""
    side = order.shop_sides.get(event.shop, sides.NOBODY)
    match event:
        case ConfirmationIssued():
            exchange = Exchange(
                number=event.number,
                kind="confirmation",
                asked=event.new_status or "refused",
                reference_id=ids.confirmation_receive_id(recorded.stream_id, event.number),
                lane=event.lane,
                asked_at=recorded.recorded_at,
            )
            order = order._replace(delivery_order_id=event.delivery_order_id)
            order = order._replace(shop=order.shop or event.shop)
            side = sides.ask(side, exchange)
        case ConfirmationTaken():
            side = sides.take(side, event.number, recorded.recorded_at)
        case ConfirmationRejected():
            side = sides.end(side, event.number, "refused", event.status or DELIVERY_OTHER)
        case ConfirmationGivenUp():
            side = sides.give_up(side, event.number)
    return order._replace(shop_sides={**order.shop_sides, event.shop: side})

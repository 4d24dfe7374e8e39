"""Every command that a DeliveryOrder knows, with arguments that stand for any, on how it is now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from aanspraak.application.explaining import HUB, OPERATOR, SHOP, Ask
from aanspraak.domain import ids
from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.delivery_order.commands import (
    CompleteDelivery,
    EndCancellation,
    LicenseDeliveryOrder,
    ReceiveDeliveryOrder,
    RecordConfirmationGivenUp,
    RecordConfirmationRejected,
    RecordConfirmationTaken,
    ReleaseDeliveryOrder,
    SendConfirmationsAgain,
)
from aanspraak.domain.delivery_order.quantity import lowest_allowed
from aanspraak.domain.licence_period import LicencePeriod
from aanspraak.domain.product_terms import ProductTerms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from aanspraak.domain.contract_terms import ContractTerms
    from aanspraak.domain.delivery_order.state import DeliveryOrder

_ANY: Final = "any"
_ANOTHER: Final = "another"
_NOBODY: Final = UUID(int=0)
_SAME: Final = (
    "shop",
    "contract_id",
    "buyer_school_id",
    "buyer_subject_id",
    "product_id",
    "delivery_type",
    "school_id",
    "organisation_master_identifier",
    "organisation_ids",
    "users_stream",
    "users_count",
    "users_digest",
    "selection",
    "portals",
    "start_date",
    "activation_until_date",
    "date_created",
)
"""What a later request repeats of what was received."""
_ORDERABLE: Final = ProductTerms(
    product_id=_ANY,
    registry=_ANY,
    kind="digital",
    status="available",
    licence_period=LicencePeriod(variant="schoolyear"),
    delivery_types=(),
    bundled_products=(),
    has_access_url=True,
)
_WITHOUT_FAULT: Final[Mapping[str, Any]] = {
    "shop": _ANY,
    "contract_id": None,
    "buyer_school_id": _NOBODY,
    "buyer_subject_id": None,
    "product_id": _ANY,
    "delivery_type": "school-students",
    "school_id": _NOBODY,
    "organisation_master_identifier": None,
    "organisation_ids": (),
    "users_count": 1,
    "users_digest": _ANY,
    "codes_taken": (),
    "selection": (),
    "unknown_selection": (),
    "no_roster": False,
    "quantities": (),
    "total_quantity": None,
    "portals": (),
    "unknown_portals": (),
    "end_date": None,
    "wished_status": "ordered",
    "user_limit": 1,
    "small_order": 1,
}
"""A first order for one pupil."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What an order is judged by besides its own state, as it is at `now` (UTC).

    `in_use` counts those ever activated; `contract` are the rules in force.
    """

    delivery_order_id: UUID
    in_use: int
    contract: ContractTerms
    now: datetime


def asks_of_order(order: DeliveryOrder, around: Surroundings) -> tuple[Ask, ...]:
    """All of them: what the shop may ask first, what the hub itself does last."""
    return (
        *_of_the_shop(order, around),
        *_of_operators(order),
        *_of_the_hub(order, around.now),
        *_of_messages(order),
    )


def _of_the_shop(order: DeliveryOrder, around: Surroundings) -> Iterator[Ask]:
    same = _request(order, around)
    if order.received is None:
        yield Ask(name="order", by=SHOP, command=same)
        return
    for name, command in {
        "ask-again": same,
        "cancel-order": replace(same, wished_status="cancelled"),
        "lower-quantity": _lowered(same),
        "change-something-else": replace(same, start_date=same.start_date + timedelta(days=1)),
    }.items():
        yield Ask(name=name, by=SHOP, command=command, partner=same.shop)
    if same.total_quantity is not None:
        higher = replace(same, total_quantity=same.total_quantity + 1)
        yield Ask(name="raise-quantity", by=SHOP, command=higher, partner=same.shop)
    theirs = replace(same, shop=f"{_ANOTHER} than {same.shop}")
    yield Ask(name="request-of-another-shop", by=SHOP, command=theirs)


def _of_operators(order: DeliveryOrder) -> Iterator[Ask]:
    yield Ask(name="release", by=OPERATOR, command=ReleaseDeliveryOrder(reason_id=None))
    sender = (order.received.shop,) if order.received else ()
    for shop in dict.fromkeys((*sender, *order.issued_to)):
        again = SendConfirmationsAgain(shop=shop)
        yield Ask(name="send-again", by=OPERATOR, command=again, partner=shop)


def _of_the_hub(order: DeliveryOrder, now: datetime) -> Iterator[Ask]:
    delivered = (order.delivered or 0) + 1
    for name, command in {
        "complete": CompleteDelivery(delivered=delivered, refused=order.refused, now=now),
        "license": LicenseDeliveryOrder(usage_date=day_of(now), now=now),
        "end-cancellation": EndCancellation(cancelled=1, refused=0, in_use=0, now=now),
        "refuse-cancellation": EndCancellation(cancelled=0, refused=1, in_use=1, now=now),
    }.items():
        yield Ask(name=name, by=HUB, command=command)


def _of_messages(order: DeliveryOrder) -> Iterator[Ask]:
    """What comes of the last message to the shop."""
    number = max(len(order.issued_to), 1)
    shop = order.issued_to[-1] if order.issued_to else None
    for name, command in {
        "message-taken": RecordConfirmationTaken(number=number),
        "message-rejected": RecordConfirmationRejected(number=number, http_status=400, status=None),
        "message-given-up": RecordConfirmationGivenUp(number=number, attempts=1),
    }.items():
        yield Ask(name=name, by=HUB, command=command, partner=shop)


def _lowered(same: ReceiveDeliveryOrder) -> ReceiveDeliveryOrder:
    """To the lowest number that would be taken; of each that is selected no more than it had."""
    lowest = lowest_allowed(same)
    given = [quantity for quantity in same.quantities if quantity is not None]
    if not given:
        return replace(same, total_quantity=lowest)
    left, quantities = max(lowest - len(given), 0), []
    for quantity in same.quantities:
        more = min(left, (quantity or 1) - 1)
        left -= more
        quantities.append(None if quantity is None else 1 + more)
    total = max(lowest, len(given)) if same.total_quantity is not None else None
    return replace(same, quantities=tuple(quantities), total_quantity=total)


def _request(order: DeliveryOrder, around: Surroundings) -> ReceiveDeliveryOrder:
    """What was received, asked once more now; of an order never accepted, one without a fault."""
    first, received = _first(around), order.received
    if received is None:
        return first
    return replace(
        first,
        **{name: getattr(received, name) for name in _SAME},
        quantities=tuple(order.quantities.get(one) for one in received.selection),
        total_quantity=order.total_quantity,
        date_last_modified=max(around.now, order.last_modified or around.now),
        user_limit=received.users_count,
        small_order=received.users_count,
    )


def _first(around: Surroundings) -> ReceiveDeliveryOrder:
    now, today = around.now, day_of(around.now)
    order = ids.order_stream(around.delivery_order_id)
    return ReceiveDeliveryOrder(
        **_WITHOUT_FAULT,
        delivery_order_id=around.delivery_order_id,
        reference_id=f"explained at {now.isoformat()}",
        product=_ORDERABLE,
        users_stream=ids.users_stream(order, _ANY),
        in_use=around.in_use,
        contract=around.contract,
        start_date=today,
        activation_until_date=today,
        date_created=now,
        date_last_modified=now,
        now=now,
    )

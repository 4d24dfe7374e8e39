"""A delivery is complete: every entitlement of the order has an outcome, and the shop is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aanspraak.domain.delivery_order.acceptance import OPEN_DELIVERY_TYPES
from aanspraak.domain.delivery_order.answer import Answer, answer_about, refusing
from aanspraak.domain.delivery_order.events import (
    DeliveryOrderProcessed,
    DeliveryOrderUndelivered,
)
from aanspraak.domain.delivery_order.state import DeliveryOrderStatus, evolve
from aanspraak.domain.errors import NothingDelivered

if TYPE_CHECKING:
    from aanspraak.domain.delivery_order.commands import CompleteDelivery
    from aanspraak.domain.delivery_order.events import DeliveryOrderEvent, DeliveryOrderReceived
    from aanspraak.domain.delivery_order.state import DeliveryOrder


def complete(command: CompleteDelivery, order: DeliveryOrder) -> tuple[DeliveryOrderEvent, ...]:
    """At least one delivered: processed. Counted again after a refusal was mended: told again.

    The first time that is `processed`; of an order that is licensed by then, that it is licensed
    follows at once, for what a shop was told last is how its order stands. That somebody was taken
    back after it was delivered is nothing about the delivery.
    """
    received = order.received
    counted = (command.delivered, command.refused)
    if received is None or counted == (order.delivered, order.refused):
        return ()
    if order.cancelling or order.status is DeliveryOrderStatus.CANCELLED:
        return ()
    if _is_told(order) or _only_fewer(command, order):
        return ()
    if counted == (0, 0) and not _awaits_first_answer(order, received):
        return ()
    if not command.delivered:
        refusal = NothingDelivered(_why_nothing(command))
        answer = refusing(refusal, order.status)
        return (
            DeliveryOrderUndelivered(refused=command.refused),
            answer_about(order, received, answer, command.now),
        )
    answer = Answer(
        new_status=order.status if order.delivered else DeliveryOrderStatus.PROCESSED,
        status_message=_refused_message(command) if command.refused else None,
    )
    processed = DeliveryOrderProcessed(delivered=command.delivered, refused=command.refused)
    told = answer_about(order, received, answer, command.now)
    after = evolve(evolve(order, processed), told)
    if after.status is answer.new_status:
        return (processed, told)
    stands = replace(answer, new_status=after.status)
    return (processed, told, answer_about(after, received, stands, command.now))


def _is_told(order: DeliveryOrder) -> bool:
    """Who joins an open order later causes no further confirmation."""
    received = order.received
    return received is not None and _is_open(received) and bool(order.delivered)


def _only_fewer(command: CompleteDelivery, order: DeliveryOrder) -> bool:
    fewer = command.delivered <= (order.delivered or 0) and command.refused <= order.refused
    return bool(order.delivered) and fewer


def _awaits_first_answer(order: DeliveryOrder, received: DeliveryOrderReceived) -> bool:
    """That everybody was taken back is worth telling only when nothing was told before."""
    ordered = order.status is DeliveryOrderStatus.ORDERED
    return ordered and order.delivered is None and not _is_open(received)


def _is_open(received: DeliveryOrderReceived) -> bool:
    """Others may join it, so it waits for them when everybody has left."""
    return received.delivery_type in OPEN_DELIVERY_TYPES


def _why_nothing(command: CompleteDelivery) -> str:
    return f"{command.refused} refused" if command.refused else "everybody was taken back before"


def _refused_message(command: CompleteDelivery) -> str:
    return f"{command.refused} of {command.delivered + command.refused} refused"

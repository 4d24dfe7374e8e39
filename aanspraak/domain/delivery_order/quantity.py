"""Quantities of an open order: what the school bought, and how far it may be lowered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.domain.contract_terms import ABOVE
from aanspraak.domain.errors import (
    NewQuantityNotAllowed,
    QuantitiesDoNotAddUp,
    QuantityTooSmall,
)

if TYPE_CHECKING:
    from aanspraak.domain.delivery_order.commands import ReceiveDeliveryOrder
    from aanspraak.domain.delivery_order.state import DeliveryOrder


def check_quantities(command: ReceiveDeliveryOrder) -> None:
    """At least 1 each; those per study year, subject or group add up when all are given."""
    total, each = command.total_quantity, command.quantities
    if any(quantity is not None and quantity < 1 for quantity in (total, *each)):
        raise QuantityTooSmall
    given = [quantity for quantity in each if quantity is not None]
    if total is None or not given:
        return
    if sum(given) > total or (len(given) == len(each) and sum(given) != total):
        raise QuantitiesDoNotAddUp(f"{sum(given)} given, totalQuantity {total}")


def is_lowered(command: ReceiveDeliveryOrder, order: DeliveryOrder) -> bool:
    """Whether the request lowers the quantity; raises when it changes it in another way.

    Compared only with users ever activated: entitled users and those who join never hinder it.
    Without a totalQuantity there was no ceiling, so a first number is a lowering; numbers of all
    that is selected are together what was bought.
    """
    if command.total_quantity == order.total_quantity and not _changed(command, order):
        return False
    check_quantities(command)
    lowest, bought = lowest_allowed(command), _bought(command)
    too_low = bought is not None and bought < lowest
    if too_low or _rises(command, order) or _rises_somewhere(command, order):
        raise NewQuantityNotAllowed(f"{lowest} is the lowest that would be taken now")
    return True


def lowest_allowed(command: ReceiveDeliveryOrder) -> int:
    """The lowest totalQuantity that would be taken now, under the rules of the contract."""
    above = 1 if command.contract.quantity_floor == ABOVE else 0
    return max(1, command.in_use + above)


def _bought(command: ReceiveDeliveryOrder) -> int | None:
    """How many in all; None when that is not said."""
    given = [quantity for quantity in command.quantities if quantity is not None]
    if command.total_quantity is not None or not given or len(given) < len(command.quantities):
        return command.total_quantity
    return sum(given)


def _rises(command: ReceiveDeliveryOrder, order: DeliveryOrder) -> bool:
    """A number that is left out was a ceiling, and is none any more."""
    had, total = order.total_quantity, command.total_quantity
    return had is not None and (total is None or total > had)


def _changed(command: ReceiveDeliveryOrder, order: DeliveryOrder) -> bool:
    return _by_selected(command) != dict(order.quantities)


def _rises_somewhere(command: ReceiveDeliveryOrder, order: DeliveryOrder) -> bool:
    """Each may fall, none may rise; one that had no number may get one."""
    for selected, quantity in _by_selected(command).items():
        had = order.quantities.get(selected)
        if had is not None and (quantity is None or quantity > had):
            return True
    return False


def _by_selected(command: ReceiveDeliveryOrder) -> dict[str, int | None]:
    return dict(zip(command.selection, command.quantities, strict=True))

"""Since when something is as it is: a row folded from its facts, and when its words changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from aanspraak.domain.recorded import Recorded
from projections import delivery_order_status, entitlement_details
from projections.delivery_order_status import DeliveryOrderStatus
from projections.entitlement_details import EntitlementDetails
from projections.progress import progress_of

Row = TypeVar("Row")
Since = Mapping[str, datetime]
"""When each word became what it is (UTC)."""


def entitlement_since(facts: Iterable[Recorded]) -> tuple[EntitlementDetails | None, Since]:
    """An entitlement, and since when its `status` and the step at each partner are so."""
    return _since(facts, entitlement_details.fold, _words_of_entitlement)


def order_since(facts: Iterable[Recorded]) -> tuple[DeliveryOrderStatus | None, Since]:
    """An order's own facts, its entitlements not counted, and since when its `status` is so."""
    return _since(facts, delivery_order_status.fold, _words_of_order)


def state_of_order(order: DeliveryOrderStatus) -> str:
    """An order in one word."""
    if order.status is None:
        return "refused"
    if order.held:
        return "held"
    return "cancelling" if order.cancelling else order.status


def state_of_entitlement(row: EntitlementDetails) -> str:
    """An entitlement in one word: what is under way, or else its status."""
    return row.under_way or row.status


def _words_of_entitlement(row: EntitlementDetails) -> Mapping[str, str]:
    return {"status": state_of_entitlement(row), **dict(progress_of(row).steps)}


def _words_of_order(order: DeliveryOrderStatus) -> Mapping[str, str]:
    return {"status": state_of_order(order)}


def _since(
    facts: Iterable[Recorded],
    fold: Callable[[Row | None, Recorded], Row | None],
    words: Callable[[Row], Mapping[str, str]],
) -> tuple[Row | None, Since]:
    row: Row | None = None
    known: Mapping[str, str] = {}
    since: dict[str, datetime] = {}
    for recorded in facts:
        row = fold(row, recorded)
        if row is None:
            continue
        now = words(row)
        changed = [name for name, word in now.items() if known.get(name) != word]
        since.update(dict.fromkeys(changed, recorded.recorded_at))
        known = now
    return row, since

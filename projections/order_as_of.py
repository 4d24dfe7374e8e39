"""An order as its facts up to some place in the log tell it: how it stood, who was waited for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from aanspraak.domain.recorded import Recorded
from projections import delivery_order_status, entitlement_details, open_exchanges
from projections.delivery_order_status import DeliveryOrderStatus
from projections.entitlement_details import EntitlementDetails
from projections.open_exchanges import OpenExchange
from projections.order_trace import Waiting

ABOUT: Final = entitlement_details.ABOUT | delivery_order_status.ABOUT
"""The classes of facts that matter here."""


class OrderAsOf:
    """Facts in, stream by stream; then the order's row, and the exchanges that were open."""

    def __init__(self, order: UUID) -> None:
        self._order_id = order
        self._order: DeliveryOrderStatus | None = None
        self._entitlement: EntitlementDetails | None = None
        self._entitlements: list[tuple[None, EntitlementDetails]] = []
        self._open: list[OpenExchange] = []

    def add(self, facts: Iterable[Recorded]) -> None:
        """Fold these too; another order may begin with the same six bytes, however unlikely."""
        for recorded in facts:
            if recorded.version == 1:
                self._end_of_stream()
            if type(recorded.event) in entitlement_details.ABOUT:
                self._entitlement = entitlement_details.fold(self._entitlement, recorded)
            elif (
                recorded.stream_id == self._order_id
                and type(recorded.event) in delivery_order_status.ABOUT
            ):
                self._order = delivery_order_status.fold(self._order, recorded)

    def finish(self) -> tuple[DeliveryOrderStatus | None, list[OpenExchange]]:
        """The order, None while nothing was known of it, and what was not answered yet."""
        self._end_of_stream()
        if self._entitlements:
            key = (self._order_id,)
            self._order = delivery_order_status.count(self._order, key, self._entitlements)
        if self._order is not None:
            self._open += open_exchanges.change_of_order(None, self._order)[0]
        return self._order, self._open

    def _end_of_stream(self) -> None:
        row, self._entitlement = self._entitlement, None
        if row is not None and row.order_id == self._order_id:
            self._entitlements.append((None, row))
            self._open += open_exchanges.change_of_entitlement(None, row)[0]


def waited_for(exchanges: Iterable[OpenExchange]) -> tuple[Waiting, ...]:
    """Per partner and kind who was waited for, the longest wait first.

    What was tried, parked and paused then is not in the facts: those fields are empty.
    """
    groups: dict[tuple[str, str, bool], list[OpenExchange]] = {}
    stuck: dict[tuple[UUID, str], int] = {}
    for exchange in exchanges:
        groups.setdefault((exchange.partner, exchange.kind, exchange.refresh), []).append(exchange)
        if exchange.given_up:
            at = (exchange.stream_id, exchange.partner)
            stuck[at] = min(exchange.number, stuck.get(at, exchange.number))
    waiting = [_waiting(key, group, stuck) for key, group in groups.items()]
    return tuple(sorted(waiting, key=lambda each: (each.since, each.partner)))


def _waiting(
    key: tuple[str, str, bool],
    group: list[OpenExchange],
    stuck: dict[tuple[UUID, str], int],
) -> Waiting:
    partner, kind, refresh = key
    behind = sum(
        each.number > stuck.get((each.stream_id, each.partner), each.number) for each in group
    )
    return Waiting(
        partner=partner,
        kind=kind,
        refresh=refresh,
        messages=len(group),
        taken=sum(each.taken_at is not None for each in group),
        given_up=sum(each.given_up for each in group),
        behind=behind,
        since=min(each.taken_at or each.asked_at for each in group),
        attempts=0,
        last_attempt_at=None,
        last_error=None,
        next_attempt_at=None,
        unreachable_since=None,
        paused_at=None,
    )

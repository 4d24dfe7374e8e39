"""Facts about an order that concern all its entitlements: asked of them in parts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from aanspraak.application.asking import ask
from aanspraak.application.policies import completion
from aanspraak.application.school_portals import portals_now
from aanspraak.application.withdrawals import (
    cancel_with_order,
    end_cancellation,
    next_turn,
    put_back,
    withdraw_links,
)
from aanspraak.domain.delivery_order.commands import LicenseDeliveryOrder
from aanspraak.domain.delivery_order.events import (
    CancellationRequested,
    DeliveryOrderCancellationRefused,
    DeliveryOrderCancelled,
)
from adapters.postgres.origins import read_created
from adapters.postgres.policy_counts import SQL, Counts, entitlements_of
from adapters.postgres.policy_schools import read_schools

if TYPE_CHECKING:
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.application.delivery_progress import EntitlementProgress
    from aanspraak.application.handle import Submission
    from aanspraak.domain.recorded import Recorded

    Part = list[tuple[UUID, EntitlementProgress]]

FanOut = CancellationRequested | DeliveryOrderCancelled | DeliveryOrderCancellationRefused
FANNED_OUT: Final = (
    CancellationRequested,
    DeliveryOrderCancelled,
    DeliveryOrderCancellationRefused,
)
PART: Final = 200
"""Entitlements at a time: up to four facts follow for each, and a transaction holds some 1,000."""


async def fan_out(
    conn: AsyncConnection[Any], recorded: Recorded, counts: Counts, asks: list[Submission]
) -> bool:
    """Ask the next part; False when there are more. What was counted before must be written."""
    event, order = recorded.event, recorded.stream_id
    if not isinstance(event, FANNED_OUT):
        raise TypeError(event)
    progress = counts.orders.get(order)
    if progress is None or not _is_for_entitlements(event, progress.cancel_id):
        return True
    cursor = await conn.execute(SQL["read_fan_out"], {"position": recorded.position})
    row = await cursor.fetchone()
    if row is None:
        _begin(event, order, counts)
    part = await entitlements_of(conn, order, row[0] if row else None, PART)
    await _ask_each(conn, recorded, part, counts, asks)
    if len(part) == PART:
        after = {"position": recorded.position, "after": part[-1][0]}
        await conn.execute(SQL["write_fan_out"], after)
        return False
    await conn.execute(SQL["end_fan_out"], {"position": recorded.position})
    _end(recorded, event, counts, asks)
    return True


def _is_for_entitlements(event: FanOut, under_way: str) -> bool:
    """One cancellation runs at a time; another request for it waits for the same outcome."""
    match event:
        case CancellationRequested():
            return not event.at_once and under_way in ("", event.reference_id)
        case _:
            return bool(under_way)


def _begin(event: FanOut, order: UUID, counts: Counts) -> None:
    if isinstance(event, CancellationRequested):
        cancelling = replace(
            counts.orders[order], cancel_id=event.reference_id, cancel_end=event.end_date
        )
        counts.set_order(order, cancelling)


async def _ask_each(
    conn: AsyncConnection[Any],
    recorded: Recorded,
    part: Part,
    counts: Counts,
    asks: list[Submission],
) -> None:
    match recorded.event:
        case CancellationRequested(reference_id=cancel_id, end_date=end_date):
            for entitlement_id, progress in part:
                if not progress.cancelled:
                    asks.append(cancel_with_order(recorded, entitlement_id, cancel_id, end_date))
        case DeliveryOrderCancelled(end_date=end_date):
            for entitlement_id, progress in part:
                if progress.cancelled:
                    asks += withdraw_links(recorded, entitlement_id, progress, end_date)
        case DeliveryOrderCancellationRefused(cancel_id=cancel_id):
            mine = [one for one in part if one[1].cancel_id == cancel_id]
            await _undo(conn, recorded, mine, counts, asks)
        case _:
            raise TypeError(recorded.event)


async def _undo(
    conn: AsyncConnection[Any],
    recorded: Recorded,
    part: Part,
    counts: Counts,
    asks: list[Submission],
) -> None:
    """Who was cancelled gets a next turn; who was kept is told to the registry as it is."""
    gone = [entitlement_id for entitlement_id, progress in part if progress.cancelled]
    first = await read_created(conn, gone)
    order = counts.orders[recorded.stream_id]
    schools = await read_schools(conn, [progress.school_id for _, progress in part])
    for entitlement_id, progress in part:
        if not progress.cancelled:
            counts.set_entitlement(entitlement_id, replace(progress, kept=False, cancel_id=""))
            asks += put_back(recorded, entitlement_id, progress)
            continue
        school = schools.get(progress.school_id) if progress.school_id else None
        portals = portals_now(order.portals, school)
        asks += next_turn(recorded, progress, first[entitlement_id], portals)
    more = replace(order, expected=order.expected + len(gone))
    counts.set_order(recorded.stream_id, more)


def _end(recorded: Recorded, event: FanOut, counts: Counts, asks: list[Submission]) -> None:
    order_stream = recorded.stream_id
    order = counts.orders[order_stream]
    if isinstance(event, CancellationRequested):
        if order.is_withdrawn:
            asks.append(end_cancellation(recorded, order_stream, order))
        return
    ended = replace(order, kept=0, cancel_id="", cancel_end=None)
    counts.set_order(order_stream, ended)
    if isinstance(event, DeliveryOrderCancelled):
        return
    if order.in_use and order.first_used is not None:
        licensed = LicenseDeliveryOrder(usage_date=order.first_used, now=recorded.recorded_at)
        asks.append(ask(recorded, order_stream, licensed))
    if ended.complete:
        asks.append(ask(recorded, order_stream, completion(recorded, ended)))

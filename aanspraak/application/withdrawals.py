"""Policies of what is taken back: an order cancelled with all its entitlements, or one alone."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from aanspraak.application.asking import ask
from aanspraak.application.delivery_progress import ORDER, TAKEN
from aanspraak.domain import ids
from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.delivery_order.commands import EndCancellation
from aanspraak.domain.entitlement.commands import (
    BlockEntitlement,
    CancelEntitlement,
    CreateEntitlement,
    RequestLinks,
    RestoreEntitlement,
    WithdrawLinks,
)
from aanspraak.domain.entitlement.events import EntitlementCreated, LinkPlaced, RequestTaken
from aanspraak.domain.entitlement.withdrawal_events import (
    CancellationRefused,
    EntitlementCancelled,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from uuid import UUID

    from aanspraak.application.delivery_progress import EntitlementProgress, OrderProgress
    from aanspraak.application.handle import Submission
    from aanspraak.domain.recorded import Recorded


def ask_withdrawal(
    recorded: Recorded,
    entitlement: EntitlementProgress,
    before: OrderProgress,
    order: OrderProgress,
) -> Iterator[Submission]:
    """What a fact about an entitlement asks for when it, or its order, is being taken back."""
    match recorded.event:
        case EntitlementCreated() if order.cancel_id and order.cancel_end:
            yield cancel_with_order(recorded, recorded.stream_id, order.cancel_id, order.cancel_end)
        case EntitlementCancelled(cause=cause, end_date=end_date) if cause != ORDER:
            yield from withdraw_links(recorded, recorded.stream_id, entitlement, end_date)
            yield from _withdraw_former(recorded, entitlement, tuple(entitlement.links))
        case LinkPlaced(portal=portal):
            yield from _withdraw_former(recorded, entitlement, (portal,))
        case RequestTaken(partner=portal) if entitlement.links.get(portal) == TAKEN:
            yield from _withdraw_former(recorded, entitlement, (portal,))
        case CancellationRefused(cause=cause) if cause != ORDER:
            yield from _not_cancelled(recorded, entitlement, order)
        case _:
            pass
    if order.is_withdrawn and not before.is_withdrawn:
        yield end_cancellation(recorded, entitlement.order, order)


def cancel_with_order(
    recorded: Recorded, entitlement_id: UUID, cancel_id: str, end_date: date
) -> Submission:
    """An entitlement of an order that is being cancelled."""
    command = CancelEntitlement(
        cancel_id=cancel_id,
        cause=ORDER,
        reason_id=None,
        end_date=end_date,
        now=recorded.recorded_at,
    )
    return ask(recorded, entitlement_id, command)


def end_cancellation(recorded: Recorded, order_stream: UUID, order: OrderProgress) -> Submission:
    """Every entitlement has an outcome: the order is told the counts."""
    command = EndCancellation(
        cancelled=order.cancelled,
        refused=order.kept,
        in_use=order.in_use,
        now=recorded.recorded_at,
    )
    return ask(recorded, order_stream, command)


def withdraw_links(
    recorded: Recorded, entitlement_id: UUID, entitlement: EntitlementProgress, end_date: date
) -> Iterator[Submission]:
    """The registry has confirmed, so the links may go."""
    if entitlement.links:
        command = WithdrawLinks(
            portals=tuple(entitlement.links), end_date=end_date, now=recorded.recorded_at
        )
        yield ask(recorded, entitlement_id, command)


def _not_cancelled(
    recorded: Recorded, entitlement: EntitlementProgress, order: OrderProgress
) -> Iterator[Submission]:
    """It stays; but when its order is being cancelled meanwhile, that waits for its outcome."""
    if order.cancel_id and order.cancel_end:
        yield cancel_with_order(recorded, recorded.stream_id, order.cancel_id, order.cancel_end)
        return
    yield from put_back(recorded, recorded.stream_id, entitlement)


def _withdraw_former(
    recorded: Recorded, entitlement: EntitlementProgress, portals: tuple[str, ...]
) -> Iterator[Submission]:
    """The links of the turns before stood until this one was there: nobody was without."""
    for turn in range(1, entitlement.turn if portals else 1):
        former = ids.entitlement_id(entitlement.order, entitlement.subject_id, turn)
        command = WithdrawLinks(
            portals=portals, end_date=day_of(recorded.recorded_at), now=recorded.recorded_at
        )
        yield ask(recorded, former, command)


def put_back(
    recorded: Recorded, entitlement_id: UUID, entitlement: EntitlementProgress
) -> Iterator[Submission]:
    """It was not cancelled: the registry is told what it is, and links that waited are asked."""
    yield ask(recorded, entitlement_id, RestoreEntitlement(now=recorded.recorded_at))
    if entitlement.portals:
        command = RequestLinks(portals=entitlement.portals, now=recorded.recorded_at)
        yield ask(recorded, entitlement_id, command)


def next_turn(
    recorded: Recorded,
    entitlement: EntitlementProgress,
    created: EntitlementCreated,
    portals: tuple[str, ...],
) -> Iterator[Submission]:
    """It was cancelled at the registry: its user gets another, blocked if the old one was."""
    turn = entitlement.turn + 1
    same = {
        field.name: getattr(created, field.name)
        for field in fields(CreateEntitlement)
        if field.name not in ("turn", "portals", "now")
    }
    stream_id = ids.entitlement_id(created.order, created.subject_id, turn)
    command = CreateEntitlement(**same, turn=turn, portals=portals, now=recorded.recorded_at)
    yield ask(recorded, stream_id, command)
    if entitlement.blocked:
        block = BlockEntitlement(
            reason_id=None, end_date=day_of(recorded.recorded_at), now=recorded.recorded_at
        )
        yield ask(recorded, stream_id, block)

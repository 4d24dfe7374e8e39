"""An order, an entitlement and what happened to them, in lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.cli.moments import local, local_minute, local_time
from adapters.cli.terminal import print_line
from projections.order_trace import (
    Moment,
    Waiting,
    counted,
    entitlement_has_ended,
    has_ended,
    is_overdue,
    status_of,
    status_of_entitlement,
)
from projections.progress import progress_of
from projections.timeline_words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from projections.delivery_order_status import DeliveryOrderStatus
    from projections.entitlement_details import EntitlementDetails
    from projections.timeline import Entry


def show_order(
    order: DeliveryOrderStatus, school: str, waiting: tuple[Waiting, ...], moment: Moment
) -> None:
    """Where it stands, step by step and partner by partner, and whom it waits for."""
    ended = ", ended" if has_ended(order, moment.today) else ""
    print_line(
        f"order {order.delivery_order_id}: {status_of(order, waiting, moment)}{ended}", "bold"
    )
    where = f" at {school}" if school else ""
    print_line(f"  {order.product_id or '-'} for {_whom(order)}{where}, from {order.shop}")
    if order.refusal_reason:
        print_line(f"  refused: {order.refusal_reason} (code {order.refusal_status})", "red")
    for partner, steps in order.steps.items():
        print_line(f"  {partner}: {_counts(steps)}")
    for each in waiting:
        print_line(f"  {_waiting(each, school, moment)}", "yellow")


def show_order_line(order: DeliveryOrderStatus, moment: Moment) -> None:
    """One order among many, by what its own row says: whether it is overdue is not judged."""
    ended = ", ended" if has_ended(order, moment.today) else ""
    status = f"{status_of(order, (), moment)}{ended}"
    received = f"{local_minute(order.received_at)} " if order.received_at else ""
    what = f"{order.product_id or '-'} for {_whom(order)}, from {order.shop}"
    print_line(f"{received}order {order.delivery_order_id}: {status}; {what}")


def show_entitlement(row: EntitlementDetails, moment: Moment) -> None:
    """Where it stands, in a few lines."""
    ended = ", ended" if entitlement_has_ended(row, moment.today) else ""
    print_line(f"entitlement {row.entitlement_id}: {status_of_entitlement(row)}{ended}", "bold")
    print_line(f"  {row.product_id}, of order {row.delivery_order_id} from {row.shop}")
    for partner, step in progress_of(row).steps:
        print_line(f"  {partner}: {step}")


def show_entries(entries: Iterable[Entry], language: str) -> None:
    """What happened, a line each, in words."""
    for entry in entries:
        until = f" - {local_time(entry.until)}" if entry.until else ""
        print_line(f"{local(entry.at)}{until}  {say(entry, language)}")


def _whom(order: DeliveryOrderStatus) -> str:
    """So many users; of an open order who was found so far, beside what was bought."""
    if order.users_count or order.delivery_type is None:
        return str(order.users_count)
    bought = f", {order.total_quantity} bought" if order.total_quantity is not None else ""
    return f"{counted(order)} found ({order.delivery_type}{bought})"


def _waiting(each: Waiting, school: str, moment: Moment) -> str:
    whom = f"the roster of {school}" if each.school_id else f"{each.partner} ({each.kind})"
    messages = f"{each.messages} messages, {each.taken} of them taken"
    parts = [
        f"waiting for {whom} since {local(each.since)}",
        messages if each.messages else "",
        "overdue" if is_overdue(each, moment) else "",
        "a refresh" if each.refresh else "",
        f"{each.attempts} attempts" if each.attempts else "",
        f"last error {each.last_error}" if each.last_error else "",
        f"next attempt {local_time(each.next_attempt_at)}" if each.next_attempt_at else "",
        "unreachable" if each.unreachable_since else "",
        "paused by an operator" if each.paused_at else "",
    ]
    return ", ".join(part for part in parts if part)


def _counts(steps: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {step}" for step, number in steps.items())

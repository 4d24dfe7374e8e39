"""Rows and entries as track and trace shows them: partners compete, so not all of it to everybody.

The operator and the shop that ordered see every partner of an order. A registry or portal sees its
own part: that there is a registry, but not which, and nothing of another portal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from msgspec.structs import replace

from adapters.postgres.reads_pool import OpenOrder
from adapters.wire import orders_trace_v1 as lists
from adapters.wire import trace_v1 as wire
from projections import order_trace
from projections.delivery_order_status import DeliveryOrderStatus
from projections.entitlement_details import EntitlementDetails
from projections.order_trace import Moment, Waiting
from projections.progress import progress_of
from projections.timeline import Entry
from projections.timeline_words import say
from projections.visibility import OPERATOR_ROLE, Viewer
from projections.waiting_words import advise

SEES_ALL: Final = ("operator", "shop")
ROLES: Final = {
    "registry": "registry",
    "link": "portal",
    "confirmation": "shop",
    "roster": "student-administration",
}
"""With which role an exchange of a kind is."""


def shown_order(
    viewer: Viewer,
    order: DeliveryOrderStatus,
    waiting: tuple[Waiting, ...],
    moment: Moment,
    unknown: Mapping[str, datetime],
    language: str,
) -> wire.OrderTrace:
    """Where an order stands; `unknown` is since when portals have no consent, after they did."""
    all_of_it = viewer.role in SEES_ALL
    return wire.OrderTrace(
        delivery_order_id=_id_of(order),
        status=_status(order_trace.status_of(order, waiting, moment)),
        ended=order_trace.has_ended(order, moment.today),
        order_status=order.status,
        shop=order.shop if viewer.role in SEES_ALL else None,
        product_id=order.product_id,
        contract_id=order.contract_id,
        delivery_type=order.delivery_type,
        start_date=order.start_date,
        activation_until_date=order.activation_until_date,
        received_at=order.received_at,
        delivered=order.delivered,
        refused=order.refused,
        warnings=order.warnings,
        refusal=_refusal(order) if all_of_it else None,
        counts=_counts(order),
        partners=tuple(_order_steps(viewer, order, unknown)),
        waiting_on=tuple(_waiting_on(viewer, waiting, moment, language)),
    )


def shown_order_line(viewer: Viewer, order: DeliveryOrderStatus, moment: Moment) -> lists.OrderLine:
    """An order among others, by its row alone."""
    return lists.OrderLine(
        delivery_order_id=_id_of(order),
        status=_status(order_trace.status_of(order, (), moment)),
        ended=order_trace.has_ended(order, moment.today),
        order_status=order.status,
        shop=order.shop if viewer.role in SEES_ALL else None,
        product_id=order.product_id,
        contract_id=order.contract_id,
        delivery_type=order.delivery_type,
        start_date=order.start_date,
        activation_until_date=order.activation_until_date,
        received_at=order.received_at,
        total_quantity=order.total_quantity,
        counts=_counts(order),
        partners=tuple(_order_steps(viewer, order, {})),
    )


def shown_openly(
    trace: wire.OrderTrace, order: DeliveryOrderStatus, found: OpenOrder | None
) -> wire.OrderTrace:
    """The same, with what is known besides of an order that names nobody."""
    if found is None:
        return trace
    return replace(
        trace,
        total_quantity=order.total_quantity,
        over_quantity=found.over_quantity,
        held_back=found.held_back or None,
        covered=found.covered or None,
    )


def shown_order_timeline(
    viewer: Viewer,
    trace: wire.OrderTrace,
    entries: Iterable[Entry],
    language: str,
) -> wire.OrderTimeline:
    """What happened to an order."""
    return wire.OrderTimeline(
        delivery_order_id=trace.delivery_order_id,
        status=trace.status,
        ended=trace.ended,
        entries=tuple(_entries(viewer, entries, language)),
    )


def shown_entitlement_timeline(
    viewer: Viewer,
    row: EntitlementDetails,
    entries: Iterable[Entry],
    moment: Moment,
    language: str,
) -> wire.EntitlementTimeline:
    """What happened to an entitlement."""
    return wire.EntitlementTimeline(
        entitlement_id=row.entitlement_id,
        delivery_order_id=row.delivery_order_id,
        status=_status(order_trace.status_of_entitlement(row)),
        ended=order_trace.entitlement_has_ended(row, moment.today),
        partners=tuple(_entitlement_steps(viewer, row)),
        entries=tuple(_entries(viewer, entries, language)),
    )


def shown_entitlement(
    viewer: Viewer, row: EntitlementDetails, moment: Moment
) -> wire.EntitlementTrace:
    """Where an entitlement stands."""
    return wire.EntitlementTrace(
        entitlement_id=row.entitlement_id,
        delivery_order_id=row.delivery_order_id,
        product_id=row.product_id,
        status=_status(order_trace.status_of_entitlement(row)),
        ended=order_trace.entitlement_has_ended(row, moment.today),
        entitlement_status=row.status,
        start_date=row.start_date,
        activation_until_date=row.activation_until_date,
        expiration_date=row.expiration_date,
        first_usage_date=row.first_usage_date,
        partners=tuple(_entitlement_steps(viewer, row)),
    )


def named_before(viewer: Viewer, partner: str, role: str) -> tuple[str | None, ...]:
    """How a partner is called before a viewer: by its name, not by name, or not at all."""
    if viewer.role in SEES_ALL or viewer.partner == partner:
        return (partner,)
    return (None,) if role == "registry" else ()


def _entitlement_steps(viewer: Viewer, row: EntitlementDetails) -> Iterator[wire.PartnerSteps]:
    for partner, step in progress_of(row).steps:
        role = "registry" if partner == row.registry else "portal"
        for name in named_before(viewer, partner, role):
            yield wire.PartnerSteps(partner=name, role=role, steps={step: 1})


def _order_steps(
    viewer: Viewer, order: DeliveryOrderStatus, unknown: Mapping[str, datetime]
) -> Iterator[wire.PartnerSteps]:
    for partner, steps in order.steps.items():
        role = "registry" if partner == order.registry else "portal"
        for name in named_before(viewer, partner, role):
            yield wire.PartnerSteps(
                partner=name, role=role, steps=dict(steps), unknown_since=unknown.get(partner)
            )


def _waiting_on(
    viewer: Viewer, waiting: Iterable[Waiting], moment: Moment, language: str
) -> Iterator[wire.WaitingOn]:
    for each in waiting:
        role = ROLES[each.kind]
        for name in named_before(viewer, each.partner, role):
            shown = wire.WaitingOn(
                partner=name,
                role=role,
                kind=each.kind,
                school_id=each.school_id,
                refresh=each.refresh,
                messages=each.messages,
                taken=each.taken,
                given_up=each.given_up,
                behind=each.behind,
                since=each.since,
                overdue=order_trace.is_overdue(each, moment),
                attempts=each.attempts,
                last_attempt_at=each.last_attempt_at,
                last_error=each.last_error if name else None,
                next_attempt_at=each.next_attempt_at,
                unreachable_since=each.unreachable_since,
                paused_at=each.paused_at,
                next_step=advise(each, language) if viewer.role == OPERATOR_ROLE else None,
            )
            yield shown


def _entries(
    viewer: Viewer, entries: Iterable[Entry], language: str
) -> Iterator[wire.TimelineEntry]:
    """What names another partner is left out before a registry or portal."""
    for entry in entries:
        if viewer.role not in SEES_ALL and entry.partner not in (None, viewer.partner):
            continue
        yield wire.TimelineEntry(
            at=entry.at,
            until=entry.until,
            times=entry.times,
            what=entry.what,
            partner=entry.partner,
            entitlement_id=entry.entitlement_id,
            text=say(entry, language),
        )


def _counts(order: DeliveryOrderStatus) -> wire.Counts:
    return wire.Counts(
        ordered=order.users_count or order_trace.counted(order),
        received=order.total_created,
        set_ready=order.total_entitled - order.link_placed,
        link_placed=order.link_placed,
        in_use=order.total_licensed,
        blocked=order.total_blocked,
        cancelled=order.total_cancelled,
        settled=order.settled,
        action_needed=order.action_needed,
    )


def _refusal(order: DeliveryOrderStatus) -> wire.Refusal | None:
    if order.refusal_reason is None or order.refusal_status is None or order.refused_at is None:
        return None
    return wire.Refusal(
        reason=order.refusal_reason, status=order.refusal_status, at=order.refused_at
    )


def _id_of(order: DeliveryOrderStatus) -> UUID:
    if order.delivery_order_id is None:
        raise LookupError("an order has an id from its first answer on")
    return order.delivery_order_id


def _status(word: str) -> wire.Status:
    return cast("wire.Status", word)

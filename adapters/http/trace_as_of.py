"""Track and trace as of some place in the log: what was known then."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query

from aanspraak.domain import ids
from aanspraak.domain.errors import UnknownDeliveryOrder, UnknownEntitlement
from adapters.http.services import Services
from adapters.http.trace_answers import (
    shown_entitlement_timeline,
    shown_order,
    shown_order_timeline,
)
from adapters.postgres.reads_as_of import (
    AsOf,
    NoSuchMoment,
    as_of,
    entitlement_as_of,
    order_as_of,
)
from adapters.postgres.timelines import entitlement_timeline, order_timeline
from adapters.wire import trace_v1 as wire
from adapters.wire.problems import FieldProblem, SchemaIncorrect
from projections.order_trace import Moment, counted, moment_at
from projections.visibility import Viewer

AsOfGiven = Annotated[
    str | None,
    Query(
        alias="asOf",
        description="What was known then: a past moment with its zone, or a position in the log.",
    ),
]


async def order_then(
    viewer: Viewer, services: Services, delivery_order_id: UUID, then: AsOf, language: str
) -> wire.OrderTrace:
    """Where an order stood; raises UnknownDeliveryOrder when it was not there yet."""
    trace, _ = await _order(viewer, services, delivery_order_id, then, language)
    return trace


async def order_timeline_then(
    viewer: Viewer, services: Services, delivery_order_id: UUID, then: AsOf, language: str
) -> wire.OrderTimeline:
    """What had happened to an order; raises as above."""
    trace, entitlements = await _order(viewer, services, delivery_order_id, then, language)
    async with services.pool.connection() as conn:
        order = ids.order_stream(delivery_order_id)
        entries = await order_timeline(conn, order, entitlements, then)
    return shown_order_timeline(viewer, trace, entries, language)


async def entitlement_timeline_then(
    viewer: Viewer, services: Services, entitlement_id: UUID, then: AsOf, language: str
) -> wire.EntitlementTimeline:
    """What had happened to an entitlement; raises UnknownEntitlement when it was not there yet."""
    async with services.pool.connection() as conn:
        row = await entitlement_as_of(conn, viewer, entitlement_id, then)
        if row is None:
            raise UnknownEntitlement
        entries = await entitlement_timeline(conn, entitlement_id, then)
    return shown_entitlement_timeline(viewer, row, entries, _moment(services, then), language)


async def then_of(services: Services, given: str) -> AsOf:
    """The place in the log that is meant; raises SchemaIncorrect (400, code 11)."""
    async with services.pool.connection() as conn:
        try:
            return await as_of(conn, given, services.now())
        except NoSuchMoment as error:
            raise SchemaIncorrect((FieldProblem("asOf", f"must be {error}"),)) from None


async def _order(
    viewer: Viewer, services: Services, delivery_order_id: UUID, then: AsOf, language: str
) -> tuple[wire.OrderTrace, int]:
    """With how many entitlements it had. Which consents have ended since is not of then."""
    async with services.pool.connection() as conn:
        found = await order_as_of(conn, viewer, delivery_order_id, then)
    if found is None:
        raise UnknownDeliveryOrder
    order, waiting = found
    moment = _moment(services, then)
    return shown_order(viewer, order, waiting, moment, {}, language), counted(order)


def _moment(services: Services, then: AsOf) -> Moment:
    return moment_at(then.at, services.settings.overdue_seconds)

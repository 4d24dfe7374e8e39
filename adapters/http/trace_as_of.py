"""Track and trace as of some place in the log: what was known then."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from msgspec.structs import replace

from aanspraak.domain.errors import UnknownDeliveryOrder, UnknownEntitlement
from adapters.http.services import Services
from adapters.http.trace_answers import (
    shown_entitlement_timeline,
    shown_order,
    shown_order_timeline,
)
from adapters.postgres.reads_as_of import (
    AT_LAST,
    AsOf,
    NoSuchMoment,
    as_of,
    entitlement_as_of,
    order_as_of,
)
from adapters.postgres.timelines import entitlement_timeline, order_and_timeline_as_of
from adapters.wire import trace_v1 as wire
from adapters.wire.problems import FieldProblem, SchemaIncorrect
from projections.order_trace import Moment, moment_at
from projections.visibility import Viewer

ZONE: Final = -len("02:00")
"""Where the digits of a zone begin."""

THEN: Final = "What was known then: a past moment with its zone, or a position in the log."

AsOfGiven = Annotated[str | None, Query(alias="asOf", description=THEN)]


async def order_then(
    viewer: Viewer, services: Services, delivery_order_id: UUID, then: AsOf, language: str
) -> wire.OrderTrace:
    """Where an order stood; raises UnknownDeliveryOrder when it was not there yet.

    Which consents have ended since is not of then.
    """
    async with services.pool.connection() as conn:
        found = await order_as_of(conn, viewer, delivery_order_id, then)
    if found is None:
        raise UnknownDeliveryOrder
    order, waiting = found
    trace = shown_order(viewer, order, waiting, moment_then(services, then), {}, language)
    return replace(trace, as_of=shown_place(then))


async def order_timeline_then(
    viewer: Viewer, services: Services, delivery_order_id: UUID, then: AsOf, language: str
) -> wire.OrderTimeline:
    """What had happened to an order; raises as above."""
    return (await order_and_timeline_then(viewer, services, delivery_order_id, then, language))[1]


async def order_and_timeline_then(
    viewer: Viewer, services: Services, delivery_order_id: UUID, then: AsOf, language: str
) -> tuple[wire.OrderTrace, wire.OrderTimeline]:
    """Both, out of one reading of its facts; raises as above."""
    async with services.pool.connection() as conn:
        found = await order_and_timeline_as_of(conn, viewer, delivery_order_id, then)
    if found is None:
        raise UnknownDeliveryOrder
    order, waiting, entries = found
    trace = shown_order(viewer, order, waiting, moment_then(services, then), {}, language)
    stood = replace(trace, as_of=shown_place(then))
    told = shown_order_timeline(viewer, stood, entries, language)
    return stood, replace(told, as_of=shown_place(then))


async def entitlement_timeline_then(
    viewer: Viewer, services: Services, entitlement_id: UUID, then: AsOf, language: str
) -> wire.EntitlementTimeline:
    """What had happened to an entitlement; raises UnknownEntitlement when it was not there yet."""
    async with services.pool.connection() as conn:
        row = await entitlement_as_of(conn, viewer, entitlement_id, then)
        if row is None:
            raise UnknownEntitlement
        entries = await entitlement_timeline(conn, entitlement_id, then)
    moment = moment_then(services, then)
    told = shown_entitlement_timeline(viewer, row, entries, moment, language)
    return replace(told, as_of=shown_place(then))


async def then_of(services: Services, given: str | None) -> AsOf:
    """The place in the log that is meant, by default its end; raises SchemaIncorrect (400, 11).

    Whoever does not write the plus of a zone as %2B has sent a space.
    """
    if given is None:
        return AT_LAST
    if given[ZONE - 1 : ZONE] == " ":
        given = f"{given[: ZONE - 1]}+{given[ZONE:]}"
    async with services.pool.connection() as conn:
        try:
            return await as_of(conn, given, services.now())
        except NoSuchMoment as error:
            raise SchemaIncorrect((FieldProblem("asOf", f"must be {error}"),)) from None


def shown_place(then: AsOf) -> wire.AsOf | None:
    """As of when an answer is; None when that is now."""
    return None if then is AT_LAST else wire.AsOf(position=then.position, at=then.at)


def moment_then(services: Services, then: AsOf) -> Moment:
    """The moment from which it is looked at."""
    at = services.now() if then is AT_LAST else then.at
    return moment_at(at, services.settings.overdue_seconds)

"""Timelines: streams read from the log by index range, with the attempts that failed in between."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

from aanspraak.domain import ids
from aanspraak.domain.entitlement.events import EntitlementCreated
from aanspraak.domain.incident.events import IncidentClosed, IncidentOpened, IncidentReopened
from adapters.postgres.event_codec import topics_of
from adapters.postgres.event_log import read_many
from adapters.postgres.reads_as_of import pages_of
from adapters.postgres.reads_incidents import of_order
from adapters.postgres.reads_trace import failures_between
from projections import order_as_of
from projections.order_as_of import OrderAsOf
from projections.order_story import ABOUT, OrderStory
from projections.timeline import Entry, entry_of, in_order
from projections.visibility import Viewer, may_see

if TYPE_CHECKING:
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded
    from adapters.postgres.reads_as_of import AsOf
    from adapters.postgres.reads_trace import Failure
    from projections.delivery_order_status import DeliveryOrderStatus
    from projections.order_trace import Waiting


async def entitlement_timeline(
    conn: AsyncConnection[Any], entitlement_id: UUID, then: AsOf | None = None
) -> list[Entry]:
    """What happened to one entitlement until then, oldest first; empty when there is none."""
    history = (await read_many(conn, [entitlement_id]))[entitlement_id]
    facts = [recorded for recorded in history if _counts(recorded, then)]
    created = facts[0].event if facts else None
    if not isinstance(created, EntitlementCreated):
        return []
    told = [entry for recorded in facts if (entry := entry_of(recorded, created))]
    failures = await failures_between(conn, entitlement_id, entitlement_id)
    failed = [_failed(failure) for failure in failures if _happened(failure, then)]
    return in_order([*told, *failed])


async def order_timeline(conn: AsyncConnection[Any], order: UUID) -> list[Entry]:
    """What happened to an order; a large one is summed up."""
    story = OrderStory(order)
    async with aclosing(pages_of(conn, order, topics=topics_of(ABOUT))) as pages:
        async for facts in pages:
            story.add(facts)
    return await _told(conn, order, story, None)


async def order_and_timeline_as_of(
    conn: AsyncConnection[Any], viewer: Viewer, delivery_order_id: UUID, then: AsOf
) -> tuple[DeliveryOrderStatus, tuple[Waiting, ...], list[Entry]] | None:
    """An order as it stood, whom it waited for and what had happened, all in one reading.

    None when it was not there yet, or is not the viewer's to see.
    """
    order = ids.order_stream(delivery_order_id)
    folding, story = OrderAsOf(order), OrderStory(order)
    topics = topics_of(ABOUT | order_as_of.ABOUT)
    async with aclosing(pages_of(conn, order, then.position, topics)) as pages:
        async for facts in pages:
            folding.add(facts)
            story.add(facts)
    row, exchanges = folding.finish()
    if row is None or not may_see(viewer, row):
        return None
    return row, order_as_of.waited_for(exchanges), await _told(conn, order, story, then)


async def _told(
    conn: AsyncConnection[Any], order: UUID, story: OrderStory, then: AsOf | None
) -> list[Entry]:
    """With what failed on the way, and what went wrong with it."""
    for failure in await failures_between(conn, *ids.order_range(order)):
        if _happened(failure, then):
            story.tell(_failed(failure))
    return in_order([*story.entries(), *await _incidents(conn, order, then)])


def _counts(recorded: Recorded, then: AsOf | None) -> bool:
    return then is None or recorded.position <= then.position


def _happened(failure: Failure, then: AsOf | None) -> bool:
    return then is None or failure.at <= then.at


async def _incidents(conn: AsyncConnection[Any], order: UUID, then: AsOf | None) -> list[Entry]:
    """Each incident as it opened, opened again and closed."""
    found = await of_order(conn, order)
    told = await read_many(conn, list(found))
    return [
        Entry(
            at=recorded.recorded_at,
            what=_INCIDENT[type(recorded.event)],
            partner=found[incident_id].party,
            details={
                "kind": getattr(recorded.event, "kind", found[incident_id].kind),
                "code": found[incident_id].code,
                "cause": getattr(recorded.event, "cause", None),
            },
            position=recorded.position,
        )
        for incident_id, facts in told.items()
        for recorded in facts
        if type(recorded.event) in _INCIDENT and _counts(recorded, then)
    ]


_INCIDENT: Final = {
    IncidentOpened: "incident-opened",
    IncidentReopened: "incident-reopened",
    IncidentClosed: "incident-closed",
}


def _failed(failure: Failure) -> Entry:
    return Entry(
        at=failure.at,
        what="attempt-failed",
        partner=failure.partner,
        entitlement_id=failure.stream_id,
        details={
            "number": failure.number,
            "error": failure.error,
            "duration_ms": failure.duration_ms,
        },
    )

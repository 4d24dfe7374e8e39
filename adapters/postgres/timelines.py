"""Timelines: streams read from the log by index range, with the attempts that failed in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aanspraak.domain import ids
from aanspraak.domain.entitlement.events import EntitlementCreated
from aanspraak.domain.incident.events import IncidentClosed, IncidentOpened, IncidentReopened
from aanspraak.domain.order_users.events import UsersListed
from aanspraak.domain.resolution.events import ResolutionEvent
from adapters.postgres.event_log import EVERYTHING, PAGE, read_many, read_range
from adapters.postgres.reads_incidents import of_order
from adapters.postgres.reads_trace import failures_between
from projections.timeline import LARGE, Entry, Summary, entry_of, in_order

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded
    from adapters.postgres.reads_as_of import AsOf
    from adapters.postgres.reads_trace import Failure


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


async def order_timeline(
    conn: AsyncConnection[Any], order: UUID, entitlements: int, then: AsOf | None = None
) -> list[Entry]:
    """What happened until then to an order of so many entitlements; a large one is summed up."""
    summary = Summary() if entitlements > LARGE else None
    entries: list[Entry] = []
    async for recorded, created in _facts(conn, order, then):
        entry = entry_of(recorded, created)
        if entry and summary and created:
            summary.add(entry)
        elif entry:
            entries.append(entry)
    for failure in await failures_between(conn, *ids.order_range(order)):
        if not _happened(failure, then):
            continue
        if summary and failure.stream_id != order:
            summary.add(_failed(failure))
        else:
            entries.append(_failed(failure))
    entries += summary.entries() if summary else []
    return in_order([*entries, *await _incidents(conn, order, then)])


def _counts(recorded: Recorded, then: AsOf | None) -> bool:
    return then is None or recorded.position <= then.position


def _happened(failure: Failure, then: AsOf | None) -> bool:
    return then is None or failure.at <= then.at


async def _facts(
    conn: AsyncConnection[Any], order: UUID, then: AsOf | None
) -> AsyncIterator[tuple[Recorded, EntitlementCreated | None]]:
    """The facts of an order and its entitlements, stream by stream.

    Another order may begin with the same six bytes, however unlikely; a list of users is left out.
    """
    created: EntitlementCreated | None = None
    async for recorded in _range(conn, order, then.position if then else EVERYTHING):
        event = recorded.event
        if recorded.version == 1:
            created = event if isinstance(event, EntitlementCreated) else None
        of_order = recorded.stream_id == order or (created and created.order == order)
        if isinstance(event, ResolutionEvent):
            of_order = event.order == order
        if of_order and not isinstance(event, UsersListed):
            yield recorded, created


async def _range(conn: AsyncConnection[Any], order: UUID, until: int) -> AsyncIterator[Recorded]:
    first, last = ids.order_range(order)
    version = -1
    while True:
        page = await read_range(conn, first, last, after_version=version, until_position=until)
        for recorded in page:
            yield recorded
        if len(page) < PAGE:
            return
        first, version = page[-1].stream_id, page[-1].version


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

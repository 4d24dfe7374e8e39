"""What was known then: streams folded up to a place in the log, whatever the views hold now."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aanspraak.domain import ids
from adapters.postgres.event_codec import topics_of
from adapters.postgres.event_log import (
    EVERYTHING,
    last_position,
    position_at,
    read_after,
    read_many,
    read_range,
)
from adapters.postgres.queries import load
from adapters.postgres.views_rows import rows_of
from projections import entitlement_details
from projections.entitlements_by_school import SchoolEntitlement
from projections.order_as_of import ABOUT, OrderAsOf, waited_for
from projections.visibility import Viewer, may_see

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine, Iterable, Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded
    from projections.delivery_order_status import DeliveryOrderStatus
    from projections.entitlement_details import EntitlementDetails
    from projections.order_trace import Waiting

FACTS_AT_ONCE: Final = 500
"""Folding a few that were just read is quicker than many: `make bench ARGS=as-of`."""
POSITION_DIGITS: Final = 18
_WANTED: Final = "a past moment with its zone (2026-09-01T08:30:00+02:00), or a position in the log"


class NoSuchMoment(ValueError):
    """No place in the log: neither a moment with its zone nor a position, or one yet to come."""


class AsOf(NamedTuple):
    """A place in the log: the last position that counts, and the moment it stands for (UTC)."""

    position: int
    at: datetime


AT_LAST: Final = AsOf(EVERYTHING, datetime.max.replace(tzinfo=UTC))
"""What is known now: after everything."""


async def as_of(conn: AsyncConnection[Any], given: str, now: datetime) -> AsOf:
    """The place that is meant by a moment (ISO 8601, with its zone) or by a position.

    Raises NoSuchMoment.
    """
    if given.isascii() and given.isdigit() and len(given) <= POSITION_DIGITS:
        return await _at_position(conn, int(given))
    try:
        moment = datetime.fromisoformat(given)
        if moment.tzinfo is None or moment > now:
            raise NoSuchMoment(_WANTED)
        at = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise NoSuchMoment(_WANTED) from None
    return AsOf(await position_at(conn, at), at)


async def _at_position(conn: AsyncConnection[Any], position: int) -> AsOf:
    facts = await read_after(conn, position - 1, 1) if position else []
    if not facts or position > await last_position(conn):
        raise NoSuchMoment(_WANTED)
    return AsOf(position, facts[0].recorded_at)


async def entitlement_as_of(
    conn: AsyncConnection[Any], viewer: Viewer, entitlement_id: UUID, then: AsOf
) -> EntitlementDetails | None:
    """One entitlement; None when it was not there yet, or is not the viewer's to see."""
    row = _folded((await read_many(conn, [entitlement_id]))[entitlement_id], then)
    return row if row is not None and may_see(viewer, row) else None


async def person_as_of(
    conn: AsyncConnection[Any], viewer: Viewer, school_id: UUID, subject_id: UUID, then: AsOf
) -> list[EntitlementDetails]:
    """What somebody at a school had, by id; what the viewer may not see is not there.

    Which entitlements there ever were, the views say; nothing is taken out of those.
    """
    wanted = {"schools": [school_id], "subjects": [subject_id]}
    query = load("reads")["products_of_persons"]
    found = await rows_of(SchoolEntitlement, conn, query, wanted)
    histories = await read_many(conn, [each.entitlement_id for each in found])
    rows = [_folded(facts, then) for facts in histories.values()]
    return [row for row in rows if row is not None and may_see(viewer, row)]


def _folded(facts: Iterable[Recorded], then: AsOf) -> EntitlementDetails | None:
    row: EntitlementDetails | None = None
    for recorded in facts:
        if recorded.position <= then.position:
            row = entitlement_details.fold(row, recorded)
    return row


async def order_as_of(
    conn: AsyncConnection[Any], viewer: Viewer, delivery_order_id: UUID, then: AsOf
) -> tuple[DeliveryOrderStatus, tuple[Waiting, ...]] | None:
    """One order and whom it waited for; None as above."""
    order = ids.order_stream(delivery_order_id)
    folding = OrderAsOf(order)
    async with aclosing(pages_of(conn, order, then.position, topics_of(ABOUT))) as pages:
        async for facts in pages:
            folding.add(facts)
    row, exchanges = folding.finish()
    return (row, waited_for(exchanges)) if row is not None and may_see(viewer, row) else None


async def pages_of(
    conn: AsyncConnection[Any],
    order: UUID,
    until: int = EVERYTHING,
    topics: Sequence[str] | None = None,
) -> AsyncGenerator[list[Recorded]]:
    """The facts of an order; the database looks the next up while one works on these."""
    first, last = ids.order_range(order)

    def page(first: UUID, version: int) -> Coroutine[Any, Any, list[Recorded]]:
        return read_range(
            conn,
            first,
            last,
            after_version=version,
            until_position=until,
            limit=FACTS_AT_ONCE,
            topics=topics,
        )

    asked = asyncio.create_task(page(first, -1))
    try:
        while len(facts := await asked) == FACTS_AT_ONCE:
            asked = asyncio.create_task(page(facts[-1].stream_id, facts[-1].version))
            await asyncio.sleep(0)
            yield facts
        yield facts
    finally:
        asked.cancel()

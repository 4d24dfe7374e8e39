"""What track and trace reads besides the views: what was tried, what is parked, what fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aanspraak.domain import ids
from aanspraak.domain.delivery_order.acceptance import OPEN_DELIVERY_TYPES
from adapters.postgres.fetching import all_as, all_rows
from adapters.postgres.queries import load
from adapters.postgres.reads_pool import open_order
from projections.order_trace import Waiting, waiting_on_roster

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection


FAILURES_AT_MOST: Final = 500
SQL: Final = load("trace")


class Failure(NamedTuple):
    """An attempt at a message that failed; `error` is a short code."""

    at: datetime
    partner: str
    stream_id: UUID
    number: int
    error: str
    duration_ms: int


class PartnerTrace(NamedTuple):
    """A partner, what is open there (since `oldest_at`), and what fails. Moments are UTC.

    `rung` is how far an unreachable one climbed the ladder, `answered_at` when it was last tried,
    and `answer` what came of that: taken, rejected, failed or dropped. Why an operator paused it
    lies in the vault.
    """

    partner: str
    role: str
    title: str
    open: int
    taken: int
    oldest_at: datetime | None
    failing: int
    given_up: int
    last_error: str | None
    unreachable_since: datetime | None
    next_attempt_at: datetime | None
    paused_at: datetime | None
    paused_until: datetime | None
    paused_reason_id: UUID | None
    rung: int
    next_rung_at: datetime | None
    parked: int
    answered_at: datetime | None
    answer: str | None
    answer_http_status: int | None


class PartnerError(NamedTuple):
    """How attempts failed (a short code), how often, and when last (UTC)."""

    error: str
    times: int
    last_at: datetime


class OldestOpen(NamedTuple):
    """A message that is open at a partner; its order and product, if it is of one. UTC."""

    stream_id: UUID
    number: int
    kind: str
    asked: str
    asked_at: datetime
    taken_at: datetime | None
    given_up: bool
    delivery_order_id: UUID | None
    product_id: str | None
    title: str | None


async def waiting_on(conn: AsyncConnection[Any], order: UUID) -> tuple[Waiting, ...]:
    """Whom an order waits for, the longest wait first."""
    first, last = ids.order_range(order)
    parameters = {"first": first, "last": last, "order_id": order}
    waiting = await all_as(Waiting, conn, SQL["waiting"], parameters)
    return (*await _roster_of(conn, order), *waiting)


async def waiting_on_entitlement(
    conn: AsyncConnection[Any], order: UUID, entitlement_id: UUID
) -> tuple[Waiting, ...]:
    """Whom one entitlement of an order waits for, the longest wait first."""
    parameters = {"first": entitlement_id, "last": entitlement_id, "order_id": order}
    return tuple(await all_as(Waiting, conn, SQL["waiting"], parameters))


async def _roster_of(conn: AsyncConnection[Any], order: UUID) -> tuple[Waiting, ...]:
    found = await open_order(conn, order)
    if found is None or not found.waits:
        return ()
    return (waiting_on_roster(found.school_id, found.received_at, found.start_date),)


async def doubles(conn: AsyncConnection[Any], order: UUID, partner: str | None) -> int:
    """How many users of an order have the product by name and by an open order of their school.

    To a partner of what it may see: a shop its own orders, a registry its own products.
    """
    first, last = ids.order_range(order)
    parameters = {
        "first": first,
        "last": last,
        "order_id": order,
        "partner": partner,
        "open_types": list(OPEN_DELIVERY_TYPES),
    }
    ((count,),) = await all_rows(conn, SQL["doubles"], parameters)
    return int(count)


async def failures_between(conn: AsyncConnection[Any], first: UUID, last: UUID) -> list[Failure]:
    """Failed attempts at messages about the streams between two ids, oldest first."""
    parameters = {"first": first, "last": last, "limit": FAILURES_AT_MOST}
    return await all_as(Failure, conn, SQL["failures"], parameters)


async def partners(conn: AsyncConnection[Any], partner: str | None = None) -> list[PartnerTrace]:
    """All partners, or one."""
    return await all_as(PartnerTrace, conn, SQL["partners"], {"partner": partner})


async def partner_errors(
    conn: AsyncConnection[Any], partner: str, since: datetime, limit: int
) -> list[PartnerError]:
    """How attempts at a partner failed since a moment, the most first."""
    parameters = {"partner": partner, "since": since, "limit": limit}
    return await all_as(PartnerError, conn, SQL["partner_errors"], parameters)


async def oldest_open(conn: AsyncConnection[Any], partner: str, limit: int) -> list[OldestOpen]:
    """What is open at a partner longest, the oldest first."""
    return await all_as(OldestOpen, conn, SQL["oldest_open"], {"partner": partner, "limit": limit})

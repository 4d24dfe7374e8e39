"""Notices in the database: what is to be told, in which message, and what came of telling it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aanspraak.domain.incident.events import IncidentOpened, IncidentReopened
from adapters.postgres.event_log import read_first
from adapters.postgres.fetching import all_as, all_rows
from adapters.postgres.flows import read_flows
from adapters.postgres.queries import load
from projections.notice_rules import Message
from projections.notices import Notice, Standing, notice_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded

SQL: Final = load("notices")
AT_ONCE: Final = 10_000
DELIVERIES_AT_ONCE: Final = 20


class Delivery(NamedTuple):
    """A message on its way to a target, and how often that was tried."""

    message: Message
    made_at: datetime
    attempts: int


class Sent(NamedTuple):
    """A message for a target and what came of it; without a next attempt it is there or given up.

    `error` is a short code; moments are UTC.
    """

    message: Message
    made_at: datetime
    attempts: int
    target: str
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    error: str | None


async def handle(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> int:
    """Keep what facts give notice of: what the follower does with a batch."""
    again = [each.stream_id for each in facts if isinstance(each.event, IncidentReopened)]
    first = await read_first(conn, again) if again else {}
    parties = {
        stream_id: each.event.party
        for stream_id, each in first.items()
        if isinstance(each.event, IncidentOpened)
    }
    found = [notice_of(each, parties.get(each.stream_id)) for each in facts]
    await keep(conn, [notice for notice in found if notice is not None])
    return len(facts)


async def keep(conn: AsyncConnection[Any], notices: Sequence[Notice]) -> None:
    """Have these told; one that is known already is not told twice."""
    if notices:
        columns = zip(*notices, strict=True)
        given = {name: list(column) for name, column in zip(Notice._fields, columns, strict=True)}
        await conn.execute(SQL["keep"], given)


async def waiting(conn: AsyncConnection[Any]) -> list[Notice]:
    """What is in no message yet."""
    return await all_as(Notice, conn, SQL["waiting"], {"limit": AT_ONCE})


async def address(
    conn: AsyncConnection[Any], message: Message, targets: Sequence[str], now: datetime
) -> None:
    """Send a message on its way to these targets, in the transaction of the caller."""
    notices = [each.notice_id for each in message.notices]
    await conn.execute(SQL["put"], {"message_id": message.message_id, "notices": notices})
    given = {"message_id": message.message_id, "kind": message.kind, "now": now}
    await conn.execute(SQL["address"], {**given, "targets": list(targets)})


async def due(conn: AsyncConnection[Any], target: str, now: datetime) -> list[Delivery]:
    """The messages whose turn it is at a target, the oldest first."""
    given = {"target": target, "now": now, "limit": DELIVERIES_AT_ONCE}
    found = []
    for message_id, kind, made_at, attempts in await all_rows(conn, SQL["due"], given):
        notices = await all_as(Notice, conn, SQL["of_message"], {"message_id": message_id})
        message = Message(message_id, kind, tuple(notices))
        found.append(Delivery(message, made_at, attempts))
    return found


async def try_again(conn: AsyncConnection[Any], now: datetime) -> int:
    """Have everything that was given up tried again; how many messages that are."""
    return (await conn.execute(SQL["try_again"], {"now": now})).rowcount


async def sent_since(conn: AsyncConnection[Any], since: datetime, limit: int) -> list[Sent]:
    """Messages made since a moment, those that did not get there first, of each the newest."""
    found = []
    rows = await all_rows(conn, SQL["sent_since"], {"since": since, "limit": limit})
    for message_id, kind, *came_of_it in rows:
        notices = await all_rows(conn, SQL["of_message"], {"message_id": message_id})
        message = Message(message_id, kind, tuple(Notice(*row) for row in notices))
        found.append(Sent(message, *came_of_it))
    return found


async def delivered(
    conn: AsyncConnection[Any], message_id: UUID, target: str, now: datetime
) -> None:
    """It is there."""
    given = {"message_id": message_id, "target": target, "now": now}
    await conn.execute(SQL["delivered"], given)


async def failed(
    conn: AsyncConnection[Any],
    message_id: UUID,
    target: str,
    next_attempt_at: datetime | None,
    error: str,
) -> None:
    """It did not get there; without a next attempt it is given up. `error` is a short code."""
    given = {"message_id": message_id, "target": target, "next_attempt_at": next_attempt_at}
    await conn.execute(SQL["failed"], {**given, "error": error})


async def standing(conn: AsyncConnection[Any]) -> list[Standing]:
    """How every follower stands that ever ran."""
    return await all_as(Standing, conn, SQL["standing"])


async def letters(conn: AsyncConnection[Any]) -> list[tuple[str, int, int]]:
    """Per follower that laid facts aside: the newest of them, and how many."""
    return [(follower, newest, n) for follower, newest, n in await all_rows(conn, SQL["letters"])]


async def away(conn: AsyncConnection[Any]) -> dict[str, datetime | None]:
    """Since when partners are unreachable, of those that ever were."""
    return {flow.partner: flow.unreachable_since for flow in await read_flows(conn)}


async def forget(conn: AsyncConnection[Any], before: datetime) -> None:
    """Remove what was told, or given up, before a moment."""
    await conn.execute(SQL["forget"], {"before": before})

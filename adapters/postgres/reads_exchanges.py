"""Exchanges with partners: what the facts tell of each, and the attempts at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from adapters.postgres.attempts import AttemptRow
from adapters.postgres.event_log import read_after, read_many
from adapters.postgres.fetching import all_as
from adapters.postgres.publisher import messages_of
from adapters.postgres.queries import load
from projections.exchange_story import MESSAGES, exchanges

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from psycopg import AsyncConnection

    from aanspraak.application.messages import Message
    from aanspraak.domain.recorded import Recorded
    from adapters.postgres.reads_as_of import AsOf
    from projections.exchange_story import Told

SQL: Final = load("exchanges")
_KINDS: Final[Mapping[str, str]] = {
    "registry": "entitlement",
    "link": "entitlement",
    "confirmation": "order",
    "consent": "consent",
    "codes": "codes",
    "revocation": "codes",
}


class Try(NamedTuple):
    """An attempt at a message: `outcome` is taken, rejected, failed or dropped, `error` a code."""

    at: datetime
    partner: str
    stream_id: UUID
    number: int
    outcome: str
    http_status: int | None
    status: int | None
    duration_ms: int
    error: str | None


class Exchange(NamedTuple):
    """A message with what came of it, and the attempts at it that are still kept (90 days).

    `about` is entitlement, order, consent or codes; `school_id` is whose pupils it concerns.
    """

    told: Told
    about: str
    school_id: UUID | None
    delivery_order_id: UUID | None
    tries: tuple[Try, ...]


class Sent(NamedTuple):
    """A message that was sent, or tried to be, at a moment; None: its fact is not there."""

    attempt: Try
    exchange: Exchange | None


class Place(NamedTuple):
    """Where a page goes on: after this attempt."""

    at: datetime
    stream_id: UUID
    number: int


class Asked(NamedTuple):
    """What was sent to a partner from a moment on, up to another that is not in it; one page."""

    partner: str
    first: datetime
    last: datetime
    limit: int
    after: Place | None = None


async def exchanges_of(
    conn: AsyncConnection[Any], streams: Collection[UUID], then: AsOf
) -> dict[UUID, list[Exchange]]:
    """Per stream the messages about it until then, in the order in which they were asked for."""
    wanted = {"streams": list(streams), "until": then.at}
    tries = await all_as(Try, conn, SQL["attempts_of"], wanted)
    return await _told_then(conn, streams, then, tries)


async def exchange_at(
    conn: AsyncConnection[Any], position: int, then: AsOf
) -> tuple[Exchange, Message] | None:
    """The exchange whose message is the fact at this position, and that message without a person.

    None when no message stands there, or none did then.
    """
    facts = await read_after(conn, position - 1, 1) if 0 < position <= then.position else []
    if not facts or facts[0].position != position or type(facts[0].event) not in MESSAGES:
        return None
    (message,) = await messages_of(conn, facts)
    found = (await exchanges_of(conn, [facts[0].stream_id], then))[facts[0].stream_id]
    return next(each for each in found if each.told.position == position), message


async def sent_between(conn: AsyncConnection[Any], asked: Asked, then: AsOf) -> list[Sent]:
    """What was sent to a partner, oldest first, and how those exchanges stood then.

    Other attempts at them are not with them.
    """
    begin = asked.after or Place(asked.first, UUID(int=0), -1)
    parameters = {
        "partner": asked.partner,
        "first": max(asked.first, begin.at),
        "last": asked.last,
        "after_at": begin.at,
        "after_stream": begin.stream_id,
        "after_number": begin.number,
        "limit": asked.limit,
    }
    tries = await all_as(Try, conn, SQL["sent_between"], parameters)
    found = await _told_then(conn, {each.stream_id for each in tries}, then)
    named = {
        (each.told.stream_id, each.told.partner, each.told.number): each
        for of_stream in found.values()
        for each in of_stream
    }
    return [Sent(each, named.get((each.stream_id, each.partner, each.number))) for each in tries]


def place_of(sent: Sent) -> Place:
    """Where this stands in a list."""
    attempt = sent.attempt
    return Place(attempt.at, attempt.stream_id, attempt.number)


async def answers_of(conn: AsyncConnection[Any], told: Told, then: AsOf) -> list[AttemptRow]:
    """The attempts at a message with what the partner said at once, sealed."""
    parameters = {
        "stream_id": told.stream_id,
        "partner": told.partner,
        "number": told.number,
        "until": then.at,
    }
    return await all_as(AttemptRow, conn, SQL["answers_of"], parameters)


async def _told_then(
    conn: AsyncConnection[Any],
    streams: Collection[UUID],
    then: AsOf,
    tries: Sequence[Try] = (),
) -> dict[UUID, list[Exchange]]:
    histories = await read_many(conn, list(streams))
    return {
        stream_id: _of_stream(
            [recorded for recorded in facts if recorded.position <= then.position],
            [each for each in tries if each.stream_id == stream_id],
        )
        for stream_id, facts in histories.items()
    }


def _of_stream(facts: Sequence[Recorded], tries: Sequence[Try]) -> list[Exchange]:
    school_id, delivery_order_id = (
        next((found for each in facts if (found := getattr(each.event, name, None))), None)
        for name in ("school_id", "delivery_order_id")
    )
    return [
        Exchange(
            told=told,
            about=_KINDS[told.kind],
            school_id=school_id,
            delivery_order_id=delivery_order_id,
            tries=tuple(
                each for each in tries if (each.partner, each.number) == (told.partner, told.number)
            ),
        )
        for told in exchanges(facts)
    ]

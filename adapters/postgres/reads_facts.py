"""The log as people look through it: the newest facts first, and the story a fact belongs to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

import msgspec

from aanspraak.domain import ids
from adapters.postgres.event_log import last_position, position_at, read_after, read_query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded

SPAN: Final = 100_000
"""So many positions are looked through at once for what has no index: a fraction of a second."""
STORY: Final = 500
"""A story is shown so far: one that is longer is that of a large order."""
_JUST_BEFORE: Final = timedelta(microseconds=1)
_BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Before it nothing was recorded; earlier moments may be too early to reckon with."""


class Asked(NamedTuple):
    """Which facts; None: whatever it is. Recorded from `first` on, up to `last`, not included.

    `streams` are those that an id may mean, `actor` is a key, `before` a position: only older ones.
    """

    topic: str | None = None
    streams: Sequence[UUID] | None = None
    actor: str | None = None
    correlation: str | None = None
    first: datetime | None = None
    last: datetime | None = None
    before: int | None = None
    limit: int = 100


class Found(NamedTuple):
    """Facts, the newest first; `looked_to` is the oldest position that was looked at.

    The next ones lie before `before`; None: there are no more.
    """

    facts: list[Recorded]
    looked_to: int
    before: int | None


class StoryFound(NamedTuple):
    """The facts of a story, the oldest first; `more`: there are more than these."""

    facts: list[Recorded]
    more: bool


async def facts_found(conn: AsyncConnection[Any], asked: Asked, span: int = SPAN) -> Found:
    """The newest of these facts; without a stream at most `span` positions are looked through."""
    newest, oldest = await _bounds(conn, asked)
    floor = oldest if asked.streams is not None else max(oldest, newest - span + 1)
    parameters = {
        "first": floor,
        "last": newest,
        "topic": asked.topic,
        "actor": _within("actor", asked.actor, "correlation"),
        "story": _within("correlation", asked.correlation, "causation"),
        "limit": asked.limit + 1,
    }
    if asked.streams is None:
        found = await read_query(conn, "read_back", parameters)
    else:
        streams = {**parameters, "streams": list(asked.streams)}
        found = await read_query(conn, "read_streams_back", streams)
    facts = found[: asked.limit]
    if len(found) > asked.limit:
        return Found(facts, facts[-1].position, facts[-1].position)
    return Found(facts, floor, floor if floor > oldest else None)


async def story_of(
    conn: AsyncConnection[Any], position: int, span: int = SPAN
) -> StoryFound | None:
    """The story that the fact at a position belongs to; None when there is no such fact.

    Looked for are half of `span` before and after it, and all that is about the same order.
    """
    facts = await read_after(conn, position - 1, 1) if position > 0 else []
    if not facts or facts[0].position != position:
        return None
    first_id, last_id = ids.order_range(facts[0].stream_id)
    parameters = {
        "first": position - span // 2,
        "last": position + span // 2,
        "first_id": first_id,
        "last_id": last_id,
        "story": _within("correlation", facts[0].correlation_id, "causation"),
        "limit": STORY + 1,
    }
    found = await read_query(conn, "read_story", parameters)
    return StoryFound(found[:STORY], len(found) > STORY)


def streams_named(given: str) -> list[UUID]:
    """The streams that an id may mean, the likeliest first."""
    named = [ids.partner_stream(given), ids.product_stream(given)]
    try:
        stream = UUID(given)
    except ValueError:
        return named
    return [stream, ids.order_stream(stream), *named]


async def _bounds(conn: AsyncConnection[Any], asked: Asked) -> tuple[int, int]:
    """The newest and the oldest position that may be meant, both included."""
    newest, oldest = await last_position(conn), 1
    if asked.last is not None:
        newest = await position_at(conn, max(asked.last, _BEGINNING) - _JUST_BEFORE)
    if asked.before is not None:
        newest = min(newest, asked.before - 1)
    if asked.first is not None:
        oldest = 1 + await position_at(conn, max(asked.first, _BEGINNING) - _JUST_BEFORE)
    return newest, oldest


def _within(name: str, value: str | None, following: str) -> bytes | None:
    """How a value stands in the envelope of a fact; nothing that a fact says reads so."""
    if value is None:
        return None
    return b'"%s":%s,"%s":' % (name.encode(), msgspec.json.encode(value), following.encode())

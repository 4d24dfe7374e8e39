"""Search: what support is told on the phone, looked for where it may be, so many of each kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from aanspraak.domain import ids
from aanspraak.domain.delivery_order.events import ConfirmationIssued
from aanspraak.domain.entitlement.events import LinkRequested, RegistryRequested
from adapters.postgres.event_topics import TOPICS
from adapters.postgres.fetching import all_rows
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from datetime import datetime

    from psycopg import AsyncConnection

SQL: Final = load("search")
MESSAGES: Final = [
    topic
    for topic, fact in TOPICS.items()
    if fact in {RegistryRequested, LinkRequested, ConfirmationIssued}
]
"""The topics of messages that the hub gave an id."""
ABOUT_ORDERS: Final = next(topic for topic, fact in TOPICS.items() if fact is ConfirmationIssued)
_LEAST_DIGITS: Final = 8
"""Of an id that is only half known."""
_HALF_AN_ID: Final = re.compile(r"[0-9a-f-]+", re.IGNORECASE)
_DIGITS: Final = 32


class Found(NamedTuple):
    """A hit: its id, what to show, since when; `number` of what it has (orders, entitlements)."""

    kind: str
    id: str
    title: str
    detail: str
    status: str | None
    at: datetime | None
    number: int | None


async def search_text(conn: AsyncConnection[Any], text: str, limit: int) -> AsyncIterator[Found]:
    """Whatever this may be: an id or the beginning of one, a reference, a name or a number."""
    if (between := _between(text)) is not None:
        async for found in _by_id(conn, between, limit):
            yield found
    for kind, query in (
        ("order", "orders_of_reference"),
        ("school", "schools"),
        ("product", "products"),
        ("contract", "contracts"),
        ("partner", "partners"),
    ):
        wanted = {
            "text": text,
            "prefix": f"{_plain(text)}%",
            "part": f"%{_plain(text)}%",
            "words": [f"%{_plain(word)}%" for word in text.split()],
        }
        for found in await _rows(conn, kind, query, wanted, limit):
            yield found


async def search_persons(
    conn: AsyncConnection[Any], subjects: Sequence[UUID], limit: int
) -> list[Found]:
    """These persons, and what they have."""
    wanted = {"subjects": list(subjects)}
    persons = await _rows(conn, "person", "persons", wanted, limit)
    return [*persons, *await _rows(conn, "entitlement", "entitlements_of_persons", wanted, limit)]


async def _by_id(
    conn: AsyncConnection[Any], between: tuple[UUID, UUID], limit: int
) -> AsyncIterator[Found]:
    first, last = between
    wanted = {"first": first, "last": last}
    for kind in ("order", "entitlement", "incident"):
        for found in await _rows(conn, kind, f"{kind}s", wanted, limit):
            yield found
    if first != last:
        return
    for kind, query, stream in await _streams_of_message(conn, first):
        for found in await _rows(conn, kind, query, {"streams": [stream]}, limit):
            yield found


async def _streams_of_message(
    conn: AsyncConnection[Any], reference: UUID
) -> list[tuple[str, str, UUID]]:
    """Whose message has this reference id, or receive id, that the hub gave it."""
    first, last = ids.order_range(reference)
    wanted = {
        "first": first,
        "last": last,
        "topics": MESSAGES,
        "needle": f'"{reference}"'.encode(),
    }
    cursor = await conn.execute(SQL["asked_with"], wanted, prepare=False)
    return [
        ("order", "orders_of_receipt", stream)
        if topic == ABOUT_ORDERS
        else ("entitlement", "entitlements_of", stream)
        for stream, topic in await cursor.fetchall()
    ]


async def _rows(
    conn: AsyncConnection[Any], kind: str, query: str, wanted: Mapping[str, object], limit: int
) -> list[Found]:
    rows = await all_rows(conn, SQL[query], {**wanted, "limit": limit})
    return [Found(kind, *row) for row in rows]


def _between(text: str) -> tuple[UUID, UUID] | None:
    """The ids that begin so; None for what is no id, nor the beginning of one."""
    digits = text.replace("-", "")
    if not _HALF_AN_ID.fullmatch(text) or not _LEAST_DIGITS <= len(digits) <= _DIGITS:
        return None
    return UUID(digits.ljust(_DIGITS, "0")), UUID(digits.ljust(_DIGITS, "f"))


def _plain(text: str) -> str:
    """The text as LIKE takes it for itself."""
    return re.sub(r"([\\%_])", r"\\\1", text)

"""What every outbound message has in common: msgspec writes an Entitlement in about a microsecond.

Fields that have nothing to say are left out, never null. Ids and dates are written as the YAML has
them; a moment must be in UTC, so that it ends in Z.
"""

from __future__ import annotations

from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
    from datetime import datetime

_CHUNK = 200
"""Entries encoded at a time: some 100 KB of Entitlements."""


def utc(moment: datetime | None) -> datetime | None:
    """A moment as it is written, which may be none."""
    return moment.astimezone(UTC) if moment else None


class Outgoing(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """An outbound message or a part of one; attributes are the YAML's names in snake_case."""


class OrganisationId(Outgoing, frozen=True, kw_only=True):
    """A secondary identifier of a school."""

    organisation_id: str
    organisation_id_type: str


class SchoolReference(Outgoing, frozen=True, kw_only=True):
    """A school, with the identifiers the order gave."""

    organisation_master_identifier: str | None = None
    organisation_ids: tuple[OrganisationId, ...] = ()


class UserId(Outgoing, frozen=True, kw_only=True):
    """A secondary identifier of a user."""

    user_id: str
    user_id_type: str


class UserReference(Outgoing, frozen=True, kw_only=True):
    """A user, with the identifiers the order or the roster gave; a forgotten one has none."""

    user_master_identifier: str | None = None
    user_ids: tuple[UserId, ...] = ()


class StatusResponse(Outgoing, frozen=True, kw_only=True):
    """The body of an answer that is not good news: functional status code and message."""

    status: int
    status_message: str | None = None


def encode(message: Outgoing) -> bytes:
    """The message as JSON."""
    return _ENCODER.encode(message)


def array(entries: Iterable[Outgoing]) -> Iterator[bytes]:
    """A JSON array in pieces, for an answer that never stands in memory as a whole."""
    rest, opening = iter(entries), b"["
    while piece := list(islice(rest, _CHUNK)):
        yield opening + _inside(piece)
        opening = b","
    yield b"[]" if opening == b"[" else b"]"


async def array_of_pages(pages: AsyncIterable[list[Any]]) -> AsyncIterator[bytes]:
    """The same from pages that are read one by one."""
    opening = b"["
    async for page in pages:
        if page:
            yield opening + _inside(page)
            opening = b","
    yield b"[]" if opening == b"[" else b"]"


_ENCODER = msgspec.json.Encoder()


def _inside(entries: list[Any]) -> bytes:
    return _ENCODER.encode(entries)[1:-1]

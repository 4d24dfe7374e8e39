"""Answers that are arrays: whole, as the texts have it, or in parts, which is an offer on top."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote, urlencode
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from adapters.wire.outgoing import Outgoing, array, array_of_pages

Row = TypeVar("Row")

PIECE: Final = 200
"""How many rows are shown at a time: their persons are read from the vault together."""
JSON: Final = "application/json"


@dataclass(frozen=True, kw_only=True)
class Rows(Generic[Row]):
    """Rows on their way into an array: how they are shown, and which id the next part begins after.

    `piece`: so many are shown together.
    """

    rows: AsyncIterator[Row]
    show: Callable[[Sequence[Row]], Awaitable[Sequence[Outgoing]]]
    id_of: Callable[[Row], UUID]
    piece: int = PIECE


async def array_of(rows: Rows[Any], request: Request, limit: int | None) -> Response:
    """The whole array, streamed when it is long; with a limit that many and a link to the rest."""
    if limit is not None:
        return await _part(rows, request, limit)
    pieces = _pieces(rows.rows, rows.piece)
    first: list[Any] = await anext(pieces, [])
    if len(first) < rows.piece:
        return in_one(await rows.show(first))
    return _streamed(_shown(rows, first, pieces))


def in_one(entries: Sequence[Outgoing], status: int = 200) -> Response:
    """A short array."""
    return Response(b"".join(array(entries)), status, media_type=JSON)


async def _part(rows: Rows[Any], request: Request, limit: int) -> Response:
    """Whether there is more is known before anything is shown, so this can be streamed too."""
    found: list[Any] = await anext(_pieces(rows.rows, limit + 1), [])
    wanted = found[:limit]
    if len(wanted) < rows.piece:
        answer = in_one(await rows.show(wanted))
    else:
        answer = _streamed(_shown(rows, wanted[: rows.piece], _slices(wanted, rows.piece)))
    if len(found) > limit:
        answer.headers["Link"] = next_part(request, rows.id_of(wanted[-1]))
    return answer


def _streamed(pages: AsyncIterator[list[Any]]) -> Response:
    return StreamingResponse(array_of_pages(pages), media_type=JSON)


async def _shown(
    rows: Rows[Any], first: list[Any], pieces: AsyncIterator[list[Any]]
) -> AsyncIterator[list[Outgoing]]:
    yield list(await rows.show(first))
    async for piece in pieces:
        yield list(await rows.show(piece))


async def _pieces(rows: AsyncIterator[Row], size: int) -> AsyncIterator[list[Row]]:
    piece: list[Row] = []
    async for row in rows:
        piece.append(row)
        if len(piece) == size:
            yield piece
            piece = []
    if piece:
        yield piece


async def _slices(rows: list[Row], size: int) -> AsyncIterator[list[Row]]:
    """What comes after the first piece."""
    for start in range(size, len(rows), size):
        yield rows[start : start + size]


def part_of(found: Sequence[Row], limit: int) -> tuple[Sequence[Row], Row | None]:
    """A part of rows, one more of which was read; with the last of it, where there are more."""
    return found[:limit], found[limit - 1] if len(found) > limit else None


def next_part(request: Request, after: object) -> str:
    """The header Link to what comes after a place in a list; relative, behind whatever proxy."""
    parameters = {**request.query_params, "after": str(after)}
    return f'<{quote(request.scope["path"])}?{urlencode(parameters)}>; rel="next"'

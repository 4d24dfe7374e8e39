"""Long arrays are shown piece by piece, whether all of it is asked for or a part."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import pytest
from fastapi import Request
from fastapi.responses import StreamingResponse

from adapters.http.arrays import Rows, array_of
from adapters.wire.outgoing import Outgoing

ASKED = Request({"type": "http", "path": "/things", "query_string": b"limit=5", "headers": []})


class Number(Outgoing, frozen=True, kw_only=True):
    """A row as it is shown."""

    number: int


class Shelf:
    """Ten rows, and how many were shown so far."""

    def __init__(self) -> None:
        self.shown = 0

    def rows(self, piece: int) -> Rows[int]:
        return Rows(
            rows=self._rows(), show=self._show, id_of=lambda row: UUID(int=row), piece=piece
        )

    async def _rows(self) -> AsyncIterator[int]:
        for number in range(10):
            yield number

    async def _show(self, rows: Sequence[int]) -> list[Number]:
        self.shown += len(rows)
        return [Number(number=row) for row in rows]


@pytest.mark.parametrize(("limit", "expected"), [(None, 10), (5, 5), (10, 10), (20, 10)])
@pytest.mark.parametrize("piece", [1, 3, 5])
async def test_no_more_than_a_piece_is_shown_before_it_is_taken(
    limit: int | None, expected: int, piece: int
) -> None:
    shelf = Shelf()
    answer = await array_of(shelf.rows(piece), ASKED, limit)
    assert isinstance(answer, StreamingResponse)
    chunks: list[bytes] = []
    async for chunk in answer.body_iterator:
        assert shelf.shown <= piece * (len(chunks) + 1)
        chunks.append(bytes(chunk) if not isinstance(chunk, str) else chunk.encode())
    assert json.loads(b"".join(chunks)) == [{"number": number} for number in range(expected)]


@pytest.mark.parametrize(
    ("limit", "more"),
    [(5, "00000000-0000-0000-0000-000000000004"), (9, "00000000-0000-0000-0000-000000000008")],
)
@pytest.mark.parametrize("piece", [1, 20])
async def test_a_part_links_to_the_rest(limit: int, more: str, piece: int) -> None:
    answer = await array_of(Shelf().rows(piece), ASKED, limit)
    assert answer.headers["link"] == f'</things?limit=5&after={more}>; rel="next"'


@pytest.mark.parametrize("limit", [None, 10, 11])
async def test_without_a_rest_there_is_no_link(limit: int | None) -> None:
    answer = await array_of(Shelf().rows(20), ASKED, limit)
    assert "link" not in answer.headers
    assert len(json.loads(bytes(answer.body))) == 10

"""The body of a request, as far as it is not too large."""

from __future__ import annotations

import asyncio
from typing import Final

from fastapi import Request

from aanspraak.domain.status_codes import OTHER
from adapters.http.problems import Refused

TOO_LARGE: Final = 413
TOO_SLOW: Final = 408
NOT_JSON: Final = 415
BODY_SECONDS: Final = 30
"""How long a body may take to arrive."""


async def read_json(request: Request, limit: int) -> bytes:
    """The whole body of a request that says it is JSON, or does not say what it is.

    Raises:
        Refused: 415 when it says it is something else; 413 and 408 as `read_body` does.
    """
    told = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if told and told != "application/json" and not told.endswith("+json"):
        raise Refused(NOT_JSON, OTHER, "The Content-Type must be application/json.")
    return await read_body(request, limit)


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body, whether its length was told or it comes in chunks.

    Raises:
        Refused: 413, as soon as it is clear that it has more than `limit` bytes; 408 when it has
            not arrived within half a minute.
    """
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read_within(request, limit)
    except TimeoutError:
        rule = f"The body did not arrive within {BODY_SECONDS} seconds."
        raise Refused(TOO_SLOW, OTHER, rule) from None


async def _read_within(request: Request, limit: int) -> bytes:
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > limit:
        raise _too_large(limit)
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            raise _too_large(limit)
        pieces.append(piece)
    return b"".join(pieces)


def _too_large(limit: int) -> Refused:
    return Refused(TOO_LARGE, OTHER, f"The body has more than {limit} bytes.")

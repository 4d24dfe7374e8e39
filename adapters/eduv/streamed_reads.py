"""A GET at a partner: with the hub's token, within limits, and every way to fail by its name."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import aiohttp

from adapters.eduv.json_entries import EntryTooLarge, NotJson, entries
from adapters.eduv.partner_client import Tokens, token_endpoint
from adapters.security.token_client import TokenUnavailable
from adapters.wire.problems import SchemaIncorrect

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Iterator

    from projections.partners import Partner

_OK: Final = 200
_UNAUTHORIZED: Final = 401
_NOT_FOUND: Final = 404
_CODES: Final = {_UNAUTHORIZED: "unauthorized", 429: "too_many_requests"}


class UnknownThere(Exception):
    """The partner does not know what it was asked for (404)."""


class ReadFailed(Exception):
    """There is no answer that can be used; `reason` is a short code, never a text of the partner.

    It is one of timeout, no_connection, no_token, no_address, unauthorized, too_many_requests,
    too_large, schema_incorrect, or http_<status>.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StreamedReads:
    """Reads over one session.

    `timeout_seconds` is for every step: to connect, and each wait for the next bytes;
    `total_seconds` is for a whole answer, and `most_bytes` is its size unpacked.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: Tokens,
        *,
        timeout_seconds: float,
        total_seconds: float,
        most_bytes: int = 2**30,
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._most_bytes = most_bytes
        self._timeout = aiohttp.ClientTimeout(
            total=total_seconds, sock_connect=timeout_seconds, sock_read=timeout_seconds
        )

    async def whole(self, partner: Partner, url: str, most_bytes: int) -> bytes:
        """A short answer.

        Raises:
            UnknownThere: for a 404.
            ReadFailed: for anything else than a 200 within the limits.
        """
        with naming_failures():
            async with self._opened(partner, url) as response:
                parts = [part async for part in _within(response, most_bytes)]
        return b"".join(parts)

    async def entries(
        self, partner: Partner, url: str, array: str | None, most_bytes: int
    ) -> AsyncIterator[bytes]:
        """The objects of a long answer as they come; `most_bytes` is for each.

        Raises as `whole` does, also in the middle.
        """
        with naming_failures():
            async with self._opened(partner, url) as response:
                chunks = _within(response, self._most_bytes)
                async for entry in entries(chunks, array, most_bytes):
                    yield entry

    @asynccontextmanager
    async def _opened(self, partner: Partner, url: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """A 401 is asked once more, with a fresh token."""
        endpoint = token_endpoint(partner)
        token = await self._tokens.token(endpoint)
        async with self._get(url, token) as response:
            if response.status != _UNAUTHORIZED:
                yield _judged(response)
                return
        self._tokens.invalidate(endpoint, token)
        async with self._get(url, await self._tokens.token(endpoint)) as response:
            yield _judged(response)

    def _get(self, url: str, token: str) -> aiohttp.client._RequestContextManager:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        return self._session.get(url, headers=headers, allow_redirects=False, timeout=self._timeout)


def address(base: str, *path: str) -> str:
    """An address below a base; an id may hold anything.

    Raises ReadFailed when the partner has no such base.
    """
    if not base:
        raise ReadFailed("no_address")
    return "/".join((base, *(quote(part, safe="") for part in path)))


@contextmanager
def naming_failures() -> Iterator[None]:
    """Whatever the network or the partner does becomes a ReadFailed with its code."""
    try:
        yield
    except TimeoutError:
        raise ReadFailed("timeout") from None
    except TokenUnavailable:
        raise ReadFailed("no_token") from None
    except EntryTooLarge:
        raise ReadFailed("too_large") from None
    except (NotJson, SchemaIncorrect):
        raise ReadFailed("schema_incorrect") from None
    except (aiohttp.ClientError, OSError):
        raise ReadFailed("no_connection") from None


def _judged(response: aiohttp.ClientResponse) -> aiohttp.ClientResponse:
    status = response.status
    if status == _NOT_FOUND:
        raise UnknownThere
    if status != _OK:
        raise ReadFailed(_CODES.get(status, f"http_{status}"))
    return response


async def _within(response: aiohttp.ClientResponse, most_bytes: int) -> AsyncIterable[bytes]:
    left = most_bytes
    async for chunk in response.content.iter_any():
        left -= len(chunk)
        if left < 0:
            raise EntryTooLarge
        yield chunk

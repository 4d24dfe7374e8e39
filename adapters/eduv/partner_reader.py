"""Reading at a partner: with the hub's token, within limits, and every way to fail by its name."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import aiohttp

from adapters.eduv.json_entries import EntryTooLarge, NotJson, entries
from adapters.eduv.partner_client import read_retry_after, short_code, token_endpoint
from adapters.security.token_client import TokenUnavailable
from adapters.wire.problems import SchemaIncorrect

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator, Mapping
    from datetime import datetime, timedelta

    from adapters.eduv.partner_client import Tokens
    from projections.partners import Partner

LARGEST_WHOLE: Final = 512 * 2**20
"""Bytes of an answer that is held whole; the standard knows no pages."""
LARGEST_STREAMED: Final = 2**30
LONGEST_SECONDS: Final = 900.0

_OK: Final = 200
_UNAUTHORIZED: Final = 401
_NOT_FOUND: Final = 404


class NoAnswer(Exception):
    """The partner gave none that can be used.

    `code` says why, and is never a text of the partner: timeout, no_connection, no_token,
    no_address, unauthorized, too_many_requests, too_large, schema_incorrect, or http_<status>.
    `retry_after` is when to come back, if it said so.
    """

    def __init__(self, code: str, retry_after: timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class UnknownThere(NoAnswer):
    """The partner does not know what it was asked for (404)."""


class PartnerReader:
    """Reads over one session.

    `timeout_seconds` is for every step: to connect, and each wait for the next bytes;
    `total_seconds` is for a whole answer, and `most_bytes` is for one that is streamed, unpacked.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: Tokens,
        *,
        timeout_seconds: float,
        now: Callable[[], datetime],
        total_seconds: float = LONGEST_SECONDS,
        most_bytes: int = LARGEST_STREAMED,
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._now = now
        self._most_bytes = most_bytes
        self._timeout = aiohttp.ClientTimeout(
            total=total_seconds, sock_connect=timeout_seconds, sock_read=timeout_seconds
        )

    async def get(
        self,
        partner: Partner,
        url: str,
        query: Mapping[str, str] | None = None,
        most_bytes: int = LARGEST_WHOLE,
    ) -> bytes:
        """The body of a 200.

        Raises:
            UnknownThere: for a 404.
            NoAnswer: for anything else than a 200 within the limits.
        """
        with naming_failures():
            async with self._opened("GET", partner, url, query) as response:
                return b"".join([part async for part in _within(response, most_bytes)])

    async def post(self, partner: Partner, url: str) -> None:
        """Ask for something that needs no body and has no answer but a 200; raises as `get`."""
        with naming_failures():
            async with self._opened("POST", partner, url):
                pass

    async def entries(
        self, partner: Partner, url: str, array: str | None, most_bytes: int
    ) -> AsyncIterator[bytes]:
        """The objects of a long answer as they come; `most_bytes` is for each.

        Raises as `get` does, also in the middle.
        """
        with naming_failures():
            async with self._opened("GET", partner, url) as response:
                chunks = _within(response, self._most_bytes)
                async for entry in entries(chunks, array, most_bytes):
                    yield entry

    @asynccontextmanager
    async def _opened(
        self, method: str, partner: Partner, url: str, query: Mapping[str, str] | None = None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """A 401 is asked once more, with a fresh token."""
        endpoint = token_endpoint(partner)
        token = await self._tokens.token(endpoint)
        async with self._asked(method, url, query, token) as response:
            if response.status != _UNAUTHORIZED:
                yield self._judged(response)
                return
        self._tokens.invalidate(endpoint, token)
        fresh = await self._tokens.token(endpoint)
        async with self._asked(method, url, query, fresh) as response:
            yield self._judged(response)

    def _asked(
        self, method: str, url: str, query: Mapping[str, str] | None, token: str
    ) -> aiohttp.client._RequestContextManager:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        return self._session.request(
            method, url, params=query, headers=headers, allow_redirects=False, timeout=self._timeout
        )

    def _judged(self, response: aiohttp.ClientResponse) -> aiohttp.ClientResponse:
        if response.status == _OK:
            return response
        failure = UnknownThere if response.status == _NOT_FOUND else NoAnswer
        wait = response.headers.get("Retry-After")
        raise failure(short_code(response.status), read_retry_after(wait, self._now()))


def address(base: str, *path: str) -> str:
    """An address below a base; an id may hold anything.

    Raises NoAnswer when the partner has no such base.
    """
    if not base:
        raise NoAnswer("no_address")
    return "/".join((base, *(quote(part, safe="") for part in path)))


@contextmanager
def naming_failures() -> Iterator[None]:
    """Whatever the network or the partner does becomes a NoAnswer with its code."""
    try:
        yield
    except TimeoutError:
        raise NoAnswer("timeout") from None
    except TokenUnavailable:
        raise NoAnswer("no_token") from None
    except EntryTooLarge:
        raise NoAnswer("too_large") from None
    except (NotJson, SchemaIncorrect):
        raise NoAnswer("schema_incorrect") from None
    except (aiohttp.ClientError, OSError):
        raise NoAnswer("no_connection") from None


async def _within(response: aiohttp.ClientResponse, most_bytes: int) -> AsyncIterable[bytes]:
    left = most_bytes
    async for chunk in response.content.iter_any():
        left -= len(chunk)
        if left < 0:
            raise EntryTooLarge
        yield chunk

"""Reading at a partner: its whole answer, or a short code for why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aiohttp

from adapters.eduv.partner_client import read_retry_after, token_endpoint
from adapters.security.token_client import TokenUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, timedelta

    from adapters.eduv.partner_client import Tokens
    from projections.partners import Partner

LARGEST_ANSWER: Final = 512 * 2**20
"""Bytes; the standard knows no pages."""
LONGEST_SECONDS: Final = 900.0

_OK: Final = 200
_UNAUTHORIZED: Final = 401


class NoAnswer(Exception):
    """The partner gave none that can be used.

    `code` says why (`timeout`, `no_connection`, `no_token`, `too_large` or `http_<status>`),
    `retry_after` when to come back, if it said so.
    """

    def __init__(self, code: str, retry_after: timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class PartnerReader:
    """Reads over one session; a partner that is silent for `timeout_seconds` is given up."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: Tokens,
        *,
        timeout_seconds: float,
        now: Callable[[], datetime],
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._now = now
        self._timeout = aiohttp.ClientTimeout(
            total=LONGEST_SECONDS, sock_connect=timeout_seconds, sock_read=timeout_seconds
        )

    async def get(self, partner: Partner, path: str, query: Mapping[str, str]) -> bytes:
        """The body of a 200; a 401 is asked once more, with a fresh token.

        Raises:
            NoAnswer: for anything else.
        """
        return await self._ask("GET", partner, path, query)

    async def post(self, partner: Partner, path: str) -> None:
        """Ask for something that needs no body and has no answer but a 200.

        Raises:
            NoAnswer: for anything else.
        """
        await self._ask("POST", partner, path, {})

    async def _ask(
        self, method: str, partner: Partner, path: str, query: Mapping[str, str]
    ) -> bytes:
        try:
            return await self._with_a_token(method, partner, path, query)
        except TimeoutError:
            raise NoAnswer("timeout") from None
        except TokenUnavailable:
            raise NoAnswer("no_token") from None
        except (aiohttp.ClientError, OSError):
            raise NoAnswer("no_connection") from None

    async def _with_a_token(
        self, method: str, partner: Partner, path: str, query: Mapping[str, str]
    ) -> bytes:
        endpoint = token_endpoint(partner)
        token = await self._tokens.token(endpoint)
        try:
            return await self._ask_with(token, method, partner.url + path, query)
        except NoAnswer as refused:
            if refused.code != f"http_{_UNAUTHORIZED}":
                raise
        self._tokens.invalidate(endpoint, token)
        fresh = await self._tokens.token(endpoint)
        return await self._ask_with(fresh, method, partner.url + path, query)

    async def _ask_with(self, token: str, method: str, url: str, query: Mapping[str, str]) -> bytes:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        async with self._session.request(
            method, url, params=query, headers=headers, timeout=self._timeout, allow_redirects=False
        ) as response:
            if response.status != _OK:
                wait = response.headers.get("Retry-After")
                raise NoAnswer(f"http_{response.status}", read_retry_after(wait, self._now()))
            return await _whole(response.content)


async def _whole(content: aiohttp.StreamReader) -> bytes:
    parts = []
    size = 0
    async for part in content.iter_any():
        size += len(part)
        if size > LARGEST_ANSWER:
            raise NoAnswer("too_large")
        parts.append(part)
    return b"".join(parts)

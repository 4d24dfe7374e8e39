"""Outbound tokens: OAuth 2 client credentials with private_key_jwt, a token per partner.

Source: Edu-V (NL GOV Assurance profile for OAuth 2.0, Direct Access Client), RFC 7523.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import msgspec
from aiohttp import ClientError, ClientTimeout
from joserfc import jwt

from adapters.security.key_sets import AsymmetricKey, algorithm_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import ClientResponse, ClientSession

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS: Final = 60
_TIMEOUT: Final = ClientTimeout(total=10)
_RENEW_SECONDS: Final = 60
_RENEW_SHARE: Final = 0.1
_UNSAID_LIFETIME: Final = 60.0  # the server may leave expires_in out (RFC 6749, 5.1)
_LONGEST_ANSWER: Final = 65_536
_OK: Final = 200


class TokenUnavailable(Exception):
    """A partner's token endpoint gives no token: for the flow to that partner, no connection."""

    def __init__(self, partner: str, reason: str) -> None:
        super().__init__(f"{partner}: {reason}")
        self.partner = partner
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenEndpoint:
    """Where a partner gives tokens, and for what; `client_id` when it knows us by another."""

    partner: str
    url: str
    scopes: tuple[str, ...]
    client_id: str | None = None


class _Answer(msgspec.Struct):
    access_token: str
    expires_in: float | None = None
    token_type: str = "Bearer"  # noqa: S105 a type, no token


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    good_until: float


class TokenClient:
    """Keeps a token per partner until shortly before it expires; one request serves all who ask."""

    def __init__(
        self,
        session: ClientSession,
        key: AsymmetricKey,
        client_id: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._session = session
        self._key = key
        self._client_id = client_id
        self._now = now
        self._tokens: dict[TokenEndpoint, _Token] = {}
        self._fetches: dict[TokenEndpoint, asyncio.Task[_Token]] = {}

    async def token(self, endpoint: TokenEndpoint) -> str:
        """Give a token that is good for a while.

        Raises:
            TokenUnavailable: the endpoint cannot be reached, refuses, or answers nonsense.
        """
        kept = self._tokens.get(endpoint)
        if kept and kept.good_until > self._now():
            return kept.text
        return (await asyncio.shield(self._fetches.get(endpoint) or self._fetch(endpoint))).text

    def invalidate(self, endpoint: TokenEndpoint, token: str) -> None:
        """Drop a token that the partner no longer takes (401); a newer one stays."""
        kept = self._tokens.get(endpoint)
        if kept and kept.text == token:
            del self._tokens[endpoint]

    def _fetch(self, endpoint: TokenEndpoint) -> asyncio.Task[_Token]:
        """One fetch for all who ask; it goes on when the first of them hangs up."""
        task = asyncio.create_task(self._request(endpoint))
        self._fetches[endpoint] = task
        task.add_done_callback(lambda done: self._fetched(endpoint, done))
        return task

    def _fetched(self, endpoint: TokenEndpoint, task: asyncio.Task[_Token]) -> None:
        del self._fetches[endpoint]
        if not task.cancelled() and not task.exception():
            self._tokens[endpoint] = task.result()

    async def _request(self, endpoint: TokenEndpoint) -> _Token:
        form = {
            "grant_type": "client_credentials",
            "client_id": endpoint.client_id or self._client_id,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._assertion(endpoint),
        }
        if endpoint.scopes:
            form["scope"] = " ".join(endpoint.scopes)
        asked = self._now()
        try:
            async with self._session.post(
                endpoint.url, data=form, timeout=_TIMEOUT, allow_redirects=False
            ) as response:
                answer = await _read(endpoint.partner, response)
        except (ClientError, TimeoutError, OSError) as error:
            reason = f"the token endpoint cannot be reached ({type(error).__name__})"
            raise TokenUnavailable(endpoint.partner, reason) from None
        return _Token(answer.access_token, asked + _good_for(answer))

    def _assertion(self, endpoint: TokenEndpoint) -> str:
        client_id = endpoint.client_id or self._client_id
        issued = int(self._now())
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": endpoint.url,
            "jti": str(uuid4()),
            "iat": issued,
            "exp": issued + ASSERTION_SECONDS,
        }
        algorithm = algorithm_of(self._key)
        header = {"alg": algorithm, "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=[algorithm])


async def _read(partner: str, response: ClientResponse) -> _Answer:
    """Read a token; what else the endpoint says is not repeated, it may hold anything."""
    if response.status != _OK:
        raise TokenUnavailable(partner, f"the token endpoint answered {response.status}")
    try:
        answer = msgspec.json.decode(await _body(response), type=_Answer, strict=False)
    except msgspec.DecodeError:
        answer = None
    if answer is None or not _can_be_sent(answer):
        raise TokenUnavailable(partner, "the token endpoint answered without a bearer token")
    return answer


async def _body(response: ClientResponse) -> bytes:
    """The body, if it is not longer than any token; a longer one is cut off and will not parse."""
    try:
        return await response.content.readexactly(_LONGEST_ANSWER)
    except asyncio.IncompleteReadError as shorter:
        return shorter.partial


def _can_be_sent(answer: _Answer) -> bool:
    token = answer.access_token
    in_a_header = token.isascii() and token.isprintable() and " " not in token
    return bool(token) and in_a_header and answer.token_type.lower() == "bearer"


def _good_for(answer: _Answer) -> float:
    """Seconds until it is renewed: a minute before it expires, or a tenth if that is less."""
    lifetime = _UNSAID_LIFETIME if answer.expires_in is None else answer.expires_in
    return lifetime - min(_RENEW_SECONDS, lifetime * _RENEW_SHARE)

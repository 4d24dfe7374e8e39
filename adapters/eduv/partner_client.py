"""A PUT at a partner, and what its answer means: taken, rejected, or failed: try again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, Protocol

import aiohttp
import msgspec

from aanspraak.application.code_messages import CODE_KINDS, CODE_REQUEST, CODE_REVOKE_REQUEST
from aanspraak.application.consent_messages import (
    CONSENT_KINDS,
    CONSENT_NOTIFICATION,
    CONSENT_REQUEST,
    CONSENT_REVOKE,
)
from aanspraak.application.messages import CONFIRMATION, ENTITLEMENT_REQUEST
from adapters.postgres.attempts import ANSWER_BYTES
from adapters.security.token_client import TokenEndpoint, TokenUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from aanspraak.application.messages import Message
    from projections.partners import Partner

PATHS: Final = {
    ENTITLEMENT_REQUEST: "/entitlements",  # Entitlement API 1.1.0
    CONFIRMATION: "/deliveryorders/confirmations",  # Delivery API 2.0.0
    CODE_REQUEST: "/activationcodes",  # ActivationCode API 0.9.1
    CODE_REVOKE_REQUEST: "/activationcodes/revoke",
    CONSENT_NOTIFICATION: "/consent/notifications",  # Consent API 0.9.1
    CONSENT_REQUEST: "/consent/requests",
    CONSENT_REVOKE: "/consent/revokes",
}
SHORTEST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(days=1)
STALLED_SECONDS: Final = 2.0

_ACCEPTED: Final = 202
_CLIENT_ERRORS: Final = range(400, 500)
_UNAUTHORIZED: Final = 401
_TOO_MANY: Final = 429
_CODES: Final = {_UNAUTHORIZED: "unauthorized", _TOO_MANY: "too_many_requests"}


class Tokens(Protocol):
    """Bearer tokens of the hub, one per partner; `TokenClient` has them."""

    async def token(self, endpoint: TokenEndpoint) -> str:
        """Give a token; raises TokenUnavailable when the endpoint gives none."""
        ...

    def invalidate(self, endpoint: TokenEndpoint, token: str) -> None:
        """Never give this token again."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of one request. `error` is a short code, `status` the partner's functional code.

    `text` is the beginning of the body; it may name a person. `ours` is: it says nothing about the
    partner.
    """

    outcome: Literal["taken", "rejected", "failed"]
    http_status: int | None = None
    status: int | None = None
    error: str | None = None
    retry_after: timedelta | None = None
    duration_ms: int = 0
    text: bytes = field(default=b"", repr=False)
    ours: bool = False


class PartnerClient:
    """Sends over one session; each request takes at most `timeout_seconds`, its token included."""

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
        self._timeout_seconds = timeout_seconds
        self._now = now

    async def put(self, partner: Partner, message: Message, body: bytes) -> Answer:
        """Send a message. Never raises for what a partner or the network does."""
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._timeout_seconds):
                answer = await self._put(partner, _url(partner, message.kind), body)
        except TimeoutError:
            answer = self._timed_out(began)
        except TokenUnavailable:
            answer = Answer(outcome="failed", error="no_token")
        except (aiohttp.ClientError, OSError):
            answer = Answer(outcome="failed", error="no_connection")
        took = asyncio.get_running_loop().time() - began
        return replace(answer, duration_ms=round(1000 * took))

    def _timed_out(self, began: float) -> Answer:
        """Long after the time was up it was this process that stood still, not the partner."""
        late = asyncio.get_running_loop().time() - began - self._timeout_seconds
        if late < STALLED_SECONDS:
            return Answer(outcome="failed", error="timeout")
        return Answer(outcome="failed", error="stalled", retry_after=SHORTEST_WAIT, ours=True)

    async def _put(self, partner: Partner, url: str, body: bytes) -> Answer:
        """A 401 is asked once more, with a fresh token."""
        endpoint = token_endpoint(partner)
        token = await self._tokens.token(endpoint)
        answer = await self._put_with(token, url, body)
        if answer.http_status != _UNAUTHORIZED:
            return answer
        self._tokens.invalidate(endpoint, token)
        return await self._put_with(await self._tokens.token(endpoint), url, body)

    async def _put_with(self, token: str, url: str, body: bytes) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        async with self._session.put(
            url, data=body, headers=headers, allow_redirects=False
        ) as response:
            text = await _beginning(response.content)
            wait = response.headers.get("Retry-After")
            return classify(response.status, text, read_retry_after(wait, self._now()))


def _url(partner: Partner, kind: str) -> str:
    """Each API has a base of its own; without one no connection can be made."""
    if kind in CODE_KINDS:
        return partner.activation_codes_url + PATHS[kind]
    return (partner.consent_url if kind in CONSENT_KINDS else partner.url) + PATHS[kind]


@lru_cache
def token_endpoint(partner: Partner) -> TokenEndpoint:
    """Where this partner gives the hub its tokens."""
    scopes = tuple(partner.scope.split())
    return TokenEndpoint(partner=partner.partner, url=partner.token_url, scopes=scopes)


def classify(http_status: int, text: bytes, retry_after: timedelta | None) -> Answer:
    """What a status means. Only 202 is taken; 429, 401 and whatever is no 4xx are failures."""
    if http_status == _ACCEPTED:
        return Answer(outcome="taken", http_status=http_status, text=text)
    if http_status in _CLIENT_ERRORS and http_status not in _CODES:
        status = _functional_code(text)
        return Answer(outcome="rejected", http_status=http_status, status=status, text=text)
    return Answer(
        outcome="failed",
        http_status=http_status,
        status=_functional_code(text),
        error=short_code(http_status),
        retry_after=retry_after,
        text=text,
    )


def short_code(http_status: int) -> str:
    """What an answer that is no success is called where we keep it."""
    return _CODES.get(http_status, f"http_{http_status}")


class _StatusResponse(msgspec.Struct):
    status: int


def _functional_code(text: bytes) -> int | None:
    """The `status` of a StatusResponse, if that is what the body is."""
    try:
        status = msgspec.json.decode(text, type=_StatusResponse).status
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return status if -(2**31) <= status < 2**31 else None


def read_retry_after(header: str | None, now: datetime) -> timedelta | None:
    """Seconds or a date (RFC 9110, 10.2.3); between a second and a day, so that nobody stops us."""
    if header is None:
        return None
    try:
        wait = timedelta(seconds=int(header)) if header.strip().isdigit() else _until(header, now)
    except (ValueError, OverflowError):
        return None
    return min(max(wait, SHORTEST_WAIT), LONGEST_WAIT)


def _until(header: str, now: datetime) -> timedelta:
    moment = parsedate_to_datetime(header)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    """The first 2 KB, or less when there is less."""
    parts = []
    left = ANSWER_BYTES
    while left and (part := await content.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)

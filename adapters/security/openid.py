"""Signing in by OpenID Connect: code flow with PKCE, state and nonce, the ID token verified.

Source: OpenID Connect Core 1.0 (3.1), Discovery 1.0 (4), RFC 7636 (PKCE), RFC 9207 (`iss`),
RP-Initiated Logout 1.0 (2).
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlencode

import httpx2
import msgspec
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jws import JWSRegistry

from adapters.security.key_sets import UnusableKeys, key_set
from adapters.security.sign_in import SignIn, is_safe
from adapters.security.tokens import ALGORITHMS, LEEWAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from joserfc.jwk import KeySet

SCOPE: Final = "openid profile email"
TIMEOUT_SECONDS: Final = 10.0
KNOWN_SECONDS: Final = 3600.0
"""How long what a provider says of itself, its keys too, is taken as still so."""
_REGISTRY: Final = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


class SignInFailed(Exception):
    """Somebody could not be let in; the reason says why, and never what a token held."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser brings back to show that it is the one that began, and where it wants to go.

    Its owner may read it: it is of use to nobody without the provider's code for it.
    """

    state: str
    nonce: str
    verifier: str
    going_to: str


class _Provider(msgspec.Struct, frozen=True):
    """What a provider says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None


class Vouched(NamedTuple):
    """What the provider says of whoever came back, and the ID token that it said it in."""

    claims: Mapping[str, Any]
    id_token: str


@dataclass(slots=True)
class _Known:
    provider: _Provider
    keys: KeySet
    until: float


@dataclass(slots=True)
class OpenId:
    """Asks one provider; `now` gives Unix seconds."""

    sign_in: SignIn
    callback: str
    now: Callable[[], float] = time.time
    _known: _Known | None = None
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def begin(self, going_to: str) -> tuple[str, Attempt]:
        """Where to send a browser, and what it must bring back.

        Raises:
            SignInFailed: the provider cannot be asked.
        """
        attempt = Attempt(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            going_to=going_to,
        )
        provider = (await self._ask()).provider
        async with self._client() as client:
            url, _ = client.create_authorization_url(
                provider.authorization_endpoint,
                state=attempt.state,
                code_verifier=attempt.verifier,
                nonce=attempt.nonce,
            )
        return str(url), attempt

    async def finish(self, attempt: Attempt, answer: Mapping[str, str]) -> Vouched:
        """Who came back with this answer of the provider.

        Raises:
            SignInFailed: it is no answer to this attempt, or the provider does not vouch for it.
        """
        if not secrets.compare_digest(attempt.state.encode(), answer.get("state", "").encode()):
            raise SignInFailed("the answer is not to what this browser asked")
        if answer.get("iss", self.sign_in.issuer) != self.sign_in.issuer:
            raise SignInFailed("the answer is of another provider")
        if "code" not in answer:
            raise SignInFailed("the provider did not let them in")
        token = await self._exchange(attempt, answer["code"])
        return Vouched(await self._verified(token, attempt.nonce), token)

    async def leaving(self, id_token: str | None, back: str) -> str | None:
        """Where to send a browser to end its session at the provider too, to come `back` after.

        None when the provider has no such page, or cannot be asked.
        """
        try:
            page = (await self._ask()).provider.end_session_endpoint
        except SignInFailed:
            return None
        if page is None or not is_safe(page):
            return None
        asked = {"client_id": self.sign_in.client_id, "post_logout_redirect_uri": back}
        hint = {"id_token_hint": id_token} if id_token else {}
        return f"{page}{'&' if '?' in page else '?'}{urlencode({**hint, **asked})}"

    async def _exchange(self, attempt: Attempt, code: str) -> str:
        provider = (await self._ask()).provider
        try:
            async with self._client() as client:
                answer = await client.fetch_token(
                    provider.token_endpoint, code=code, code_verifier=attempt.verifier
                )
        except (AuthlibBaseError, httpx2.HTTPError, ValueError) as error:
            raise SignInFailed(f"the provider gives no token: {type(error).__name__}") from None
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise SignInFailed("the provider gives no ID token")
        return token

    async def _verified(self, token: str, nonce: str) -> Mapping[str, Any]:
        try:
            claims = await self._signed(token)
            self._rules(nonce).validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise SignInFailed(f"the ID token is not valid: {type(error).__name__}") from None
        if claims.get("azp", self.sign_in.client_id) != self.sign_in.client_id:
            raise SignInFailed("the ID token is for another client")
        return claims

    async def _signed(self, token: str) -> dict[str, Any]:
        """The claims, with the keys known; a key that is not may be a new one."""
        try:
            return jwt.decode(token, (await self._ask()).keys, registry=_REGISTRY).claims
        except InvalidKeyIdError:
            known = await self._ask(anew=True)
            return jwt.decode(token, known.keys, registry=_REGISTRY).claims

    def _rules(self, nonce: str) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=lambda: int(self.now()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.sign_in.issuer},
            aud={"essential": True, "value": self.sign_in.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )

    async def _ask(self, *, anew: bool = False) -> _Known:
        async with self._asking:
            if self._known is None or anew or self._known.until < self.now():
                self._known = await self._read()
            return self._known

    async def _read(self) -> _Known:
        url = self.sign_in.issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
                provider = msgspec.json.decode(await _content(client, url), type=_Provider)
                _refuse_unsafe(provider, self.sign_in.issuer)
                keys = msgspec.json.decode(await _content(client, provider.jwks_uri))
            return _Known(provider, key_set(keys, "jwks_uri"), self.now() + KNOWN_SECONDS)
        except (httpx2.HTTPError, msgspec.MsgspecError, UnusableKeys) as error:
            reason = f"the provider cannot be asked: {type(error).__name__}"
            raise SignInFailed(reason) from None

    def _client(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self.sign_in.client_id,
            self.sign_in.client_secret,
            scope=SCOPE,
            redirect_uri=self.callback,
            code_challenge_method="S256",
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
        )


async def _content(client: httpx2.AsyncClient, url: str) -> bytes:
    return (await client.get(url)).raise_for_status().content


def _refuse_unsafe(provider: _Provider, issuer: str) -> None:
    if provider.issuer != issuer:
        raise SignInFailed("the provider calls itself otherwise than we do")
    urls = (provider.authorization_endpoint, provider.token_endpoint, provider.jwks_uri)
    if not all(map(is_safe, urls)):
        raise SignInFailed("the provider has an address that is not https")

"""Inbound bearer tokens: who calls, and what they may do (Edu-V: JWT access tokens, scopes)."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
    MissingClaimError,
    UnsupportedAlgorithmError,
)
from joserfc.jws import JWSRegistry

from adapters.security.key_sets import KeySetFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
LEEWAY_SECONDS: Final = 30
_REMEMBERED: Final = 10_000
_LONGEST: Final = 16_384
_WRONG_CLAIM: Final = {
    "iss": "the token is from another issuer",
    "aud": "the token is for another audience",
    "nbf": "the token is not valid yet",
    "iat": "the token is not valid yet",
}


class TokenRefused(Exception):
    """The caller is not known: there is no token, or it is not valid; `reason` says why."""

    def __init__(self, reason: str, *, given: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self._given = given

    @property
    def www_authenticate(self) -> str:
        """The header that goes with the 401 (RFC 6750, 3); it never repeats the token."""
        if not self._given:
            return 'Bearer realm="aanspraakmanager"'
        return f'Bearer error="invalid_token", error_description="{self.reason}"'


@dataclass(frozen=True, slots=True)
class Caller:
    """A client of the hub, as its token says. Which partner that is, is for others to tell."""

    client_id: str
    scopes: frozenset[str]


class TokenVerifier:
    """Verifies access tokens against one issuer, one audience and a file with a JWK Set.

    The file is read again when it changes. A token that was verified is remembered until it
    expires, so that the few that partners use cost a hash each.
    """

    def __init__(
        self, *, issuer: str, audience: str, keys: Path, now: Callable[[], float] = time.time
    ) -> None:
        self._keys = KeySetFile(keys)
        self._now = now
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
        )
        self._registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        self._verified: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()

    @property
    def keys_unusable(self) -> bool:
        """Whether the key set's file cannot be used at present; the keys read before stay."""
        return self._keys.unusable

    def verify(self, token: str) -> Caller:
        """Tell who calls.

        Raises:
            TokenRefused: the token is not valid now.
        """
        if self._keys.changed():
            self._verified.clear()
        digest = hashlib.sha256(token.encode(errors="replace")).digest()
        remembered = self._verified.get(digest)
        if remembered and remembered[0] > self._now():
            self._verified.move_to_end(digest)
            return remembered[1]
        claims = self._read(token)
        caller = _caller(claims)
        self._remember(digest, claims["exp"] + LEEWAY_SECONDS, caller)
        return caller

    def _read(self, token: str) -> Mapping[str, Any]:
        if len(token) > _LONGEST:
            raise TokenRefused("the token is too long")
        try:
            claims = jwt.decode(token, self._keys.current, registry=self._registry).claims
            self._claims.validate(claims)
        except (JoseError, ValueError, TypeError, OverflowError) as error:
            raise TokenRefused(_reason(error)) from None
        return claims

    def _remember(self, digest: bytes, until: float, caller: Caller) -> None:
        self._verified[digest] = (until, caller)
        if len(self._verified) > _REMEMBERED:
            self._verified.popitem(last=False)


def bearer(authorization: str | None) -> str:
    """The token in an Authorization header.

    Raises:
        TokenRefused: there is none.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenRefused("a bearer token is required", given=False)
    return token.strip()


def _reason(error: Exception) -> str:
    match error:
        case ExpiredTokenError():
            return "the token is expired"
        case MissingClaimError():
            return "a claim is missing"
        case ClaimError():
            return _WRONG_CLAIM.get(error.claim, "a claim is malformed")
        case BadSignatureError():
            return "the signature does not match"
        case InvalidKeyIdError():
            return "the key is not known"
        case UnsupportedAlgorithmError():
            return "the algorithm is not accepted"
        case _:
            return "the token is malformed"


def _caller(claims: Mapping[str, Any]) -> Caller:
    for claim in ("client_id", "azp", "sub"):
        client_id = claims.get(claim)
        if isinstance(client_id, str) and client_id.strip() and client_id.isprintable():
            return Caller(client_id, _scopes(claims))
    raise TokenRefused("the token names no client")


def _scopes(claims: Mapping[str, Any]) -> frozenset[str]:
    """Scopes as RFC 9068 has them (`scope`, a string), or as some servers do (`scp`, a list)."""
    said = claims.get("scope", claims.get("scp", ""))
    listed = said.split() if isinstance(said, str) else said
    if not isinstance(listed, list):
        return frozenset()
    return frozenset(scope for scope in listed if isinstance(scope, str))

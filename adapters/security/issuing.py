"""Making keys and tokens, for the demo, the sandbox and tests only.

In production an authorisation server issues tokens and the hub only verifies them; it has no key
with which its own endpoints could be entered.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from adapters.security.key_sets import AsymmetricKey, algorithm_of, public_key_set
from adapters.security.tokens import ALGORITHMS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class AssertionRefused(Exception):
    """A client assertion must be signed by the client and meant for this token endpoint."""


def new_key(kind: Literal["RSA", "EC"] = "EC") -> AsymmetricKey:
    """Generate a private key: RSA of 2048 bits, or EC on P-256."""
    if kind == "RSA":
        return RSAKey.generate_key(2048, auto_kid=True)
    return ECKey.generate_key("P-256", auto_kid=True)


def write_private_key(path: Path, key: AsymmetricKey) -> None:
    """Write a private JWK that only we can read."""
    _write(path, msgspec.json.encode(key.as_dict(private=True)), mode=0o600)


def write_key_set(path: Path, *keys: AsymmetricKey) -> None:
    """Write the public JWK Set; a reader sees the old file or the new one."""
    _write(path, msgspec.json.encode(public_key_set(*keys)), mode=0o644)


def mint(  # noqa: PLR0913 each is a claim
    key: AsymmetricKey,
    *,
    issuer: str,
    audience: str,
    client_id: str,
    scopes: Iterable[str],
    seconds: float = 3600,
    now: float | None = None,
) -> str:
    """Sign an access token (RFC 9068) that is valid from `now` (Unix seconds)."""
    issued = int(time.time() if now is None else now)
    claims = {
        "iss": issuer,
        "aud": audience,
        "sub": client_id,
        "client_id": client_id,
        "scope": " ".join(sorted(scopes)),
        "iat": issued,
        "exp": issued + int(seconds),
        "jti": str(uuid4()),
    }
    algorithm = algorithm_of(key)
    header = {"alg": algorithm, "kid": key.kid, "typ": "at+jwt"}
    return jwt.encode(header, claims, key, algorithms=[algorithm])


def read_assertion(assertion: str, keys: KeySet, *, token_url: str) -> str:
    """Tell which client signed an assertion (RFC 7523), as a sandbox's token endpoint must.

    Raises:
        AssertionRefused: another signature or audience, expired, or `iss` and `sub` differ.
    """
    registry = jwt.JWTClaimsRegistry(
        iss={"essential": True},
        sub={"essential": True},
        jti={"essential": True},
        exp={"essential": True},
        aud={"essential": True, "value": token_url},
    )
    try:
        claims = jwt.decode(assertion, keys, algorithms=ALGORITHMS).claims
        registry.validate(claims)
    except (JoseError, ValueError, TypeError):
        raise AssertionRefused(AssertionRefused.__doc__) from None
    if claims["iss"] != claims["sub"]:
        raise AssertionRefused(AssertionRefused.__doc__)
    return str(claims["sub"])


def _write(path: Path, content: bytes, *, mode: int) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
    beside.replace(path)

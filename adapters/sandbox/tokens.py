"""The authorisation server of a sandbox partner: it issues the tokens that the partner demands."""

from __future__ import annotations

import secrets
import time
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING

import msgspec
from aiohttp import web
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LIFETIME = 3600
_ALGORITHMS = ["ES256", "ES384", "EdDSA", "PS256", "RS256"]


class TokenDesk:
    """Issues opaque tokens for client assertions (private_key_jwt), and knows those it issued."""

    def __init__(self, client_keys: Path | None) -> None:
        self._keys = None if client_keys is None else _key_set(client_keys)
        self._issued: dict[str, float] = {}

    async def answer(self, request: web.Request) -> web.Response:
        """Answer POST /oauth2/token (RFC 6749, section 4.4; RFC 7523, section 2.2)."""
        form = await request.post()
        error = self._objection({name: str(value) for name, value in form.items()})
        if error is not None:
            return web.json_response({"error": error}, status=400)
        token = secrets.token_urlsafe(24)
        self._issued[token] = time.monotonic() + _LIFETIME
        body = {"access_token": token, "token_type": "Bearer", "expires_in": _LIFETIME}
        return web.json_response(
            {**body, "scope": str(form.get("scope", ""))}, headers={"Cache-Control": "no-store"}
        )

    def knows(self, token: str | None) -> bool:
        """Whether the token was issued here, and neither forgotten nor expired."""
        return token is not None and self._issued.get(token, 0) > time.monotonic()

    def forget(self, token: str) -> None:
        """Let the token expire."""
        self._issued.pop(token, None)

    def _objection(self, form: Mapping[str, str]) -> str | None:
        if form.get("grant_type") != "client_credentials":
            return "unsupported_grant_type"
        if form.get("client_assertion_type") != JWT_BEARER:
            return "invalid_request"
        try:
            claims = self._claims(form.get("client_assertion", ""))
        except (JoseError, ValueError, msgspec.DecodeError):
            return "invalid_client"
        same = claims.get("iss") == claims.get("sub") is not None
        expires = claims.get("exp")
        alive = isinstance(expires, int | float) and expires > time.time()
        return None if same and alive and "aud" in claims else "invalid_client"

    def _claims(self, assertion: str) -> dict[str, object]:
        if self._keys is not None:
            return dict(jwt.decode(assertion, self._keys, algorithms=_ALGORITHMS).claims)
        _header, payload, _signature = assertion.split(".")
        padded = payload + "=" * (-len(payload) % 4)
        return msgspec.json.decode(urlsafe_b64decode(padded), type=dict[str, object])


def bearer_of(request: web.Request) -> str | None:
    """The token a request carries."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _key_set(path: Path) -> KeySet:
    return KeySet.import_key_set(msgspec.json.decode(path.read_bytes()))

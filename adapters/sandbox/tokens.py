"""The authorisation server of a sandbox partner: it issues the tokens that the partner demands."""

from __future__ import annotations

import secrets
import time
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from adapters.security.issuing import AssertionRefused, read_assertion
from adapters.security.key_sets import read_key_set
from adapters.security.token_client import ASSERTION_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LIFETIME = 3600


class TokenDesk:
    """Issues opaque tokens for client assertions (private_key_jwt), and knows those it issued."""

    def __init__(self, client_keys: Path | None) -> None:
        self._keys = None if client_keys is None else read_key_set(client_keys)
        self._issued: dict[str, float] = {}

    async def answer(self, request: web.Request) -> web.Response:
        """Answer POST /oauth2/token (RFC 6749, section 4.4; RFC 7523, section 2.2)."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        error = self._objection(form, str(request.url))
        if error is not None:
            return web.json_response({"error": error}, status=400)
        token = secrets.token_urlsafe(24)
        self._issued[token] = time.monotonic() + _LIFETIME
        body = {"access_token": token, "token_type": "Bearer", "expires_in": _LIFETIME}
        return web.json_response(
            {**body, "scope": form.get("scope", "")}, headers={"Cache-Control": "no-store"}
        )

    def knows(self, token: str | None) -> bool:
        """Whether the token was issued here, and neither forgotten nor expired."""
        return token is not None and self._issued.get(token, 0) > time.monotonic()

    def forget(self, token: str) -> None:
        """Let the token expire."""
        self._issued.pop(token, None)

    def _objection(self, form: Mapping[str, str], token_url: str) -> str | None:
        if form.get("grant_type") != "client_credentials":
            return "unsupported_grant_type"
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            return "invalid_request"
        assertion = form.get("client_assertion", "")
        try:
            if self._keys is None:
                _look_at(assertion)
            else:
                read_assertion(assertion, self._keys, token_url=token_url)
        except (AssertionRefused, ValueError):
            return "invalid_client"
        return None


def bearer_of(request: web.Request) -> str | None:
    """The token a request carries."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _look_at(assertion: str) -> None:
    """Without a key to check it with: three parts, and claims by somebody about themselves.

    Raises:
        ValueError: when it is nothing of the kind (msgspec's errors are ValueErrors).
    """
    _header, payload, _signature = assertion.split(".")
    padded = payload + "=" * (-len(payload) % 4)
    claims = msgspec.json.decode(urlsafe_b64decode(padded), type=dict[str, Any])
    if claims.get("sub") is None or claims.get("iss") != claims["sub"]:
        raise ValueError(assertion.count("."))

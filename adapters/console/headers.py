"""What goes with every answer of the console: what browsers are to refuse, and no error's text."""

from __future__ import annotations

from typing import Final

import structlog
from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.console.visits import Guest
from adapters.postgres.failure import what_went_wrong

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OVER_HTTPS: Final = {"Strict-Transport-Security": "max-age=31536000"}
FAILED: Final = 500

log = structlog.get_logger(__name__)


class Guarded:
    """ASGI middleware of the console; a page is kept nowhere unless it says otherwise."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = HEADERS | (OVER_HTTPS if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to an answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except ClientDisconnect:
            raise
        except Exception as error:
            _note(error)
            if begun:
                raise
            page = Guest(Request(scope)).page("unavailable.html", FAILED)
            await page(scope, receive, guarded)


def _note(error: Exception) -> None:
    """Say what kind of failure it was, and where; not its text, which may hold a person."""
    log.error("request.failed", **what_went_wrong(error))

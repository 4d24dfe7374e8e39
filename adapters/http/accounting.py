"""Every request on record: a correlation id, a log line, a measurement, and the API's version."""

from __future__ import annotations

import re
from time import perf_counter
from typing import Final
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aanspraak.domain.status_codes import OTHER
from adapters.http.problems import status_response
from adapters.postgres.failure import what_went_wrong
from adapters.telemetry import HTTP_REQUEST_DURATION_SECONDS, correlated
from adapters.wire.endpoints import version_of

CORRELATION_HEADER: Final = "X-Correlation-Id"
CORRELATION: Final = "correlation_id"
"""Where in an ASGI scope the correlation id is found."""
PARTNER: Final = "partner"
"""Where in an ASGI scope the id of the partner is put that a token named."""
HUNG_UP: Final = 499
"""What is logged for a client that did not wait for the answer."""

_SANE: Final = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
"""A UUID, or a trace id. It is kept with the facts for ever, so nothing else may be in it."""

log = structlog.get_logger(__name__)


class Accounting:
    """ASGI middleware, outermost of ours. A line names the route's template, never the path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, and put it on record."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope[CORRELATION] = _correlation_id(scope)
        request = _OnRecord(self._app, scope, receive, send)
        with correlated(scope[CORRELATION]):
            await request.serve()


class _OnRecord:
    """One request, watched while it is answered."""

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        self._app = app
        self._scope = scope
        self._receive = receive
        self._send_on = send
        self._version = version_of(scope["path"])
        self._status = 0
        self._complete = False

    async def serve(self) -> None:
        started = perf_counter()
        try:
            await self._answer()
        finally:
            self._account(perf_counter() - started)

    async def _answer(self) -> None:
        try:
            await self._app(self._scope, self._receive, self._send)
        except ClientDisconnect:
            self._status = HUNG_UP
        except Exception as error:
            log.error("request.failed", route=self._route, **what_went_wrong(error))  # noqa: TRY400 - a text may hold a person
            if self._status:
                raise  # the answer has begun: the server must cut it off
            answer = status_response(500, OTHER, "Something went wrong in the hub.")
            await answer(self._scope, self._receive, self._send)

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            headers[CORRELATION_HEADER] = self._scope[CORRELATION]
            if self._version is not None:
                headers["API-Version"] = self._version
        await self._send_on(message)

    @property
    def _route(self) -> str:
        """The console is mounted: its routes begin where it stands."""
        route = getattr(self._scope.get("route"), "path_format", None)
        return "unknown" if route is None else self._scope.get("root_path", "") + route

    def _account(self, seconds: float) -> None:
        method, route = self._scope["method"], self._route
        status = str(self._status or HUNG_UP)
        HTTP_REQUEST_DURATION_SECONDS.labels(route, _known(method), status).observe(seconds)
        log.info(
            "request.answered",
            method=_known(method),
            route=route,
            status=self._status or HUNG_UP,
            milliseconds=round(seconds * 1000, 1),
            partner=self._scope.get(PARTNER),
        )


def _known(method: str) -> str:
    """A method as a label; what is no method of HTTP must not grow the metrics."""
    return method if method in _METHODS else "other"


def _correlation_id(scope: Scope) -> str:
    given = Headers(scope=scope).get(CORRELATION_HEADER, "")
    return given if _SANE.fullmatch(given) else str(uuid4())


_METHODS: Final = frozenset(("GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH"))

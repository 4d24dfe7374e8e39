"""The front of every sandbox partner: it demands a token, behaves as told, and knows its place."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

from adapters.sandbox.tokens import bearer_of
from adapters.wire.endpoints import left_to_others, version_of
from adapters.wire.outgoing import StatusResponse, encode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.typedefs import Middleware

    from adapters.sandbox.options import Kind
    from adapters.sandbox.partner import Partner

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CONTROL = "/sandbox"
TOKEN_PATH = "/oauth2/token"  # noqa: S105 - a path
OTHER = 99
"""The functional status code of Edu-V for what has none of its own."""

_LARGEST_BODY = 64 * 2**20
_UNTIL_NOBODY_WAITS = 120


def application(partner: Partner, kind: Kind, routes: list[web.RouteDef]) -> web.Application:
    """An application with this partner's routes, the token end point, and 405 for the rest."""
    app = web.Application(
        middlewares=[_behaving(partner), _authorised(partner)], client_max_size=_LARGEST_BODY
    )
    app.on_response_prepare.append(_versioned)
    app.add_routes(routes)
    app.router.add_post(TOKEN_PATH, partner.tokens.answer)
    for endpoint in left_to_others(kind):
        app.router.add_route(endpoint.method, endpoint.path, _not_ours)
    return app


def answer(http_status: int, status: int, message: str, **headers: str) -> web.Response:
    """An answer that is not good news."""
    return web.Response(
        status=http_status,
        body=encode(StatusResponse(status=status, status_message=message)),
        content_type="application/json",
        headers=headers,
    )


def failing(partner: Partner, http_status: int) -> web.Response:
    """The failure that the behaviour asks for."""
    wait = partner.behaviour.retry_after_seconds
    headers = {"Retry-After": str(wait)} if wait is not None and http_status in {429, 503} else {}
    return answer(http_status, OTHER, "the sandbox was told to answer so", **headers)


async def _versioned(request: web.Request, response: web.StreamResponse) -> None:
    version = version_of(request.path)
    if version is not None:
        response.headers["API-Version"] = version


async def _not_ours(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=405, headers={"Allow": ""})


def _behaving(partner: Partner) -> Middleware:
    @web.middleware
    async def behave(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(CONTROL):
            return await handler(request)
        now = partner.behaviour
        if now.down == "closed":
            return _closed(request)
        if now.down == "unavailable":
            return failing(partner, 503)
        if now.latency_seconds or now.jitter_seconds:
            await asyncio.sleep(now.latency_seconds + partner.chance.uniform(0, now.jitter_seconds))
        if partner.happens(now.fail_share):
            return await _failed(partner, request)
        return await handler(request)

    return behave


async def _failed(partner: Partner, request: web.Request) -> web.StreamResponse:
    match partner.behaviour.fail_with:
        case "error":
            return failing(partner, 500)
        case "timeout":
            await asyncio.sleep(_UNTIL_NOBODY_WAITS)
            return _closed(request)
        case "closed":
            return _closed(request)


def _closed(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _authorised(partner: Partner) -> Middleware:
    @web.middleware
    async def authorise(request: web.Request, handler: Handler) -> web.StreamResponse:
        open_to_all = request.path.startswith(CONTROL) or request.path == TOKEN_PATH
        if open_to_all or not partner.options.demand_token:
            return await handler(request)
        token = bearer_of(request)
        if token is None or not partner.tokens.knows(token):
            return _unauthorised()
        if partner.happens(partner.behaviour.expired_token_share):
            partner.tokens.forget(token)
            return _unauthorised()
        return await handler(request)

    return authorise


def _unauthorised() -> web.Response:
    """Without a body, as the standard has it by now."""
    return web.Response(
        status=401, headers={"WWW-Authenticate": 'Bearer realm="sandbox", error="invalid_token"'}
    )

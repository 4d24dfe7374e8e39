"""The control API of every sandbox partner: how it behaves, what it received, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

import msgspec
from aiohttp import web

from adapters.sandbox.behaviour import read_behaviour
from adapters.sandbox.front import CONTROL

if TYPE_CHECKING:
    from adapters.sandbox.partner import Partner

T = TypeVar("T")

_ALL = 1_000_000


def control_routes(
    partner: Partner,
    totals: Callable[[], dict[str, object]],
    received: Callable[[str | None, int], Iterable[dict[str, object]]],
) -> list[web.RouteDef]:
    """The routes of `/sandbox/behaviour`, `/sandbox/effects` and `/sandbox/received?id=&limit=`.

    PUT of a behaviour replaces the whole: what is left out is good again.
    """

    async def get_behaviour(_request: web.Request) -> web.StreamResponse:
        return shown(partner.behaviour)

    async def put_behaviour(request: web.Request) -> web.StreamResponse:
        try:
            partner.behaviour = read_behaviour(await request.read())
        except msgspec.DecodeError as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        return shown(partner.behaviour)

    async def get_effects(_request: web.Request) -> web.StreamResponse:
        return shown({**totals(), "waiting": partner.outbox.waiting})

    async def get_received(request: web.Request) -> web.StreamResponse:
        limit = request.query.get("limit", "")
        most = int(limit) if limit.isdecimal() else _ALL
        return shown(list(received(request.query.get("id"), most)))

    return [
        web.get(CONTROL + "/behaviour", get_behaviour),
        web.put(CONTROL + "/behaviour", put_behaviour),
        web.get(CONTROL + "/effects", get_effects),
        web.get(CONTROL + "/received", get_received),
    ]


async def read_wish(request: web.Request, kind: type[T]) -> T:
    """The body of a control request; an empty one wishes nothing in particular.

    Raises:
        HTTPBadRequest: with the fault.
    """
    try:
        return msgspec.json.decode(await request.read() or b"{}", type=kind)
    except msgspec.DecodeError as error:
        raise web.HTTPBadRequest(text=str(error)) from None


def shown(value: object, status: int = 200) -> web.Response:
    """As JSON."""
    return web.Response(
        status=status, body=msgspec.json.encode(value), content_type="application/json"
    )

"""A partner on this machine that notes what it gets, and answers as it was told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from aiohttp import web

from projections.partners import Partner


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request that a partner got."""

    path: str
    token: str
    reference_id: str
    body: dict[str, Any]

    @property
    def entitlement_id(self) -> UUID:
        return UUID(self.body["entitlement"]["entitlementId"])


_REFERENCES = (
    "entitlementReferenceId",
    "deliveryOrderReferenceId",
    "providerReferenceId",
    "requestReferenceId",
)

Answer = Callable[[Request], web.Response | Awaitable[web.Response]]


def accepts(_request: Request) -> web.Response:
    return web.Response(status=202)


def says(status: int, body: object = None, **headers: str) -> Answer:
    """The same answer to everything."""
    text = None if body is None else json.dumps(body)
    return lambda _: web.Response(status=status, text=text, headers=headers)


@dataclass
class PartnerServer:
    """A partner that notes what it gets, and answers as it was told."""

    name: str
    url: str = ""
    answer: Answer = accepts
    registered: bool = True
    public_key: str = ""
    requests: list[Request] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def partner(self) -> Partner:
        """As it is registered: all its APIs have one base."""
        return Partner(
            partner=self.name,
            role="registry",
            title=self.name,
            client_id=self.name,
            url=self.url,
            token_url=self.url + "/token",
            scope="eduv.entitlement.licensor",
            activation_codes_url=self.url,
            consent_url=self.url,
            public_key=self.public_key,
        )

    async def got(self, count: int) -> list[Request]:
        """Wait for so many requests."""
        while len(self.requests) < count:
            self.changed.clear()
            await self.changed.wait()
        return self.requests

    async def handle(self, http: web.Request) -> web.StreamResponse:
        body = await http.json()
        reference_id = next(body[name] for name in _REFERENCES if name in body)
        request = Request(
            path=http.path,
            token=http.headers["Authorization"].removeprefix("Bearer "),
            reference_id=reference_id,
            body=body,
        )
        self.requests.append(request)
        self.changed.set()
        answer = self.answer(request)
        return answer if isinstance(answer, web.Response) else await answer


@asynccontextmanager
async def serving(name: str) -> AsyncIterator[PartnerServer]:
    """A partner on a free port."""
    server = PartnerServer(name)
    app = web.Application()
    app.router.add_put("/v1/{path:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()

"""A partner that is read: it answers each path as it was told, or hangs."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
from aiohttp import ClientSession, web

from adapters.eduv.partner_reader import PartnerReader
from adapters.eduv.usage_client import UsageClient
from projections.partners import Partner
from tests.adapters.gateway_case import SimpleTokens

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass
class ReadServer:
    """Answers a path with (status, body); `hangs`: never, or not there. Notes paths and tokens."""

    url: str = ""
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    hangs: bool = False
    hangs_at: str | None = None
    asked: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    good_token: str | None = None

    def partner(self, name: str = "uitgever", role: str = "registry") -> Partner:
        return Partner(
            partner=name,
            role=role,
            title=name,
            client_id=name,
            url=self.url,
            token_url=self.url + "/token",
            scope="",
            usage_url=self.url,
        )

    async def token(self, _request: web.Request) -> web.Response:
        return web.json_response({"access_token": "given", "expires_in": 3600})

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        self.tokens.append(request.headers["Authorization"].removeprefix("Bearer "))
        if self.hangs or request.path == self.hangs_at:
            await asyncio.sleep(60)
        if self.good_token not in {None, self.tokens[-1]}:
            return web.Response(status=401)
        status, body = self.answers.get(request.path, (404, {"status": 4040}))
        data = body if isinstance(body, bytes) else msgspec.json.encode(body)
        return web.Response(status=status, body=data, content_type="application/json")


@asynccontextmanager
async def read_server() -> AsyncIterator[ReadServer]:
    server = ReadServer()
    app = web.Application()
    app.router.add_get("/{path:.*}", server.answer)
    app.router.add_post("/token", server.token)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


@asynccontextmanager
async def usage_client(
    timeout_seconds: float = 5, most_bytes: int = 2**30
) -> AsyncIterator[UsageClient]:
    async with ClientSession() as session:
        reader = PartnerReader(
            session,
            SimpleTokens(),
            timeout_seconds=timeout_seconds,
            now=partial(datetime.now, UTC),
            total_seconds=10 * timeout_seconds,
            most_bytes=most_bytes,
        )
        yield UsageClient(reader)


def usage(**changed: object) -> dict[str, Any]:
    """An EntitlementUsage as a registry writes it."""
    return {
        "entitlementId": str(uuid4()),
        "productId": "9789006100013",
        "entitlementType": "school-student",
        "entitlementStatus": "licensed",
        "user": {"userMasterIdentifier": "https://ketenid.nl/201703/" + "ab" * 64},
        "expirationDate": "2027-07-31",
        "usage": {"firstUsed": "2026-09-01", "lastUsed": "2026-10-01", "frequencyOfUsage": 12},
        **changed,
    }

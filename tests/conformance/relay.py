"""A relay that stands before a server, hands everything on, and writes down each exchange."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import ClientError, ClientSession, web

from tests.conformance.judge import Exchange, faults

_OF_ONE_CONNECTION = {
    "connection",
    "content-encoding",
    "content-length",
    "host",
    "keep-alive",
    "transfer-encoding",
}


@dataclass
class Record:
    """What went through the relays of a story, in the order of the answers."""

    exchanges: list[Exchange] = field(default_factory=list)

    def faults(self) -> Counter[str]:
        """What the official texts have against it, and how often each."""
        return Counter(fault for exchange in self.exchanges for fault in faults(exchange))

    @asynccontextmanager
    async def before(self, *urls: str) -> AsyncIterator[str]:
        """Give an address that stands for the first of these that answers, until the block ends."""
        async with ClientSession(auto_decompress=True) as session:
            app = web.Application(client_max_size=64 * 2**20)
            app.router.add_route("*", "/{path:.*}", _Relay(self, session, urls).pass_on)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                yield f"http://127.0.0.1:{runner.addresses[0][1]}"
            finally:
                await runner.cleanup()


@dataclass(frozen=True)
class _Relay:
    record: Record
    session: ClientSession
    urls: Sequence[str]

    async def pass_on(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        for url in self.urls:
            with suppress(ClientError, OSError):
                return await self._passed_on(request, body, url)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _passed_on(self, request: web.Request, body: bytes, url: str) -> web.Response:
        headers = [each for each in request.headers.items() if _travels(each[0])]
        async with self.session.request(
            request.method,
            url + request.path_qs,
            data=body,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            read = await answer.read()
        self.record.exchanges.append(
            Exchange(
                method=request.method,
                path=request.path_qs,
                request=body,
                status=answer.status,
                answer=read,
            )
        )
        onward = [each for each in answer.headers.items() if _travels(each[0])]
        return web.Response(status=answer.status, body=read, headers=dict(onward))


def _travels(header: str) -> bool:
    return header.lower() not in _OF_ONE_CONNECTION

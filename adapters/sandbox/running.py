"""Sandbox partners as a process: they serve until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from adapters.sandbox import administration, catalogue, portal, registry, shop
from adapters.sandbox.partner import Partner

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from adapters.sandbox.options import Kind, SandboxOptions

_log = structlog.get_logger(__name__)

_BUILDERS: dict[Kind, Callable[[Partner], web.Application]] = {
    "shop": shop.build,
    "registry": registry.build,
    "portal": portal.build,
    "catalogue": catalogue.build,
    "administration": administration.build,
}
_SECONDS_TO_FINISH = 0.5


async def run(
    partners: Sequence[tuple[Kind, SandboxOptions]], ready: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is told the address of each once it listens."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with AsyncExitStack() as stack:
        for kind, options in partners:
            url = await stack.enter_async_context(serving(kind, options))
            _log.info("sandbox.started", kind=kind, partner=options.name, url=url)
            ready(url)
        await stopped.wait()


@asynccontextmanager
async def serving(kind: Kind, options: SandboxOptions) -> AsyncIterator[str]:
    """A partner that listens for as long as the block lasts; gives its address."""
    partner = Partner.start(options)
    runner = web.AppRunner(
        _BUILDERS[kind](partner), access_log=None, shutdown_timeout=_SECONDS_TO_FINISH
    )
    try:
        await runner.setup()
        await web.TCPSite(runner, options.host, options.port, backlog=1024).start()
        port = runner.addresses[0][1]
        yield f"http://{options.host}:{port}"
    finally:
        await runner.cleanup()
        await partner.outbox.close()

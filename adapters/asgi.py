"""The HTTP process: the application on uvicorn, drained before it stops."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import structlog
import uvicorn
from typing_extensions import override

from adapters.bootstrap.serving import services
from adapters.console.app import create_console, mount
from adapters.http.app import create_app
from adapters.security.sign_in import sign_in_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from adapters.config import Settings
    from adapters.http.services import Services

DRAIN_SECONDS = 20
NOTICE_SECONDS = 2

log = structlog.get_logger(__name__)


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT: then finish what was taken, commit it, and stop.

    Raises:
        SchemaMismatch: which says what to run.
    """
    async with services(settings) as parts:
        committing = asyncio.create_task(parts.committer.run())
        serving = server(application(parts), settings)
        leaving = asyncio.create_task(_leave_when_told(parts.draining, serving))
        log.info("process.started", process="serve", port=settings.port)
        try:
            await serving.serve()
        finally:
            leaving.cancel()
            await parts.committer.drain()
            with suppress(asyncio.CancelledError):
                await committing
            log.info("process.stopped", process="serve")


def application(parts: Services) -> FastAPI:
    """The APIs, and the console when people can sign in to it.

    Raises:
        SignInIncomplete: only a part of what a console needs is given.
    """
    app = create_app(parts)
    sign_in = sign_in_of(parts.settings)
    if sign_in is not None:
        mount(app, create_console(parts, sign_in))
    return app


async def _leave_when_told(draining: asyncio.Event, serving: uvicorn.Server) -> None:
    """Say that we are going while still answering, so that whoever balances load can turn away."""
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, draining.set)
    await draining.wait()
    log.info("process.draining", process="serve")
    await asyncio.sleep(NOTICE_SECONDS)
    serving.should_exit = True


class _Server(uvicorn.Server):
    """uvicorn without signal handlers of its own: ours give notice first."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server(app: FastAPI, settings: Settings) -> uvicorn.Server:
    """The application behind uvicorn, which writes no log of its own."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        server_header=False,
    )
    return _Server(config)

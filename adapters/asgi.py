"""The HTTP process: the application on uvicorn, drained before it stops."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog
import uvicorn

from adapters.bootstrap import services
from adapters.http.app import create_app

if TYPE_CHECKING:
    from fastapi import FastAPI

    from adapters.config import Settings

DRAIN_SECONDS = 20

log = structlog.get_logger(__name__)


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT: then finish what was taken, commit it, and stop.

    Raises:
        SchemaMismatch: which says what to run.
    """
    async with services(settings) as parts:
        committing = asyncio.create_task(parts.committer.run())
        log.info("process.started", process="serve", port=settings.port)
        try:
            await server(create_app(parts), settings).serve()
        finally:
            log.info("process.draining", process="serve")
            await parts.committer.drain()
            with suppress(asyncio.CancelledError):
                await committing
            log.info("process.stopped", process="serve")


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
    return uvicorn.Server(config)

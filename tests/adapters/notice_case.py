"""Receivers of notices: a webhook that checks signatures, a mail server, and who tells them."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope
from standardwebhooks import Webhook

from adapters.notices.announcer import Announcer
from adapters.notices.mail import MailTarget
from adapters.notices.webhook import WebhookTarget
from adapters.postgres import notices
from adapters.postgres.event_log import last_position, read_after
from adapters.postgres.follower_batch import Bookkeeper
from projections.notice_rules import Rules

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from psycopg import AsyncConnection

    from adapters.notices.target import Target

SECRET = "whsec_" + "c2VjcmV0" * 4
MINUTE = timedelta(minutes=1)
LADDER = (MINUTE, 5 * MINUTE)


@dataclass
class Clock:
    """The time, until it is moved; it begins as that of the database, which dates facts."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(seconds=1))

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Hook:
    """A receiver: it takes only what is signed, unless it answers something else.

    `judges_age`: it refuses a signature of five minutes ago, or of later.
    """

    url: str = ""
    status: int = 204
    judges_age: bool = False
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self._check(body, dict(request.headers))
        if self.status < 300:
            self.taken.append((request.headers["webhook-id"], json.loads(body)))
        return web.Response(status=self.status)

    def _check(self, body: bytes, headers: dict[str, str]) -> None:
        """As a receiver does; the time of a test is not that of a receiver."""
        if self.judges_age:
            Webhook(SECRET).verify(body, headers)
            return
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        signed = Webhook(SECRET).sign(headers["webhook-id"], at, body.decode())
        assert headers["webhook-signature"] == signed

    def target(self) -> WebhookTarget:
        return WebhookTarget(url=self.url, secret=SECRET, language="en", timeout_seconds=10)


@dataclass
class Mailbox:
    """A mail server that keeps everything; or says that it is full."""

    port: int = 0
    answer: str = "250 OK"
    kept: list[str] = field(default_factory=list)

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.kept.append(envelope.content.decode())
        return self.answer

    def target(self) -> MailTarget:
        return MailTarget(
            host="127.0.0.1",
            port=self.port,
            tls="none",
            username=None,
            password=None,
            sender="hub@distributor.example",
            recipients=("wacht@distributor.example",),
            language="nl",
            timeout_seconds=10,
        )


@asynccontextmanager
async def hook() -> AsyncIterator[Hook]:
    receiver = Hook()
    app = web.Application()
    app.router.add_post("/", receiver.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield receiver
    finally:
        await runner.cleanup()


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    box = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, loop=loop), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    async with server:
        yield box


@dataclass
class Telling:
    """The hub's notices on a database, step by step, with a clock that is moved."""

    conn: AsyncConnection[Any]
    clock: Clock
    announcer: Announcer

    async def catch_up(self) -> None:
        """Keep what all facts so far give notice of."""
        books = Bookkeeper(
            name="notices", schema="channel", handle=notices.handle, dead_letters=None
        )
        position = await books.read_bookmark(self.conn)
        while position < await last_position(self.conn):
            facts = await read_after(self.conn, position)
            position = await books.advance(self.conn, position, facts)

    async def tell(self) -> None:
        """Put together what is to go, and deliver what is due."""
        await self.announcer.look(self.conn)
        await self.catch_up()
        for target in self.announcer.targets:
            await self.announcer.deliver(self.conn, target)

    async def after(self, passed: timedelta) -> None:
        """Let time pass, and tell."""
        self.clock.at = max(self.clock.at, datetime.now(UTC)) + passed
        await self.tell()


def telling(conn: AsyncConnection[Any], url: str, *targets: Target) -> Telling:
    clock = Clock()
    announcer = Announcer(
        url=url,
        targets=targets,
        rules=Rules(MINUTE, None, frozenset()),
        patience=5 * MINUTE,
        ladder=LADDER,
        now=clock,
    )
    return Telling(conn, clock, announcer)

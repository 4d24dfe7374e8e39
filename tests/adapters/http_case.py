"""The HTTP API on a real port and a real database, and partners that call it with real tokens."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import uvicorn
from aiohttp import ClientSession
from psycopg_pool import AsyncConnectionPool

from aanspraak.application.handle import Submission
from adapters.config import Settings
from adapters.eduv.usage_parts import reading_usage
from adapters.http.app import create_app
from adapters.http.services import Services
from adapters.postgres import views
from adapters.postgres.committer import Committer
from adapters.postgres.connection import connect
from adapters.postgres.consent_desk import ConsentDesk
from adapters.postgres.directory import Directory
from adapters.postgres.event_log import last_position, read_after
from adapters.postgres.follower_batch import Bookkeeper
from adapters.postgres.group_commit import commit_group
from adapters.postgres.policies import Policies
from adapters.postgres.vault import Vault
from adapters.security.issuing import write_key_set, write_private_key
from adapters.security.tokens import TokenVerifier
from adapters.wire.references import SchoolReference
from tests.adapters.http_partners import (
    AUDIENCE,
    ISSUER,
    KEY,
    OTHER_PORTAL,
    PORTAL,
    listings,
    registrations,
    token,
)
from tests.adapters.vault_case import keys
from tests.adapters.wire_case import SCHOOL
from tests.conformance.judge import Exchange, demand

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from fastapi import FastAPI

    from aanspraak.domain.recorded import Recorded

NOW = datetime(2026, 8, 24, 9, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever it is
        """The body, read."""
        return json.loads(self.body)

    @property
    def code(self) -> int:
        """The functional status code."""
        return int(self.json["status"])


@dataclass
class Clock:
    """The time, until it is moved."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        """Give the time."""
        return self.at

    def seconds(self) -> float:
        """Give the time in seconds."""
        return self.at.timestamp()


@dataclass(kw_only=True)
class Hub:
    """A hub that answers at `base`; its followers run when `catch_up` says so."""

    base: str
    url: str
    services: Services
    session: ClientSession
    clock: Clock = field(default_factory=Clock)

    async def call(
        self, partner: str | None, method: str, path: str, body: object = None, **headers: str
    ) -> Answer:
        """Call as a partner, with all scopes of its role; as nobody without one."""
        if partner is not None:
            headers = {"Authorization": f"Bearer {token(partner)}", **headers}
        if body is not None:
            headers = {"Content-Type": "application/json", **headers}
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        if isinstance(data, bytes):
            data = BytesIO(data)
        async with self.session.request(
            method, self.base + path, data=data, headers=headers
        ) as response:
            answer = Answer(
                status=response.status, headers=response.headers, body=await response.read()
            )
        demand(
            Exchange(
                method=method, path=path, request=b"", status=answer.status, answer=answer.body
            ),
            requested=False,
        )
        return answer

    async def consent(
        self, *partners: str, school: Mapping[str, Any] = SCHOOL, revoked: bool = False
    ) -> None:
        """Have both sides of a school's consents to these partners accept; or ours revoke them."""
        desk = ConsentDesk(self.services.vault, self.services.directory.partner)
        named = SchoolReference.model_validate_json(json.dumps(school))
        for partner in partners:
            meant = await desk.meant(partner, named)
            asks = meant.revoked(None) if revoked else meant.given(None, confirmed=True)
            await self.submit(*asks)
        await self.catch_up()

    async def catch_up(self) -> None:
        """Let the policies and the views follow the log to its end, and whatever comes of that."""
        policies = Policies(self.services.activations.take_up)
        async with await connect(self.url, "test") as conn:
            for name, schema, handle in (
                ("policies", "policy", policies.handle),
                (views.NAME, views.SCHEMA, views.follower(self.url).handle),
            ):
                books = Bookkeeper(name=name, schema=schema, handle=handle, dead_letters=None)
                position = await books.read_bookmark(conn)
                while facts := await read_after(conn, position):
                    position = await books.advance(conn, position, facts)

    async def facts(self, *topics: str) -> list[Recorded]:
        """The facts in the log, all of them or those of these classes."""
        async with await connect(self.url, "test") as conn:
            until = await last_position(conn)
            facts = await read_after(conn, 0, until)
        return [each for each in facts if not topics or type(each.event).__name__ in topics]

    async def incidents(self) -> list[str]:
        """The kinds of the incidents, in order."""
        opened: list[Any] = [fact.event for fact in await self.facts("IncidentOpened")]
        return [incident.kind for incident in opened]

    async def submit(self, *asks: tuple[UUID, object]) -> None:
        """Have commands carried out that do not come over HTTP."""
        async with await connect(self.url, "test") as conn:
            results = await commit_group(conn, [_submission(*ask) for ask in asks])
        assert [result.refusal for result in results if result.refusal] == []


@asynccontextmanager
async def running_hub(
    url: str,
    folder: Path,
    *,
    application: Callable[[Services], FastAPI] = create_app,
    **settings: Any,  # noqa: ANN401 - settings
) -> AsyncIterator[Hub]:
    """A hub with its partners and products; the portals have the consent of `SCHOOL`."""
    write_key_set(folder / "issuer.json", KEY)
    pool: Any = AsyncConnectionPool(
        url, min_size=2, max_size=8, open=False, kwargs={"autocommit": True}
    )
    given = _settings(folder, **settings)
    clock = Clock()
    write_private_key(given.client_key, KEY)
    async with pool, ClientSession() as session, reading_usage(pool, given, clock) as usage:
        services = Services(
            pool=pool,
            committer=Committer(url, queue_limit=given.queue_limit),
            directory=Directory(pool, clock.seconds),
            vault=Vault(pool, keys()),
            tokens=TokenVerifier(issuer=ISSUER, audience=AUDIENCE, keys=folder / "issuer.json"),
            settings=given,
            now=clock,
            usage=usage,
        )
        async with _serving(services, application(services)) as base:
            hub = Hub(base=base, url=url, services=services, session=session, clock=clock)
            await hub.submit(*registrations(), *listings())
            await hub.catch_up()
            await hub.consent(PORTAL, OTHER_PORTAL)
            yield hub


def _settings(folder: Path, **changed: Any) -> Settings:  # noqa: ANN401 - settings
    hexadecimal = {1: "01" * 32}
    given = {
        "port": 0,
        "token_issuer": ISSUER,
        "token_keys": folder / "issuer.json",
        "client_key": folder / "client.json",
        "vault_hash_keys": hexadecimal,
        "vault_encryption_keys": hexadecimal,
    }
    return Settings.model_validate({**given, **changed})


@asynccontextmanager
async def _serving(services: Services, application: FastAPI) -> AsyncIterator[str]:
    committing = asyncio.create_task(services.committer.run())
    listening = socket.create_server(("127.0.0.1", services.settings.port))
    config = uvicorn.Config(application, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listening]))
    try:
        while not server.started:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        await services.committer.drain()
        with suppress(asyncio.CancelledError):
            await committing


def _submission(stream_id: UUID, command: object) -> Submission:
    return Submission(
        stream_id=stream_id,
        command=command,
        actor="test",
        correlation_id="test",
        causation_id=str(uuid4()),
    )

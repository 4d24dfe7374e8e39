"""A tiny hub for sandbox partners to call, and the means to call them as the hub does."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import msgspec
from aiohttp import ClientSession, web
from joserfc import jwt

from adapters.sandbox.behaviour import Behaviour
from adapters.sandbox.options import Kind, SandboxOptions
from adapters.sandbox.running import serving
from adapters.security.issuing import new_key, write_key_set
from adapters.security.key_sets import algorithm_of
from adapters.security.token_client import ASSERTION_TYPE
from adapters.wire.activationcode_v0 import (
    ActivationCodeConfirmation,
    ActivationCodeRevokeConfirmation,
)
from adapters.wire.delivery_v2 import DeliveryOrderRequest
from adapters.wire.entitlement_v1 import (
    Entitlement,
    EntitlementConfirmation,
    EntitlementRequest,
    PortalUrlStatus,
    specification,
)
from adapters.wire.message import Message
from adapters.wire.notifications_v0 import Notification
from adapters.wire.outgoing import SchoolReference, UserReference, encode
from adapters.wire.parsing import parse
from adapters.wire.sis import read_list
from adapters.wire.usage_v1 import InitialActivation
from tests.adapters.wire_case import ECK_ID
from tests.conformance.judge import Exchange, demand

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from adapters.wire.entitlement_v1 import UrlStatus
    from adapters.wire.message import EntitlementStatus, EntitlementType

ENTITLEMENTS = "/entitlement/v1/entitlements"
PUPIL = UserReference(user_master_identifier=ECK_ID)
KEY = new_key()

_MODELS: dict[str, type[Message]] = {
    "/entitlement/v1/entitlements/confirmations": EntitlementConfirmation,
    "/usage/v1/usage/activation": InitialActivation,
    "/activationcode/v0/activationcodes/confirmations": ActivationCodeConfirmation,
    "/activationcode/v0/activationcodes/revoke/confirmations": ActivationCodeRevokeConfirmation,
    "/delivery/v2/deliveryorders": DeliveryOrderRequest,
}
_LISTS: dict[str, type[Message]] = {"/notifications/v0/notifications": Notification}


@dataclass(slots=True)
class FakeHub:
    """Takes what partners send, if it fits the hub's own models, and answers as it is told."""

    url: str = ""
    status: int = 202
    received: list[Message] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.tokens.add(request.headers["Authorization"])
        body = await request.read()
        message = _read(request.path, body)
        if request.path in _MODELS:  # a list of notifications has an answer for each
            demand(Exchange(method="PUT", path=request.path, request=body, status=202, answer=b""))
        if self.status < 300:
            self.received.append(message)
        else:
            self.refused.append(self.status)
        self._changed.set()
        return web.Response(status=self.status)

    async def has(self, count: int, refused: int = 0) -> list[Any]:
        """All that was received, once it is so much."""
        async with asyncio.timeout(20):
            while len(self.received) < count or len(self.refused) < refused:
                self._changed.clear()
                await self._changed.wait()
        return list(self.received)


def _read(path: str, body: bytes) -> Message:
    """Of a list the first stands for all."""
    if path in _LISTS:
        return read_list(_LISTS[path], body)[0]
    return parse(_MODELS[path], body)


@asynccontextmanager
async def fake_hub() -> AsyncIterator[FakeHub]:
    hub = FakeHub()
    app = web.Application(client_max_size=64 * 2**20)
    for path in _MODELS:
        app.router.add_put(path, hub.take)
    for path in _LISTS:
        app.router.add_post(path, hub.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hub.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield hub
    finally:
        await runner.cleanup()


@dataclass(slots=True)
class Stage:
    """A sandbox partner on a free port, the hub it calls, and a session with a token for it."""

    hub: FakeHub
    url: str
    session: ClientSession
    token: str = ""

    async def put(self, path: str, body: bytes) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.session.put(self.url + path, data=body, headers=headers) as answer:
            status, read = answer.status, await answer.read()
        said = Exchange(method="PUT", path=path, request=body, status=status, answer=read)
        demand(said, requested=False)
        return status, read

    async def send(self, *requests: EntitlementRequest) -> list[int]:
        """The statuses of the answers to requests, one after the other."""
        return [(await self.put(ENTITLEMENTS, encode(request)))[0] for request in requests]

    async def behave(self, **behaviour: object) -> None:
        """Change the behaviour, as a test of the whole would: over HTTP."""
        assert (await self.control("PUT", "behaviour", behaviour))[0] == 200

    async def control(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        data = None if body is None else msgspec.json.encode(body)
        url = f"{self.url}/sandbox/{path}"
        async with self.session.request(method, url, data=data) as answer:
            read = await answer.read()
        good = answer.content_type == "application/json"
        return answer.status, msgspec.json.decode(read) if good else read

    async def effects(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.control("GET", "effects"))[1]
        return found

    async def settled(self) -> dict[str, Any]:
        """The effects, once the hub has answered everything that was sent."""
        async with asyncio.timeout(20):
            while (effects := await self.effects())["waiting"]:  # noqa: ASYNC110 - it tells when asked
                await asyncio.sleep(0.01)
        return effects

    async def ask_for_token(self, **changed: str) -> tuple[int, dict[str, Any]]:
        """As a client does, with an assertion signed by our key."""
        token_url = self.url + "/oauth2/token"
        now = int(datetime.now(UTC).timestamp())
        claims = {"iss": "hub", "sub": "hub", "aud": token_url, "exp": now + 60, "jti": "1"}
        header = {"alg": algorithm_of(KEY), "kid": KEY.kid}
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": jwt.encode(header, claims, KEY),
            **changed,
        }
        async with self.session.post(token_url, data=form) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def playing(
    kind: Kind,
    *,
    keys: Path | None = None,
    orders: Path | None = None,
    products: Path | None = None,
    **behaviour: Any,  # noqa: ANN401
) -> AsyncIterator[Stage]:
    """A partner that plays until the end of the block."""
    if keys is not None:
        write_key_set(keys, KEY)

    async def token_source() -> str:
        return "minted"

    async with fake_hub() as hub, ClientSession() as session:
        options = SandboxOptions(
            name="lp-een",
            hub_url=hub.url,
            token_source=token_source,
            behaviour=Behaviour(**behaviour),
            client_keys=keys,
            orders_file=orders,
            products_file=products,
        )
        async with serving(kind, options) as url:
            stage = Stage(hub, url, session)
            if options.behaviour.down == "no":
                stage.token = (await stage.ask_for_token())[1]["access_token"]
            yield stage


def entitlement_request(
    status: EntitlementStatus = "created",
    *,
    entitlement_id: UUID | None = None,
    kind: EntitlementType = "school-student",
    recipient: UserReference | str = PUPIL,
    url_status: UrlStatus | None = None,
    portal: str = "lp-een",
    product: str = "p",
) -> EntitlementRequest:
    """A request as the hub sends it; with `url_status` one for a portal."""
    links = () if url_status is None else (PortalUrlStatus(portal=portal, url_status=url_status),)
    now = datetime.now(UTC)
    school = SchoolReference(organisation_master_identifier="104A158")
    entitlement = Entitlement(
        entitlement_id=entitlement_id or uuid4(),
        delivery_order_id=uuid4(),
        product_id=product,
        start_date=date(2026, 8, 1),
        activation_until_date=date(2027, 7, 31),
        entitlement_type=kind,
        entitlement_specification=specification(kind, recipient, school),
        entitlement_status=status,
        url_statuses=links,
        date_created=now,
        date_last_modified=now,
    )
    return EntitlementRequest(entitlement_reference_id=uuid4(), entitlement=entitlement)

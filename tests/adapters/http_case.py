"""The HTTP API on a real port and a real database, and partners that call it with real tokens."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import uvicorn
from aiohttp import ClientSession
from psycopg_pool import AsyncConnectionPool

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.partner.commands import RegisterPartner
from aanspraak.domain.product.commands import ListProduct
from adapters.config import Settings
from adapters.http.app import create_app
from adapters.http.services import Services
from adapters.postgres import views
from adapters.postgres.committer import Committer
from adapters.postgres.connection import connect
from adapters.postgres.directory import Directory
from adapters.postgres.event_log import last_position, read_after
from adapters.postgres.follower_batch import Bookkeeper
from adapters.postgres.group_commit import commit_group
from adapters.postgres.policies import Policies
from adapters.postgres.vault import Vault
from adapters.security.issuing import mint, new_key, write_key_set
from adapters.security.tokens import TokenVerifier
from tests.adapters import wire_case
from tests.adapters.vault_case import keys

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from aanspraak.domain.recorded import Recorded

ISSUER = "https://tokens.example.org"
AUDIENCE = "aanspraakmanager"
KEY = new_key()
NOW = datetime(2026, 8, 24, 9, tzinfo=UTC)

BOOK = "9789006100013"
"""A product of `uitgever`."""
OTHER_BOOK = "9789006100020"
"""A product of `andere-uitgever`."""
PAPER = "9789006100037"
"""A product on paper."""

SHOP, OTHER_SHOP = "winkel", "andere-winkel"
REGISTRY, OTHER_REGISTRY = "uitgever", "andere-uitgever"
PORTAL, OTHER_PORTAL = "portaal", "ander-portaal"
DASHBOARD = "dashboard"
ROLES = {
    SHOP: "shop",
    OTHER_SHOP: "shop",
    REGISTRY: "registry",
    OTHER_REGISTRY: "registry",
    PORTAL: "portal",
    OTHER_PORTAL: "portal",
    DASHBOARD: "dashboard",
}
SCOPES = {
    "shop": ("eduv.delivery.entitlor", "eduv.entitlement.seller"),
    "registry": ("eduv.entitlement.licensor", "eduv.usage.entitlor"),
    "portal": ("eduv.entitlement.portal",),
    "dashboard": ("eduv.entitlement.dashboard",),
}

ORDERS = "/delivery/v2/deliveryorders"
ENTITLEMENTS = "/entitlement/v1/entitlements"
CONFIRMATIONS = f"{ENTITLEMENTS}/confirmations"
ACTIVATION = "/usage/v1/usage/activation"


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
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        if isinstance(data, bytes):
            data = BytesIO(data)
        async with self.session.request(
            method, self.base + path, data=data, headers=headers
        ) as response:
            return Answer(
                status=response.status, headers=response.headers, body=await response.read()
            )

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


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """An order of `SHOP` for one student, at `REGISTRY` and `PORTAL`, as far as it came."""

    order_id: UUID
    entitlement_id: UUID
    to_registry: str
    to_portal: str = ""


async def ordered(hub: Hub, student: dict[str, Any], **changed: Any) -> Ordered:  # noqa: ANN401
    """Order for a student; the registry was asked, and confirmed nothing yet."""
    message = order(student, **changed)
    assert (await hub.call(SHOP, "PUT", ORDERS, message)).status == 202
    await hub.catch_up()
    asked = (await hub.facts("RegistryRequested"))[-1]
    event: Any = asked.event
    return Ordered(
        order_id=UUID(message["deliveryOrder"]["deliveryOrderId"]),
        entitlement_id=asked.stream_id,
        to_registry=str(event.reference_id),
    )


async def entitled(hub: Hub, student: dict[str, Any], **changed: Any) -> Ordered:  # noqa: ANN401
    """The same, and the registry confirmed: now the portal was asked."""
    so_far = await ordered(hub, student, **changed)
    answer = await hub.call(REGISTRY, "PUT", CONFIRMATIONS, confirmation(so_far))
    assert answer.status == 202
    await hub.catch_up()
    asked: list[Any] = [fact.event for fact in await hub.facts("LinkRequested")]
    to_portal = [event.reference_id for event in asked if event.portal == PORTAL]
    return replace(so_far, to_portal=str(to_portal[-1]))


def confirmation(of: Ordered, **changed: object) -> dict[str, Any]:
    """The registry's confirmation that it is ready; or the portal's, once that was asked."""
    said: dict[str, object] = (
        {"newUrlStatus": {"portal": PORTAL, "urlStatus": "processed"}}
        if of.to_portal
        else {"newEntitlementStatus": "entitled"}
    )
    return {
        "entitlementReferenceId": of.to_portal or of.to_registry,
        "entitlementReceiveId": str(uuid4()),
        "entitlementId": str(of.entitlement_id),
        "productId": BOOK,
        "processedTimestamp": "2026-08-24T09:00:01Z",
        "success": True,
        "status": 0,
        **said,
        **changed,
    }


def activation(entitlement_id: UUID, student: dict[str, Any], **changed: object) -> dict[str, Any]:
    """A first use by this student."""
    return {
        "entitlementId": str(entitlement_id),
        "productId": BOOK,
        "entitlementType": "school-student",
        "school": wire_case.SCHOOL,
        "user": student,
        "usageDate": "2026-08-24",
        "usageType": "initial-activation",
        "expirationDate": "2027-07-31",
        **changed,
    }


@asynccontextmanager
async def running_hub(url: str, folder: Path, **settings: Any) -> AsyncIterator[Hub]:  # noqa: ANN401 - settings
    """A hub with its partners and products registered."""
    write_key_set(folder / "issuer.json", KEY)
    pool: Any = AsyncConnectionPool(
        url, min_size=2, max_size=8, open=False, kwargs={"autocommit": True}
    )
    given = _settings(folder, **settings)
    clock = Clock()
    async with pool, ClientSession() as session:
        services = Services(
            pool=pool,
            committer=Committer(url, queue_limit=given.queue_limit),
            directory=Directory(pool),
            vault=Vault(pool, keys()),
            tokens=TokenVerifier(issuer=ISSUER, audience=AUDIENCE, keys=folder / "issuer.json"),
            settings=given,
            now=clock,
        )
        async with _serving(services) as base:
            hub = Hub(base=base, url=url, services=services, session=session, clock=clock)
            await hub.submit(*_partners(), *_products())
            await hub.catch_up()
            yield hub


def token(partner: str, *scopes: str, **changed: Any) -> str:  # noqa: ANN401 - claims
    """A token of a partner with all scopes of its role, or these."""
    granted = scopes or SCOPES[ROLES[partner]]
    claims = {"issuer": ISSUER, "audience": AUDIENCE, **changed}
    return mint(KEY, client_id=f"client-{partner}", scopes=granted, **claims)


def order(
    *users: dict[str, Any],
    order_id: UUID | None = None,
    reference_id: UUID | None = None,
    **changed: Any,  # noqa: ANN401 - fields of the message
) -> dict[str, Any]:
    """A DeliveryOrderRequest for these students, by default one."""
    named = users or (eck(1),)
    chosen = {"productId": BOOK, "portals": [PORTAL], **changed}
    message = wire_case.order_request(
        chosen.pop("deliverySpecification", wire_case.students(*named)),
        delivery_type=chosen.pop("deliveryType", "school-students"),
        deliveryOrderId=str(order_id or uuid4()),
        **chosen,
    )
    return {**message, "deliveryOrderReferenceId": str(reference_id or uuid4())}


def eck(number: int) -> dict[str, str]:
    """The nth student, by ECK iD."""
    return {"userMasterIdentifier": f"https://ketenid.nl/201703/{number:0128x}"}


def _settings(folder: Path, **changed: Any) -> Settings:  # noqa: ANN401 - settings
    hexadecimal = {1: "00" * 32}
    given = {
        "token_issuer": ISSUER,
        "token_keys": folder / "issuer.json",
        "client_key": folder / "client.json",
        "vault_hash_keys": hexadecimal,
        "vault_encryption_keys": hexadecimal,
    }
    return Settings.model_validate({**given, **changed})


@asynccontextmanager
async def _serving(services: Services) -> AsyncIterator[str]:
    committing = asyncio.create_task(services.committer.run())
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(services), lifespan="off", log_config=None, access_log=False)
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


def _partners() -> list[tuple[UUID, object]]:
    return [
        (
            ids.partner_stream(partner),
            RegisterPartner(
                partner=partner,
                role=role,
                title=partner,
                client_id=f"client-{partner}",
                url="http://127.0.0.1:9",
                token_url="http://127.0.0.1:9/token",
                scope="",
            ),
        )
        for partner, role in ROLES.items()
    ]


def _products() -> list[tuple[UUID, object]]:
    return [
        (
            ids.product_stream(product_id),
            ListProduct(
                product_id=product_id,
                registry=registry,
                title="Getal en Ruimte",
                kind=kind,
                status="available",
                licence_variant="schoolyear",
                default_access_url="https://leren.example.org/",
            ),
        )
        for product_id, registry, kind in (
            (BOOK, REGISTRY, "digital"),
            (OTHER_BOOK, OTHER_REGISTRY, "digital"),
            (PAPER, REGISTRY, "physical"),
        )
    ]


def _submission(stream_id: UUID, command: object) -> Submission:
    return Submission(
        stream_id=stream_id,
        command=command,
        actor="test",
        correlation_id="test",
        causation_id=str(uuid4()),
    )

"""A hub that follows the catalogue of a sandbox provider, over real HTTP."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.catalogue.commands import FollowCatalogue
from aanspraak.domain.catalogue.events import CatalogueFollowed
from adapters.eduv.catalogue import CataloguePuller, Pulled
from adapters.eduv.catalogue_follower import CatalogueFollower
from adapters.eduv.partner_reader import PartnerReader
from adapters.postgres.connection import connect
from adapters.postgres.event_log import read_many
from adapters.postgres.group_commit import commit_group
from adapters.security.token_client import TokenClient
from projections.partners import Partner
from tests.adapters.sandbox_case import KEY, Stage, playing
from tests.adapters.vault_case import open_vault
from tests.contracts.view_rows import follow

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from psycopg import AsyncConnection

    from adapters.postgres.vault import Vault

PROVIDER, REGISTRY = "uitgever-catalogus", "uitgever"
LADDER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 60, 1440))
BOOK: dict[str, Any] = {
    "productId": "9789006100013",
    "name": "Getal & Ruimte",
    "type": "digital",
    "status": "available",
    "licensePeriod": {"licenseVariant": "schoolyear"},
    "defaultAccessUrl": "https://leermiddel.example/9789006100013",
}
OTHER = {**BOOK, "productId": "9789006100020", "name": "Nieuw Nederlands"}
BROKEN = {**BOOK, "productId": "9789006100044", "status": "sold-out", "licensePeriod": None}


@dataclass
class Time:
    """The time as the hub knows it: that of this machine, moved on at will."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(kw_only=True)
class CatalogueCase:
    """A provider that runs, and the hub that pulls its catalogue."""

    conn: AsyncConnection[Any]
    stage: Stage
    puller: CataloguePuller
    vault: Vault
    time: Time
    url: str

    @property
    def partner(self) -> Partner:
        return Partner(
            partner=PROVIDER,
            role="catalogue",
            title=PROVIDER,
            client_id=PROVIDER,
            url=self.stage.url + "/catalogue/v2",
            token_url=self.stage.url + "/oauth2/token",
            scope="eduv.catalogue",
            usage_url="",
        )

    async def partners(self, role: str | None = None) -> Sequence[Partner]:
        """As the directory has them."""
        return [self.partner] if role in {None, "catalogue"} else []

    @property
    def follower(self) -> CatalogueFollower:
        return CatalogueFollower(
            url=self.url, providers=self, puller=self.puller, now=self.time.now, tick_seconds=0.01
        )

    async def put(self, *products: dict[str, Any]) -> None:
        """Let the provider have these from now on."""
        for product in products:
            assert (await self.stage.control("PUT", f"products/{product['productId']}", product))[
                0
            ] == 200

    async def withdraw(self, product: dict[str, Any]) -> None:
        await self.stage.control("DELETE", f"products/{product['productId']}")

    async def pull(self, *, full: bool = False) -> Pulled:
        """Pull, and let the views follow."""
        followed = CatalogueFollowed(provider=PROVIDER, registry=REGISTRY)
        pulled = await self.puller.pull(self.conn, self.partner, followed, full=full)
        await follow(self.conn)
        return pulled

    async def decide_to_follow(self) -> None:
        await self.submit(
            Submission(
                stream_id=ids.catalogue_stream(PROVIDER),
                command=FollowCatalogue(provider=PROVIDER, registry=REGISTRY),
                actor="test",
                correlation_id="test",
                causation_id="test",
            )
        )

    async def submit(self, submission: Submission) -> None:
        (result,) = await commit_group(self.conn, [submission])
        assert result.refusal is None

    async def facts(self, product: dict[str, Any]) -> list[Any]:
        """The history of a product."""
        stream = ids.product_stream(product["productId"])
        return [one.event for one in (await read_many(self.conn, [stream]))[stream]]

    async def incidents(self) -> list[tuple[Any, ...]]:
        """Kind, and what it concerns, of every incident that is open."""
        cursor = await self.conn.execute(
            "SELECT kind, concerning FROM view.incidents WHERE closed_at IS NULL ORDER BY 2"
        )
        return await cursor.fetchall()

    async def asked(self) -> list[tuple[str, str | None]]:
        """What the provider was asked, the first first."""
        received = (await self.stage.control("GET", "received"))[1]
        return [(one["asked"], one["since"]) for one in reversed(received)]


@asynccontextmanager
async def catalogue_case(database_url: str, **behaviour: Any) -> AsyncIterator[CatalogueCase]:  # noqa: ANN401
    """A provider without products, followed by nobody yet."""
    time = Time()
    async with (
        playing("catalogue", **behaviour) as stage,
        open_vault(database_url) as vault,
        ClientSession() as session,
        await connect(database_url, "test") as conn,
    ):
        reader = PartnerReader(
            session, TokenClient(session, KEY, "hub"), timeout_seconds=2, now=time.now
        )
        puller = CataloguePuller(
            reader=reader,
            texts=vault,
            every=timedelta(hours=1),
            ladder=LADDER,
            now=time.now,
        )
        yield CatalogueCase(
            conn=conn, stage=stage, puller=puller, vault=vault, time=time, url=database_url
        )

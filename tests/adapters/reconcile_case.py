"""A hub, a server that plays its registry and its shop, and what compares them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aanspraak.domain import ids
from aanspraak.domain.partner.commands import RegisterPartner
from adapters.eduv.comparing import Comparing
from adapters.eduv.reconcile import Reconciler
from adapters.postgres import reads_reconciled
from adapters.postgres.activations import Activations
from adapters.postgres.reconciliations import Scope
from tests.adapters.http_case import Hub, running_hub
from tests.adapters.http_partners import REGISTRY, SHOP
from tests.adapters.http_stories import Ordered
from tests.adapters.reading_case import ReadServer, read_server, usage, usage_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path
    from uuid import UUID

    from adapters.postgres.reads_reconciled import Part
    from adapters.postgres.reconciliations import Kind


class Story:
    """A hub, a server that plays its registry and its shop, and what compares them."""

    def __init__(self, hub: Hub, server: ReadServer, reconciler: Reconciler) -> None:
        self.hub = hub
        self.server = server
        self.reconciler = reconciler

    def tells(self, of: Ordered, *entitlements: dict[str, Any]) -> None:
        body = {"deliveryOrderId": str(of.order_id), "entitlements": list(entitlements)}
        self.server.answers[f"/usage/deliveryorders/{of.order_id}"] = (200, body)

    def shows(self, delivery_order_id: UUID, status: str, total: int | None = None) -> None:
        quantity = {} if total is None else {"totalQuantity": total}
        body = {
            "deliveryOrderId": str(delivery_order_id),
            "status": status,
            "deliverySpecification": quantity,
        }
        self.server.answers[f"/deliveryorders/{delivery_order_id}"] = (200, body)

    async def compare(self, kind: Kind, scope: Scope | None = None) -> Part:
        """The part of the one partner there is something to compare with."""
        run_id = await self.reconciler.run(kind, scope or Scope())
        await self.hub.catch_up()
        async with self.hub.services.pool.connection() as conn:
            found = await reads_reconciled.parts(conn, run_id)
        partner = REGISTRY if kind == "registry" else SHOP
        (part,) = [each for each in found if each.partner == partner]
        return part

    async def differing(self) -> list[tuple[str, str | None, str | None]]:
        async with self.hub.services.pool.connection() as conn:
            found = await reads_reconciled.differences(conn)
        return [(each.what, each.ours, each.theirs) for each in found]


@asynccontextmanager
async def told(database_url: str, tmp_path: Path) -> AsyncIterator[Story]:
    """A story whose registry and shop can be read."""
    async with (
        read_server() as server,
        running_hub(database_url, tmp_path) as hub,
        comparing(hub) as reconciler,
    ):
        await hub.submit(
            (ids.partner_stream(REGISTRY), reading(server, REGISTRY, "registry")),
            (ids.partner_stream(SHOP), reading(server, SHOP, "shop")),
        )
        await hub.catch_up()
        yield Story(hub, server, reconciler)


@asynccontextmanager
async def comparing(hub: Hub, timeout_seconds: float = 5) -> AsyncIterator[Reconciler]:
    services = hub.services
    async with usage_client(timeout_seconds) as client:
        yield Reconciler(
            url=hub.url,
            directory=services.directory,
            comparing=Comparing(client=client, reads=services.reads, settle=timedelta()),
            activations=Activations(services.vault, services.pool),
            now=lambda: datetime.now(UTC),
            pause_seconds=0,
        )


def used(so_far: Ordered, **changed: object) -> dict[str, Any]:
    return usage(entitlementId=str(so_far.entitlement_id), **changed)


def unused(so_far: Ordered, status: str) -> dict[str, Any]:
    told = usage(entitlementId=str(so_far.entitlement_id), entitlementStatus=status)
    del told["usage"]
    return told


def reading(server: ReadServer, partner: str, role: str) -> RegisterPartner:
    return RegisterPartner(
        partner=partner,
        role=role,
        title=partner,
        client_id=f"client-{partner}",
        url=server.url,
        token_url=f"{server.url}/token",
        scope="",
        usage_url=server.url if role == "registry" else "",
    )

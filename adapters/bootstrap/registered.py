"""The partners that are registered, for who adds to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.domain import ids
from aanspraak.domain.partner.events import PartnerEvent
from adapters.bootstrap import database_url, pool
from adapters.postgres.directory import Directory
from adapters.postgres.event_log import read_many

if TYPE_CHECKING:
    from collections.abc import Collection

    from adapters.config import Settings


async def registered_partners(settings: Settings, names: Collection[str]) -> list[PartnerEvent]:
    """Those of these partners that are registered, from the log itself."""
    url = database_url(settings)
    streams = [ids.partner_stream(name) for name in names]
    async with pool(url, "cli") as connections, connections.connection() as conn:
        histories = await read_many(conn, streams)
    facts = [history[-1].event for history in histories.values() if history]
    return [fact for fact in facts if isinstance(fact, PartnerEvent)]


async def clients(settings: Settings) -> dict[str, str]:
    """Which partner has which client id, as far as the views have followed."""
    async with pool(database_url(settings), "cli") as connections:
        return {one.client_id: one.partner for one in await Directory(connections).partners()}

"""The partners that are registered, for who adds to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.domain import ids
from aanspraak.domain.partner.events import PartnerEvent
from aanspraak.domain.partner.state import replay
from adapters.bootstrap import database_url, pool
from adapters.postgres.directory import Directory
from adapters.postgres.event_log import read_many

if TYPE_CHECKING:
    from collections.abc import Collection

    from aanspraak.domain.partner.events import PartnerRegistered
    from adapters.config import Settings


async def registered_partners(
    settings: Settings, names: Collection[str]
) -> list[PartnerRegistered]:
    """Those of these partners that are registered, from the log itself."""
    url = database_url(settings)
    streams = [ids.partner_stream(name) for name in names]
    async with pool(url, "cli") as connections, connections.connection() as conn:
        histories = await read_many(conn, streams)
    known = [
        replay(one.event for one in history if isinstance(one.event, PartnerEvent))
        for history in histories.values()
    ]
    return [one.registered for one in known if one is not None]


async def clients(settings: Settings) -> dict[str, str]:
    """Which partner has which client id, as far as the views have followed."""
    async with pool(database_url(settings), "cli") as connections:
        return {one.client_id: one.partner for one in await Directory(connections).partners()}

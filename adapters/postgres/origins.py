"""How entitlements came to be, read from the log itself: what never changes of them, never late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aanspraak.domain.entitlement.events import EntitlementCreated, LinkRequested
from adapters.postgres.event_log import read_first, read_many
from adapters.postgres.vault_grouped import Grouped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from adapters.postgres.vault_part import Connections


class Origins:
    """Asked one by one; who asks at the same moment shares a round trip."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._grouped = Grouped(self._read)

    async def created(self, entitlement_id: UUID) -> EntitlementCreated | None:
        """How this entitlement came to be; None when there is none with this id."""
        return await self._grouped.ask(entitlement_id)

    async def was_asked(self, entitlement_id: UUID, portal: str) -> bool:
        """Whether a portal that the order does not name was asked for a link all the same."""
        async with self._connections.connection() as conn:
            history = await read_many(conn, [entitlement_id])
        events = (recorded.event for recorded in history[entitlement_id])
        return any(isinstance(one, LinkRequested) and one.portal == portal for one in events)

    async def _read(self, entitlement_ids: Sequence[UUID]) -> list[EntitlementCreated | None]:
        async with self._connections.connection() as conn:
            found = await read_created(conn, entitlement_ids)
        return [found.get(entitlement_id) for entitlement_id in entitlement_ids]


async def read_created(
    conn: AsyncConnection[Any], entitlement_ids: Sequence[UUID]
) -> dict[UUID, EntitlementCreated]:
    """How each of these came to be; what is no entitlement is missing."""
    found = await read_first(conn, entitlement_ids)
    return {
        stream_id: recorded.event
        for stream_id, recorded in found.items()
        if isinstance(recorded.event, EntitlementCreated)
    }

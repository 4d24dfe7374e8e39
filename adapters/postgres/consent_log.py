"""Whether a school consents, from the log itself: asked right before something is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from aanspraak.domain import ids
from aanspraak.domain.consent.state import replay
from aanspraak.domain.consent_scopes import PORTAL_SCOPE
from adapters.postgres.event_log import read_many
from adapters.postgres.vault_grouped import Grouped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from aanspraak.domain.consent.events import ConsentEvent


class LoggedConsents:
    """The consents of schools to portals; many who ask at once share a round trip."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[Any]]) -> None:
        self._pool = pool
        self._asked = Grouped(self._hold)

    async def holds(self, portal: str, school_id: UUID) -> bool:
        """Whether this school's consent to this portal holds at this moment."""
        stream = ids.consent_stream(school_id, portal, PORTAL_SCOPE.api, PORTAL_SCOPE.scope)
        return await self._asked.ask(stream)

    async def _hold(self, streams: Sequence[UUID]) -> list[bool]:
        async with self._pool.connection() as conn:
            histories = await read_many(conn, list(dict.fromkeys(streams)))
        holding = {stream for stream in histories if _holds(histories[stream])}
        return [stream in holding for stream in streams]


def _holds(history: Sequence[Any]) -> bool:
    consent = replay(cast("list[ConsentEvent]", [recorded.event for recorded in history]))
    return consent is not None and consent.holds

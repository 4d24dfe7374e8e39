"""Subscriptions: administrations tell us what changes, and once what changed while we were away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog

from adapters.eduv.administration import Administration
from adapters.eduv.partner_reader import NoAnswer
from adapters.postgres import roster_wanted
from adapters.wire.problems import SchemaIncorrect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from adapters.eduv.partner_reader import PartnerReader
    from adapters.postgres.directory import Directory
    from adapters.postgres.vault import Vault
    from adapters.wire.notifications_v0 import Notification

log = structlog.get_logger(__name__)


@dataclass(kw_only=True)
class Subscriptions:
    """Each administration is subscribed to once in the life of a process; `again` after a failure.

    One that has no notifications is pulled on schedule all the same.
    """

    connections: AsyncConnectionPool[AsyncConnection[Any]]
    vault: Vault
    directory: Directory
    reader: PartnerReader
    now: Callable[[], datetime]
    again: timedelta
    _next: dict[str, datetime | None] = field(default_factory=dict)

    def due(self, provider: str) -> bool:
        """Whether it is time to subscribe there."""
        if provider not in self._next:
            return True
        at = self._next[provider]
        return at is not None and at <= self.now()

    async def subscribe(self, provider: str, caught_up_to: datetime | None) -> None:
        """Subscribe, and have pulled what changed since; what fails is tried again later."""
        self._next[provider] = self.now() + self.again
        partner = await self.directory.partner(provider)
        if partner is None:
            return
        administration = Administration(self.reader, partner)
        began = self.now()
        try:
            await administration.subscribe()
            if caught_up_to is not None:
                told = await administration.changed_since(caught_up_to)
                await self._want(provider, told)
        except (NoAnswer, SchemaIncorrect) as error:
            log.warning("roster.not_subscribed", provider=provider, reason=str(error))
            return
        async with self.connections.connection() as conn:
            await roster_wanted.caught_up(conn, provider, began)
        self._next[provider] = None

    async def _want(self, provider: str, told: Sequence[Notification]) -> None:
        now = self.now()
        schools = {one.school.aliases() for one in told if one.school is not None}
        found = [await self.vault.find_school(*aliases) for aliases in schools]
        async with self.connections.connection() as conn:
            if any(one.school is None for one in told):
                await roster_wanted.want_all(conn, provider, now)
            known = [school.school_id for school in found if school is not None]
            await roster_wanted.want(conn, known, now, provider)

"""What the HTTP application answers with: everything it needs, handed in, nothing looked up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from adapters.config import Settings
from adapters.http.signs_of_life import SignsOfLife
from adapters.postgres.activations import Activations
from adapters.postgres.codes import CodeDesk
from adapters.postgres.committer import Committer
from adapters.postgres.consents import Consents
from adapters.postgres.directory import Directory
from adapters.postgres.origins import Origins
from adapters.postgres.reads import Reads
from adapters.postgres.usage_cache import Asked, Source, UsageCache
from adapters.postgres.vault import Vault
from adapters.security.tokens import TokenVerifier


class UsageReading(Protocol):
    """Asks registries about use; what they said is in its cache."""

    @property
    def cache(self) -> UsageCache:
        """What they said until now."""
        ...

    async def sources(self, asked: Sequence[Asked], *, fresh: bool) -> list[Source]:
        """What each registry answered, asked anew where that is due or wanted."""
        ...


@dataclass(frozen=True, kw_only=True)
class Services:
    """The parts of a running process. `pool` is in autocommit; `now` gives the time in UTC."""

    pool: AsyncConnectionPool[AsyncConnection[Any]]
    committer: Committer
    directory: Directory
    vault: Vault
    tokens: TokenVerifier
    settings: Settings
    now: Callable[[], datetime]
    usage: UsageReading
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when this process is going to stop."""

    @cached_property
    def reads(self) -> Reads:
        """What the views know."""
        return Reads(self.pool)

    @cached_property
    def consents(self) -> Consents:
        """Which schools consent to what."""
        return Consents(self.pool)

    @cached_property
    def origins(self) -> Origins:
        """How entitlements came to be."""
        return Origins(self.pool)

    @cached_property
    def codes(self) -> CodeDesk:
        """The activation codes in stock."""
        return CodeDesk(self.pool, self.vault)

    @cached_property
    def activations(self) -> Activations:
        """InitialActivations as commands."""
        return Activations(self.vault, self.pool)

    @cached_property
    def signs_of_life(self) -> SignsOfLife:
        """Which partners were heard."""
        return SignsOfLife(self.pool)

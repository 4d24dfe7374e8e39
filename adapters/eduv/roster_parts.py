"""How pulling and following rosters are put together, for whichever process wants them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from adapters.eduv.partner_reader import PartnerReader
from adapters.eduv.roster import RosterPuller
from adapters.eduv.roster_follower import RosterFollower
from adapters.eduv.roster_subscriptions import Subscriptions
from adapters.postgres.directory import Directory
from adapters.postgres.roster_desk import RosterDesk
from adapters.security.key_sets import read_private_key
from adapters.security.token_client import TokenClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import aiohttp
    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from adapters.config import Settings
    from adapters.eduv.roster import MayRead
    from adapters.postgres.vault import Vault

    Connections = AsyncConnectionPool[AsyncConnection[Any]]


class RosterParts:
    """The parts of one process; `may_read` says whether a school consents."""

    def __init__(
        self,
        connections: Connections,
        vault: Vault,
        settings: Settings,
        *,
        now: Callable[[], datetime],
        may_read: MayRead,
    ) -> None:
        self._connections = connections
        self._vault = vault
        self._settings = settings
        self._now = now
        self._may_read = may_read
        self._directory = Directory(connections)

    def desk(self) -> RosterDesk:
        """Where rosters come in, from administrations and from files."""
        grace = timedelta(seconds=self._settings.leaver_grace_seconds)
        return RosterDesk(self._connections, self._vault, now=self._now, grace=grace)

    def puller(self, session: aiohttp.ClientSession) -> RosterPuller:
        """What pulls one school."""
        return RosterPuller(
            desk=self.desk(),
            vault=self._vault,
            directory=self._directory,
            reader=self._reader(session),
            may_read=self._may_read,
        )

    def follower(self, url: str, session: aiohttp.ClientSession) -> RosterFollower:
        """What pulls all of them."""
        every = timedelta(seconds=self._settings.roster_pull_seconds)
        return RosterFollower(
            url=url,
            connections=self._connections,
            puller=self.puller(session),
            subscriptions=Subscriptions(
                connections=self._connections,
                vault=self._vault,
                directory=self._directory,
                reader=self._reader(session),
                now=self._now,
                again=every / 4,
            ),
            every=every,
            concurrency=self._settings.partner_concurrency,
            now=self._now,
        )

    def _reader(self, session: aiohttp.ClientSession) -> PartnerReader:
        tokens = TokenClient(
            session, read_private_key(self._settings.client_key), self._settings.client_id
        )
        timeout = self._settings.request_timeout_seconds
        return PartnerReader(session, tokens, timeout_seconds=timeout, now=self._now)

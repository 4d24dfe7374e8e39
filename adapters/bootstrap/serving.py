"""The parts of the process that answers over HTTP."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from adapters.bootstrap import database_url, pool, utc_now, vault
from adapters.eduv.usage_parts import reading_usage
from adapters.http.services import Services
from adapters.postgres.committer import Committer
from adapters.postgres.directory import Directory
from adapters.security.tokens import TokenVerifier

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.config import Settings


@asynccontextmanager
async def services(settings: Settings) -> AsyncIterator[Services]:
    """The parts of a process that answers over HTTP; its committer is not running yet."""
    url = database_url(settings)
    # The vault commits by itself; with connections of its own it never waits for who waits for it.
    async with (
        pool(url, "serve") as connections,
        pool(url, "vault") as persons,
        reading_usage(connections, settings, utc_now) as usage,
    ):
        yield Services(
            pool=connections,
            committer=Committer(
                url, queue_limit=settings.queue_limit, group_limit=settings.group_limit
            ),
            directory=Directory(connections),
            vault=vault(persons, settings),
            tokens=TokenVerifier(
                issuer=settings.token_issuer,
                audience=settings.token_audience,
                keys=settings.token_keys,
            ),
            settings=settings,
            now=utc_now,
            usage=usage,
        )

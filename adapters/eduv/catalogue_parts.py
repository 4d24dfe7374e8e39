"""What asks providers for their products, put together from the settings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.eduv.catalogue import CataloguePuller
from adapters.eduv.partner_reader import PartnerReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import aiohttp

    from adapters.config import Settings
    from adapters.eduv.catalogue_incidents import TextKeeper
    from adapters.eduv.partner_client import Tokens


def pulling_catalogues(
    session: aiohttp.ClientSession,
    tokens: Tokens,
    texts: TextKeeper,
    settings: Settings,
    now: Callable[[], datetime],
) -> CataloguePuller:
    """All it needs of this deployment."""
    patience = settings.request_timeout_seconds
    return CataloguePuller(
        reader=PartnerReader(session, tokens, timeout_seconds=patience, now=now),
        texts=texts,
        every=timedelta(seconds=settings.catalogue_pull_seconds),
        ladder=tuple(timedelta(seconds=rung) for rung in settings.retry_ladder_seconds),
        now=now,
    )

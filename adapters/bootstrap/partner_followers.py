"""The followers that speak to partners; each has a session of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.bootstrap import partners, utc_now
from adapters.bootstrap.channels import open_channel
from adapters.bootstrap.couriers import open_letters
from adapters.bootstrap.following import until_stopped
from adapters.bootstrap.partners import catalogue_puller, partner_session, rosters
from adapters.eduv.catalogue_follower import CatalogueFollower
from adapters.postgres.directory import Directory

if TYPE_CHECKING:
    from adapters.bootstrap.following import Surroundings


async def gateway(around: Surroundings) -> None:
    """Sends the requests, and finishes what is under way before it stops."""
    connections, settings = around.connections, around.settings
    async with partner_session() as session:
        with open_channel(settings) as channel, open_letters(settings) as letters:
            gate = partners.gateway(around.url, connections, session, settings, channel, letters)
            await gate.run(around.stop)


async def catalogue(around: Surroundings) -> None:
    """Asks the providers that are followed for their products."""
    async with partner_session() as session:
        follower = CatalogueFollower(
            url=around.url,
            providers=Directory(around.connections),
            puller=catalogue_puller(around.connections, session, around.settings),
            now=utc_now,
        )
        await until_stopped(follower, around.stop)


async def roster(around: Surroundings) -> None:
    """Asks administrations for the rosters that are wanted."""
    async with partner_session() as session:
        follower = rosters(around.connections, around.settings).follower(around.url, session)
        await until_stopped(follower, around.stop)

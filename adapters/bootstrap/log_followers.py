"""The followers that speak to no partner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.bootstrap import utc_now, vault
from adapters.bootstrap.channels import open_channel
from adapters.bootstrap.following import until_stopped
from adapters.postgres import publisher as publishing
from adapters.postgres import views
from adapters.postgres.activations import Activations
from adapters.postgres.clock import Clock
from adapters.postgres.dead_letters import DeadLetterTable
from adapters.postgres.follower import Follower
from adapters.postgres.policies import Policies
from adapters.postgres.pools import Pools, rules_of

if TYPE_CHECKING:
    from adapters.bootstrap.following import Surroundings


async def policies(around: Surroundings) -> None:
    """The one follower that asks for commands."""
    activations = Activations(vault(around.connections, around.settings), around.connections)
    asking = Policies(activations.take_up, Pools(rules_of(around.settings)))
    follower = Follower(
        url=around.url,
        name="policies",
        schema="policy",
        handle=asking.handle,
        dead_letters=DeadLetterTable("policies"),
    )
    await until_stopped(follower, around.stop)


async def projections(around: Surroundings) -> None:
    """Keeps the views."""
    follower = views.follower(around.url, DeadLetterTable(views.NAME))
    await until_stopped(follower, around.stop)


async def publisher(around: Surroundings) -> None:
    """Copies messages into the channel."""
    with open_channel(around.settings) as channel:
        follower = Follower(
            url=around.url,
            name=publishing.NAME,
            schema=publishing.SCHEMA,
            handle=publishing.Publisher(utc_now, channel).handle,
            dead_letters=DeadLetterTable(publishing.NAME),
        )
        await until_stopped(follower, around.stop)


async def clock(around: Surroundings) -> None:
    """Sends the commands whose time has come."""
    overdue = around.settings.overdue_seconds
    await until_stopped(Clock(url=around.url, overdue_seconds=overdue, now=utc_now), around.stop)

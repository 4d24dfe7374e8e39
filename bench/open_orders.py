"""Open orders for all pupils of a school, and a consent, against orders that name the pupils."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from adapters.postgres.connection import connect
from adapters.postgres.follower import Follower
from adapters.postgres.group_commit import commit_group
from adapters.postgres.policies import Policies
from bench.append import nothing_held, receive_order
from bench.following import follow
from bench.orders import PORTAL
from bench.school import consent
from bench.surroundings import Rate, Timed, new_database, server, tell
from tests.contracts.pool_case import SCHOOL, PoolCase

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from psycopg import AsyncConnection

PUPILS: Final = 1_500
ORDERS: Final = 10
ENTITLEMENTS: Final = PUPILS * ORDERS

_CREATED = "SELECT count(*) FROM policy.entitlements"


def run() -> None:
    """Measure and tell."""
    with server() as running:
        school = new_database(running, "open")
        found = asyncio.run(_followed(school, _open))
        told = asyncio.run(_followed(school, _consent))
        named = asyncio.run(_followed(new_database(running, "named"), _named))
    tell(
        f"{ORDERS} orders for {PUPILS:,} pupils each: until every entitlement is asked for",
        "entitlements",
        Rate.of("open: school-all, the pupils are in the roster", ENTITLEMENTS, found),
        Rate.of("the school consents: the portal is asked for all of them", ENTITLEMENTS, told),
        Rate.of("the pupils are in the order", ENTITLEMENTS, named),
    )


async def _followed(url: str, prepare: Callable[[AsyncConnection[Any]], Awaitable[None]]) -> Timed:
    handle = Policies(nothing_held).handle
    follower = Follower(url=url, name="policies", schema="policy", handle=handle)
    async with await connect(url, "bench") as conn:
        await prepare(conn)
        _, timed = await follow(follower)
        row = await (await conn.execute(_CREATED)).fetchone()
    if row != (ENTITLEMENTS,):
        raise RuntimeError(row)
    return timed


async def _open(conn: AsyncConnection[Any]) -> None:
    """Each for a product of its own: of one product a pupil would have one."""
    case = PoolCase(conn=conn)
    await case.roster(range(PUPILS))
    for number in range(ORDERS):
        await case.order(product_id=f"97890012345{number:02}", portals=(PORTAL,))


async def _consent(conn: AsyncConnection[Any]) -> None:
    """Once the registry has them all ready."""
    case = PoolCase(conn=conn)
    await case.registry_confirms()
    await commit_group(conn, [consent(SCHOOL)])


async def _named(conn: AsyncConnection[Any]) -> None:
    for _ in range(ORDERS):
        await receive_order(conn, PUPILS)

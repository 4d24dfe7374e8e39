"""An order of 15,000 as it stood: its facts folded up to the middle and to the end, read bare."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from aanspraak.domain import ids
from adapters.cli.working import collect_garbage_seldom
from adapters.postgres.connection import connect
from adapters.postgres.reads_as_of import AsOf, order_as_of
from adapters.postgres.timelines import order_and_timeline_as_of
from bench.orders import order_for
from bench.school_start import Story, history, strangers, write
from bench.surroundings import Rate, Timed, new_database, server, tell
from projections.visibility import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

PUPILS: Final = 15_000
ROUNDS: Final = 5

_BARE: Final = """
SELECT notification_id, originator_id, originator_version, recorded_at, topic, state
FROM log.stored_events WHERE originator_id BETWEEN %s AND %s ORDER BY 2, 3
"""


def run() -> None:
    """Measure and tell; garbage is collected as seldom as in the processes that answer."""
    collect_garbage_seldom()
    pupils = tuple(islice(strangers(), PUPILS))
    order = order_for(uuid4(), PUPILS, datetime.now(UTC))
    with server() as running:
        url = new_database(running, "as_of")
        facts = write(url, history([Story(order=order, pupils=pupils)], activated=True))
        half, whole, page, bare = asyncio.run(_measured(url, order.delivery_order_id, facts))
    tell(
        f"An order of {PUPILS:,} as it stood, {ROUNDS} times",
        "facts",
        Rate.of(f"after {facts // 2:,} facts", facts // 2 * ROUNDS, *half),
        Rate.of(f"after {facts:,} facts", facts * ROUNDS, *whole),
        Rate.of("the same, and what had happened", facts * ROUNDS, *page),
        Rate.of("its rows, read and not looked at", facts * ROUNDS, *bare),
    )


async def _measured(
    url: str, delivery_order_id: UUID, facts: int
) -> tuple[list[Timed], list[Timed], list[Timed], list[Timed]]:
    """In turn, so that what else the machine does is shared by all."""
    half, whole, page, bare = [], [], [], []
    for _ in range(ROUNDS):
        half.append(await _ask(url, order_as_of, delivery_order_id, facts // 2))
        whole.append(await _ask(url, order_as_of, delivery_order_id, facts))
        page.append(await _ask(url, order_and_timeline_as_of, delivery_order_id, facts))
        bare.append(await _read(url, delivery_order_id))
    return half, whole, page, bare


async def _ask(
    url: str, question: Callable[..., Awaitable[object]], delivery_order_id: UUID, position: int
) -> Timed:
    then = AsOf(position, datetime.now(UTC))
    async with await connect(url, "bench") as conn:
        with Timed() as timed:
            found = await question(conn, OPERATOR, delivery_order_id, then)
    if found is None:
        raise LookupError(delivery_order_id)
    return timed


async def _read(url: str, delivery_order_id: UUID) -> Timed:
    bounds = ids.order_range(ids.order_stream(delivery_order_id))
    async with await connect(url, "bench") as conn, conn.cursor(binary=True) as cursor:
        with Timed() as timed:
            await cursor.execute(_BARE, bounds)
            await cursor.fetchall()
    return timed

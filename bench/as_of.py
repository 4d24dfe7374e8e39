"""An order of 15,000 as it stood: its facts folded up to the middle, and up to the end."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from itertools import islice
from typing import Final
from uuid import UUID, uuid4

from adapters.postgres.connection import connect
from adapters.postgres.reads_as_of import AsOf, order_as_of
from bench.orders import order_for
from bench.school_start import Story, history, strangers, write
from bench.surroundings import Rate, Timed, new_database, server, tell
from projections.visibility import OPERATOR

PUPILS: Final = 15_000
ROUNDS: Final = 3


def run() -> None:
    """Measure and tell."""
    pupils = tuple(islice(strangers(), PUPILS))
    order = order_for(uuid4(), PUPILS, datetime.now(UTC))
    with server() as running:
        url = new_database(running, "as_of")
        facts = write(url, history([Story(order=order, pupils=pupils)], activated=True))
        half = _asked(url, order.delivery_order_id, facts // 2)
        whole = _asked(url, order.delivery_order_id, facts)
    tell(
        f"An order of {PUPILS:,} as it stood",
        "facts",
        Rate.of(f"after {facts // 2:,} facts", facts // 2 * ROUNDS, *half),
        Rate.of(f"after {facts:,} facts", facts * ROUNDS, *whole),
    )


def _asked(url: str, delivery_order_id: UUID, position: int) -> list[Timed]:
    return [asyncio.run(_ask(url, delivery_order_id, position)) for _ in range(ROUNDS)]


async def _ask(url: str, delivery_order_id: UUID, position: int) -> Timed:
    async with await connect(url, "bench") as conn:
        with Timed() as timed:
            await order_as_of(conn, OPERATOR, delivery_order_id, AsOf(position, datetime.now(UTC)))
    return timed

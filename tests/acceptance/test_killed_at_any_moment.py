"""Killing, stopping or cutting off anything in the middle of an order loses and repeats nothing.

A message may come twice, under one reference id; the sandbox counts effects by reference id.
`AANSPRAAK_TEST_SEED` gives the moments of an earlier run again.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest

from adapters.postgres.embedded import Server, halt, start, wheel_binaries
from adapters.sandbox.orders import student_order
from tests.acceptance.conftest import BOOK, until
from tests.acceptance.harms import SERVER_OPTIONS, Harm, harms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.sandbox.chain import Chain
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(1500)]

PUPILS = 2_000
MOMENTS = 2
"""So often everything is killed."""
HARMS_PER_ORDER = 4
EARLIEST, LATEST = 0.05, 0.8
"""Of the entitlements are delivered when a harm strikes; later is a miss, which strikes again."""
MISSES_AT_MOST = 20
PARTNERS = {"uitgever": {"latencySeconds": 0.02}, "portaal": {"latencySeconds": 0.02}}
TIMELINE = {
    ("entitlement-created", None): "entitlement.created",
    ("entitled", "uitgever"): "entitlement.entitled",
    ("link-placed", "portaal"): "entitlement.link-placed",
}
"""What the timeline of an order counts, and the fact of which it is the count."""
FACTS = """
SELECT e.topic, count(*) FROM log.readable_events e
WHERE e.stream_id IN (
    SELECT stream_id FROM log.readable_events
    WHERE topic = 'entitlement.created' AND data ->> 'delivery_order_id' = %s)
GROUP BY e.topic
"""


class Struck(NamedTuple):
    """A harm, and which share of its order was delivered at that moment."""

    name: str
    share: float


@pytest.fixture
def own_server() -> Iterator[Server]:
    """Give a PostgreSQL server that may be killed."""
    folder = Path(tempfile.mkdtemp(prefix="aanspraak-killed-"))
    server = Server(folder=folder, binaries=wheel_binaries())
    try:
        start(server, port=None, options=SERVER_OPTIONS)
        yield server
    finally:
        halt(server)
        shutil.rmtree(folder)


async def test_whatever_is_killed_every_entitlement_is_delivered_once(
    start_chain: StartChain, own_server: Server
) -> None:
    seed = os.environ.get("AANSPRAAK_TEST_SEED") or secrets.token_hex(4)
    print(f"AANSPRAAK_TEST_SEED={seed}")  # noqa: T201 - shown when the test fails
    chance = Random(seed)
    waiting = harms(chance, moments=MOMENTS)
    wanted = Counter(harm.name for harm in waiting)
    with psycopg.connect(own_server.url("postgres"), autocommit=True) as conn:
        conn.execute("CREATE DATABASE killed")
    struck: list[Struck] = []
    orders: list[str] = []
    async with start_chain(url=own_server.url("killed"), behaviour=PARTNERS, apart=True) as chain:
        while waiting:
            assert len(orders) <= MISSES_AT_MOST, (seed, struck)
            orders.append(await _order(chain, len(orders)))
            struck += await _strike(chain, own_server, waiting, chance, orders[-1])
            await _delivered_once(chain, orders)
        for order in orders:
            await _its_timeline_is_true(chain, own_server, order)
    assert Counter(one.name for one in struck) == wanted
    assert all(EARLIEST <= one.share <= LATEST for one in struck), struck
    assert _laid_aside(own_server) == []


async def _order(chain: Chain, nth: int) -> str:
    """Order for pupils who have nothing yet; the deliveryOrderId."""
    pupils = range(nth * PUPILS, (nth + 1) * PUPILS)
    order = student_order("104A158", BOOK, pupils, portals=("portaal",))
    await chain.sandbox("winkel", "POST", "order", order.request())
    return str(order.delivery_order_id)


async def _strike(
    chain: Chain, server: Server, waiting: list[Harm], chance: Random, order: str
) -> list[Struck]:
    """Strike at random moments while the order is under way; what misses it stays waiting."""
    moments = [chance.uniform(EARLIEST, LATEST) for _ in waiting[:HARMS_PER_ORDER]]
    struck: list[Struck] = []
    for moment in sorted(moments):
        share = await _comes_to(chain, order, moment)
        if share > LATEST:
            break
        harm = waiting.pop(0)
        struck.append(Struck(harm.name, share))
        print(f"{time.monotonic():.1f} {harm.name} at {share:.0%} of {order}")  # noqa: T201
        await harm.strike(chain, server)
    return struck


async def _comes_to(chain: Chain, order: str, moment: float) -> float:
    """Wait until this share is delivered; the share that is."""

    async def ask() -> float:
        counts = ((await chain.trace(order)) or {}).get("counts", {})
        return float(counts.get("linkPlaced", 0)) / PUPILS

    return float(await until(ask, lambda share: share >= moment, seconds=120, about=order))


async def _delivered_once(chain: Chain, orders: list[str]) -> None:
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return ((await chain.trace(orders[-1])) or {}).get("status")

    await until(ask, lambda status: status == "link-placed", seconds=240, about=orders[-1])
    for partner in PARTNERS:
        effects = await chain.sandbox(partner, "GET", "effects")
        assert effects["effects"] == len(orders) * PUPILS, (partner, effects)

    async def confirmed() -> Any:  # noqa: ANN401 - JSON
        return (await chain.sandbox("winkel", "GET", "effects"))["confirmed"]

    told = await until(confirmed, lambda said: said.get("processed", 0) >= len(orders), seconds=60)
    assert told == {"processed": len(orders)}


async def _its_timeline_is_true(chain: Chain, server: Server, order: str) -> None:
    """It tells what the log counts: everything once for everybody."""
    timeline = await chain.get(f"/trace/v1/orders/{order}/timeline")
    assert timeline["status"] == "link-placed"
    times: Counter[tuple[str, str | None]] = Counter()
    for entry in timeline["entries"]:
        times[entry["what"], entry.get("partner")] += entry.get("times", 1)
    with psycopg.connect(server.url("killed")) as conn:
        facts: dict[str, int] = dict(conn.execute(FACTS, (order,)).fetchall())
    told = {topic: times[key] for key, topic in TIMELINE.items()}
    assert told == {topic: facts[topic] for topic in told} == dict.fromkeys(told, PUPILS)


def _laid_aside(server: Server) -> list[tuple[Any, ...]]:
    with psycopg.connect(server.url("killed")) as conn:
        return conn.execute(
            "SELECT follower, topic, reason FROM channel.dead_letter ORDER BY position"
        ).fetchall()

"""Killing, stopping or cutting off anything in the middle of an order loses and repeats nothing.

A message may come twice, under one reference id; the sandbox counts effects by reference id.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from adapters.postgres.embedded import Server, halt, start, wheel_binaries
from adapters.sandbox.chain import HUB
from adapters.sandbox.orders import student_order
from tests.acceptance.conftest import BOOK, until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from adapters.sandbox.chain import Chain
    from tests.acceptance.conftest import StartChain

    Harm = Callable[[Chain, Server], Awaitable[None]]

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(1500)]

PUPILS = 2_000
STOPPED_SECONDS = 30
CHANCE = random.Random(20260901)


@pytest.fixture
def own_server() -> Iterator[Server]:
    """Give a PostgreSQL server that may be killed."""
    folder = Path(tempfile.mkdtemp(prefix="aanspraak-killed-"))
    server = Server(folder=folder, binaries=wheel_binaries())
    try:
        start(server, port=None, options={"max_connections": "200"})
        yield server
    finally:
        halt(server)
        shutil.rmtree(folder)


def _kill(name: str) -> Harm:
    async def harm(chain: Chain, _server: Server) -> None:
        chain.processes.signal(name, signal.SIGKILL)
        await asyncio.sleep(CHANCE.uniform(0, 1))
        chain.start_hub(name)

    return harm


def _stop(name: str) -> Harm:
    async def harm(chain: Chain, _server: Server) -> None:
        chain.processes.signal(name, signal.SIGSTOP)
        await asyncio.sleep(STOPPED_SECONDS)
        chain.processes.signal(name, signal.SIGCONT)

    return harm


async def _cut_every_connection(_chain: Chain, server: Server) -> None:
    with psycopg.connect(server.url(), autocommit=True) as conn:
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name LIKE 'aanspraak %'"
        )


async def _kill_the_database(_chain: Chain, server: Server) -> None:
    postmaster = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    await asyncio.sleep(1)
    await asyncio.to_thread(start, server, port=None, options={"max_connections": "200"})


HARMS: dict[str, Harm] = {
    **{f"{name} killed": _kill(name) for name in HUB},
    "gateway stopped": _stop("gateway"),
    "policies stopped": _stop("policies"),
    "connections cut": _cut_every_connection,
    "database killed": _kill_the_database,
}


async def test_whatever_is_killed_every_entitlement_is_delivered_once(
    start_chain: StartChain, own_server: Server
) -> None:
    with psycopg.connect(own_server.url("postgres"), autocommit=True) as conn:
        conn.execute("CREATE DATABASE killed")
    async with start_chain(url=own_server.url("killed")) as chain:
        for nth, (name, harm) in enumerate(HARMS.items(), start=1):
            order = student_order(
                "104A158", BOOK, range(nth * PUPILS, (nth + 1) * PUPILS), portals=("portaal",)
            )
            await chain.sandbox("winkel", "POST", "order", order.request())
            await asyncio.sleep(CHANCE.uniform(0.2, 6))
            await harm(chain, own_server)
            trace = await _delivered(chain, str(order.delivery_order_id), name)
            assert trace["status"] == "link-placed", name
            for partner in ("uitgever", "portaal"):
                effects = await chain.sandbox(partner, "GET", "effects")
                assert effects["effects"] == nth * PUPILS, (name, partner, effects)
            await _told_once_each(chain, nth, name)


async def _told_once_each(chain: Chain, orders: int, name: str) -> None:
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return (await chain.sandbox("winkel", "GET", "effects"))["confirmed"]

    confirmed = await until(ask, lambda told: told.get("processed", 0) >= orders, seconds=60)
    assert confirmed == {"processed": orders}, name


async def _delivered(chain: Chain, delivery_order_id: str, name: str) -> Any:  # noqa: ANN401 - JSON
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return await chain.trace(delivery_order_id)

    def delivered(trace: Any) -> bool:  # noqa: ANN401 - JSON
        return bool(trace and trace["status"] == "link-placed")

    return await until(ask, delivered, seconds=240, about=name)

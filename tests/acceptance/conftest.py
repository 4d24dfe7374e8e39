"""A whole chain for the stories: hub processes and sandbox partners on their own database."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from adapters.sandbox.chain import CONSENTING, Chain, SandboxPartner
from adapters.sandbox.deployment import free_port, over_kafka, prepare
from adapters.sandbox.orders import product
from tests.broker import new_cluster
from tests.conformance.recorded_chain import judged_chain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from adapters.kafka.cluster import Cluster

    StartChain = Callable[..., AbstractAsyncContextManager[Chain]]

BOOK = "9789006100013"
PARTNERS: tuple[tuple[str, str], ...] = (
    ("winkel", "shop"),
    ("andere-winkel", "shop"),
    ("uitgever", "registry"),
    ("portaal", "portal"),
)
QUICK = {
    "retry_ladder_seconds": "[0.5, 1, 2, 4]",
    "probe_seconds": "1",
    "overdue_seconds": "30",
}
"""The ladder of the tests: the same rungs, climbed faster."""


@pytest.fixture
def cluster(kafka_server: str) -> Cluster:
    """Give a cluster whose topics nobody has had."""
    return new_cluster(kafka_server)


@pytest.fixture
def channel(request: pytest.FixtureRequest) -> Mapping[str, str]:
    """Give the settings of the channel: AANSPRAAK_TEST_CHANNEL=kafka has all stories go over it."""
    if os.environ.get("AANSPRAAK_TEST_CHANNEL", "database") == "database":
        return {}
    return over_kafka(request.getfixturevalue("kafka_server"), f"story-{uuid4().hex[:12]}")


@pytest.fixture
def start_chain(database_url: str, tmp_path: Path, channel: Mapping[str, str]) -> StartChain:
    """Give a way to start a chain; everything it started has ended when its block ends."""

    @asynccontextmanager
    async def started(
        *,
        behaviour: Mapping[str, Mapping[str, object]] | None = None,
        products: Sequence[Mapping[str, object]] = (product(BOOK, "uitgever", "Getal & Ruimte"),),
        url: str = database_url,
        others: Sequence[tuple[str, str]] = (),
        codes: Collection[str] = (),
        apart: bool = False,
        consenting: Sequence[str] = CONSENTING,
        spares: Sequence[str] = (),
        **settings: str,
    ) -> AsyncIterator[Chain]:
        deployment = prepare(tmp_path, url, free_port(), **{**QUICK, **channel, **settings})
        partners = [
            SandboxPartner(
                partner=name,
                role=role,
                behaviour=(behaviour or {}).get(name, {}),
                codes=name in codes,
            )
            for name, role in (*PARTNERS, *others)
        ]
        async with judged_chain(deployment, partners, apart=apart, spares=spares) as chain:
            await chain.register(products, consenting)
            await chain.start()
            yield chain

    return started


async def until(
    ask: Callable[[], Any], expected: Callable[[Any], bool], seconds: float = 120, about: str = ""
) -> Any:  # noqa: ANN401 - whatever is asked for
    """Ask until the answer is as expected, and give it; fail with the last answer otherwise."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        answer = await ask()
        if expected(answer):
            return answer
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"{about} still {answer}")
        await asyncio.sleep(0.1)


def facts(url: str) -> list[tuple[Any, ...]]:
    """The log as people read it: stream, version, topic, data; in order of position."""
    with psycopg.connect(url) as conn:
        return conn.execute(
            "SELECT stream_id, version, topic, data FROM log.readable_events ORDER BY position"
        ).fetchall()

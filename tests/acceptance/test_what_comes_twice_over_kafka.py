"""What partners write comes twice, in another order, late, and with broken records in between."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from kafka import TopicPartition

from adapters.kafka import topics
from adapters.sandbox.orders import student_order
from adapters.security.issuing import new_key
from adapters.security.sealed import seal
from tests.acceptance.conftest import BOOK, facts, until
from tests.acceptance.kafka_partners import (
    confirmed,
    give_keys,
    reading,
    settings_of,
    write,
    written,
)
from tests.acceptance.telling import becomes, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from adapters.kafka.cluster import Cluster
    from adapters.kafka.records import Record
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(400)]

ORDERS, PUPILS = 3, 20
ANSWERING = ("uitgever", "portaal")
KEY = new_key()
POISON: Mapping[str, object] = {
    "not-json": b"\xff{",
    "plain-identifier": {"student": {"userMasterIdentifier": "leerling-1"}},
    "unopenable": {"student": seal({"userMasterIdentifier": "leerling-1"}, KEY)},
    "SchemaIncorrect": {"entitlementId": 5},
}


@pytest.fixture
def channel(cluster: Cluster, tmp_path: Path) -> Mapping[str, str]:
    return settings_of(cluster, tmp_path, *ANSWERING)


class Writers:
    """Registry and portal: each confirmation goes twice, and once more when all is over."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._chance = Random(4)
        self._all: dict[str, list[Record]] = {one: [] for one in ANSWERING}

    async def answer(self, partner: str, records: list[Any]) -> None:
        """Answer what was read in any order, the last five answers once more among them."""
        answers = [
            written(
                self._cluster,
                topics.CONFIRMATIONS,
                partner,
                record.key.decode(),
                confirmed(partner, json.loads(record.value)),
            )
            for record in records
        ]
        again = self._all[partner][-5:]
        self._all[partner] += answers
        await self._write(partner, [*answers, *answers, *again])

    async def all_again(self) -> None:
        """Whatever was ever written comes once more, in another order."""
        for partner in ANSWERING:
            await self._write(partner, list(self._all[partner]))

    async def poison(self) -> int:
        """Something of everything that cannot be taken, in every partition; how much."""
        for partner in ANSWERING:
            await write(self._cluster, topics.CONFIRMATIONS, partner, list(self._broken(partner)))
        return len(ANSWERING) * self._cluster.partitions * len(POISON)

    async def _write(self, partner: str, records: list[Record]) -> None:
        self._chance.shuffle(records)
        await write(self._cluster, topics.CONFIRMATIONS, partner, records)

    def _broken(self, partner: str) -> Iterator[Record]:
        for partition in range(self._cluster.partitions):
            for said in POISON.values():
                key = str(uuid4())
                yield written(self._cluster, topics.CONFIRMATIONS, partner, key, said, partition)


async def test_every_entitlement_is_delivered_once_whatever_comes_twice_late_or_broken(
    start_chain: StartChain, cluster: Cluster, database_url: str
) -> None:
    writers = Writers(cluster)
    orders = [
        student_order(
            "104A158", BOOK, range(nth * PUPILS, (nth + 1) * PUPILS), portals=("portaal",)
        )
        for nth in range(ORDERS)
    ]
    async with start_chain() as chain:
        await give_keys(chain, KEY, *ANSWERING)
        poison = await writers.poison()
        chain.processes.start("consume", "consume")
        async with reading(cluster, ANSWERING, writers.answer):
            for order in orders:
                await chain.sandbox("winkel", "POST", "order", order.request())
            for order in orders:
                await becomes(chain, order, "link-placed")
        await writers.all_again()
        poison += await writers.poison()
        dead = await _dead(cluster, poison)
        await told(chain, {"processed": ORDERS})
        for order in orders:
            trace = await chain.trace(order.delivery_order_id)
            assert trace["counts"]["linkPlaced"] == trace["delivered"] == PUPILS
    happened = Counter(topic for _, _, topic, _ in facts(database_url))
    for once in ("entitlement.created", "entitlement.entitled", "entitlement.link-placed"):
        assert happened[once] == ORDERS * PUPILS, once
    assert Counter(dead.values()) == Counter(dict.fromkeys(POISON, poison // len(POISON)))


async def _dead(cluster: Cluster, count: int) -> dict[tuple[object, ...], str]:
    """The reasons in the dead-letter topic by place, when there are so many.

    The last records of every partition are among them, so all before these is taken by then.
    """
    topic = topics.dead_letter(cluster)
    await asyncio.to_thread(topics.make, cluster, [topic])
    consumer = cluster.consumer(None)
    consumer.assign([TopicPartition(topic.name, 0)])
    found: dict[tuple[object, ...], str] = {}

    async def read() -> int:
        for records in (await asyncio.to_thread(consumer.poll, 100)).values():
            for one in (json.loads(record.value) for record in records):
                found[one["topic"], one["partition"], one["offset"]] = one["reason"]
        return len(found)

    await until(read, lambda number: number >= count, about="dead letters")
    consumer.close()
    return found

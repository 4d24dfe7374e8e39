"""Messages to a partner that reads Kafka itself: in a topic of its own, sealed to its public key.

Who sends them has the next message of an entitlement ready only when this one is there, so they lie
in the order of their numbers. After a crash one may lie there twice, with the same id.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from kafka.errors import KafkaError

from aanspraak.application.ports import ChannelAway
from adapters.kafka import topics
from adapters.kafka.inbound import PERSONAL
from adapters.kafka.records import letter_of
from adapters.kafka.sender import Sender
from adapters.security.key_sets import read_public_jwk
from adapters.security.sealed import seal
from adapters.telemetry import names_a_person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aanspraak.application.messages import Message
    from adapters.kafka.cluster import Cluster
    from adapters.kafka.records import Record
    from adapters.kafka.topics import Topic
    from adapters.security.key_sets import AsymmetricKey

key_of = lru_cache(read_public_jwk)


class Letters:
    """Gathers what is to go while the last batch is under way, and sends that in one go."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._sender = Sender(cluster, None)
        self._waiting: list[tuple[Record, Topic, asyncio.Future[None]]] = []
        self._sending: asyncio.Task[None] | None = None

    async def send(self, message: Message, body: bytes, public_key: str) -> None:
        """Send a message; on return it is in the partner's topic.

        Raises:
            ChannelAway: the brokers may not have it.
            KafkaError: it can never be sent.
            UnusableKeys: it cannot be sealed to this key.
        """
        topic = topics.messages(self._cluster, message.partner)
        value = sealed_body(body, key_of(public_key))
        record = letter_of(message, value, topic.name, self._cluster.source)
        there = asyncio.get_running_loop().create_future()
        self._waiting.append((record, topic, there))
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())
        await there

    def close(self) -> None:
        """Let go of the client."""
        self._sender.close()

    async def _send(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting, []
            to = {topic.name: topic for _, topic, _ in some}
            error = await self._sent([record for record, _, _ in some], list(to.values()))
            for record, topic, there in some:
                alone = isinstance(error, KafkaError) and len(some) > 1
                _tell(there, await self._sent([record], [topic]) if alone else error)

    async def _sent(self, records: Sequence[Record], to: Sequence[Topic]) -> Exception | None:
        """What went wrong: one that can never be sent is no reason against the others."""
        try:
            await self._sender.send(records, to)
        except (ChannelAway, KafkaError) as error:
            return error
        return None


def sealed_body(body: bytes, key: AsymmetricKey) -> bytes:
    """A message with each value sealed that says who somebody is, wherever it stands."""
    return msgspec.json.encode(_sealed(msgspec.json.decode(body), key))


def _sealed(said: Any, key: AsymmetricKey) -> Any:  # noqa: ANN401 - any JSON
    match said:
        case dict():
            return {
                name: seal(value, key) if name in PERSONAL and value else _sealed(value, key)
                for name, value in said.items()
            }
        case list():
            return [_sealed(one, key) for one in said]
        case str() if names_a_person(said):
            return seal(said, key)
        case _:
            return said


def _tell(there: asyncio.Future[None], error: Exception | None) -> None:
    """Who asked may have gone meanwhile."""
    if there.done():
        return
    if error is None:
        there.set_result(None)
    else:
        there.set_exception(error)

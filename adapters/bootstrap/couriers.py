"""Which way a message goes: over HTTP, or to a partner's topic when it reads Kafka itself."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from aanspraak.application.messages import CONFIRMATION, ENTITLEMENT_REQUEST
from aanspraak.application.ports import ChannelAway
from adapters.eduv.partner_client import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aanspraak.application.messages import Message
    from adapters.config import Settings
    from adapters.eduv.partner_client import PartnerClient
    from adapters.kafka.letters import Letters
    from projections.partners import Partner

OVER_KAFKA: Final = frozenset({ENTITLEMENT_REQUEST, CONFIRMATION})
"""What would go to the partner's `url`; other APIs have addresses of their own."""


class Couriers:
    """The way out of the hub. A message is taken when the partner's topic has it for good."""

    def __init__(self, client: PartnerClient, letters: Letters | None) -> None:
        self._client = client
        self._letters = letters

    async def put(self, partner: Partner, message: Message, body: bytes) -> Answer:
        """Send a message; brokers that are away are a partner that cannot be reached."""
        if not partner.public_key or message.kind not in OVER_KAFKA:
            return await self._client.put(partner, message, body)
        if self._letters is None:
            return Answer(outcome="failed", error="no_kafka")
        began = asyncio.get_running_loop().time()
        try:
            await self._letters.send(message, body, partner.public_key)
        except ChannelAway:
            return Answer(outcome="failed", error="no_connection")
        took = asyncio.get_running_loop().time() - began
        return Answer(outcome="taken", duration_ms=round(1000 * took))


@contextmanager
def open_letters(settings: Settings) -> Iterator[Letters | None]:
    """What sends to topics, where the configuration has a Kafka."""
    if settings.channel == "database" and settings.kafka_bootstrap_servers is None:
        yield None
        return
    from adapters.kafka.letters import Letters  # noqa: PLC0415 - it takes half a second
    from adapters.kafka.parts import cluster  # noqa: PLC0415

    letters = Letters(cluster(settings))
    try:
        yield letters
    finally:
        letters.close()

"""The verb `consume`: what partners write to Kafka comes in."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog
from prometheus_client import start_http_server

from adapters.bootstrap import database_url
from adapters.bootstrap.serving import services
from adapters.cli.staying import started
from adapters.cli.terminal import Exit, stop
from adapters.cli.working import run
from adapters.http.record_intake import take_record
from adapters.kafka.consumer import Consumer, Inbound
from adapters.kafka.parts import cluster
from adapters.postgres.presence import present
from adapters.security.key_sets import read_private_key
from adapters.telemetry import REGISTRY

if TYPE_CHECKING:
    from adapters.config import Settings

log = structlog.get_logger(__name__)


def consume() -> None:
    """Take orders, confirmations and activations of the partners that write to Kafka.

    Any number of these processes share the work; one that stops is replaced within seconds.
    """
    effective = started()
    if not effective.kafka_partners or effective.kafka_key is None:
        stop(Exit.WRONG_USE, "AANSPRAAK_KAFKA_PARTNERS and AANSPRAAK_KAFKA_KEY are not given")
    if effective.metrics_port:
        start_http_server(effective.metrics_port, addr=effective.host, registry=REGISTRY)
    run(_consume(effective))


async def _consume(effective: Settings) -> None:
    """Until SIGTERM or SIGINT; what is taken by then is committed."""
    if effective.kafka_key is None:
        raise ValueError("kafka_key")
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with services(effective) as parts, present(database_url(effective), "consume"):
        committing = asyncio.create_task(parts.committer.run())

        async def take(one: Inbound) -> None:
            await take_record(parts, one.kind, one.partner, one.correlation_id, one.body)

        key = read_private_key(effective.kafka_key)
        consumer = Consumer(cluster(effective), effective.kafka_partners, key, take)
        log.info("process.started", process="consume")
        try:
            await consumer.run(stopping)
        finally:
            await parts.committer.drain()
            with suppress(asyncio.CancelledError):
                await committing
            log.info("process.stopped", process="consume")

"""What `readyz` and the metrics say of a hub whose messages go over Kafka."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from adapters.postgres.presence import present
from tests.adapters.http_case import Hub, running_hub
from tests.adapters.http_partners import PORTAL, REGISTRY, SHOP
from tests.contracts.waiting import until

WAITS = "INSERT INTO channel.flows (partner, waiting_since) VALUES (%s, %s)"
GAP = """
INSERT INTO channel.gaps (partner, lane, "after", "until", waiting_since)
VALUES (%s, 'bulk', 10, 17, %s), (%s, 'prompt', 5, 6, NULL)
"""
THERE = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'aanspraak consume'
"""


async def test_what_kafka_will_not_keep_much_longer_is_told_before_it_goes(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path, channel="kafka", kafka_keep_days=14) as hub:
        long_ago = hub.services.now() - timedelta(days=8)
        not_long_ago = hub.services.now() - timedelta(days=6)
        _write(hub, WAITS, PORTAL, long_ago)
        _write(hub, WAITS, REGISTRY, not_long_ago)
        expiring = (await _degraded(hub))["expiring"]
        metrics = (await hub.call(None, "GET", "/metrics")).body.decode()
    until = (long_ago + timedelta(days=14)).isoformat(timespec="seconds")
    assert expiring == {PORTAL: {"since": long_ago.isoformat(timespec="seconds"), "until": until}}
    assert f'aanspraak_oldest_waiting_seconds{{partner="{PORTAL}"}} {8 * 86_400}.0' in metrics


async def test_what_it_did_not_keep_is_told_until_it_was_sent_again(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path, channel="kafka") as hub:
        since = hub.services.now() - timedelta(days=20)
        _write(hub, GAP, PORTAL, since, REGISTRY)
        missing = (await _degraded(hub))["missing"]
        metrics = (await hub.call(None, "GET", "/metrics")).body.decode()
        _write(hub, "UPDATE channel.gaps SET settled_at = now()")
        assert "missing" not in await _degraded(hub)
    before = (since - timedelta(seconds=1)).isoformat(timespec="seconds")
    assert missing == {
        PORTAL: {"since": before, "messages": 7},
        REGISTRY: {"since": None, "messages": 1},
    }
    assert f'aanspraak_missing_messages{{partner="{PORTAL}"}} 7.0' in metrics


async def test_the_event_stream_belongs_to_a_hub_on_kafka(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path, channel="kafka") as hub:
        assert "stream" in (await _degraded(hub))["absent"]
        with psycopg.connect(hub.url) as conn:
            conn.execute("SELECT pg_advisory_lock(hashtextextended('stream', 0))")
            assert "stream" not in (await _degraded(hub))["absent"]


async def test_a_hub_that_takes_what_partners_write_misses_who_takes_it(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path, kafka_partners=(SHOP,)) as hub:
        assert "consume" in (await _degraded(hub))["absent"]

        async def others_are_there(than: frozenset[int] = frozenset()) -> bool:
            here = _consuming(hub) - than
            return bool(here) and "consume" not in (await _degraded(hub))["absent"]

        async with present(hub.url, "consume"), present(hub.url, "consume"):
            await until(others_are_there)
            lost = _consuming(hub)
            _write(hub, "SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", list(lost))
            await until(lambda: others_are_there(lost))


def _consuming(hub: Hub) -> frozenset[int]:
    """The connections that say they are there."""
    with psycopg.connect(hub.url, autocommit=True) as conn:
        return frozenset(pid for (pid,) in conn.execute(THERE).fetchall())


async def _degraded(hub: Hub) -> Any:  # noqa: ANN401 - JSON
    return (await hub.call(None, "GET", "/readyz")).json["degraded"]


def _write(hub: Hub, query: str, *parameters: object) -> None:
    with psycopg.connect(hub.url, autocommit=True) as conn:
        conn.execute(query.encode(), parameters)

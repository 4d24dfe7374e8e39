"""docs/examples/read_events.py, run as people do: every event once, whatever comes again."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

from adapters.kafka.event_stream import EventStream
from adapters.kafka.sender import Sender
from adapters.postgres.event_log import read_after
from tests.adapters.stream_case import Stream

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "read_events.py"


async def test_it_takes_every_event_once(stream: Stream, tmp_path: Path) -> None:
    await stream.entitled()
    facts = await read_after(stream.conn, 0)
    sender = Sender(stream.cluster, None)
    events = EventStream(stream.cluster, sender)
    await events.handle(stream.conn, facts)
    first = await asyncio.to_thread(_read, stream, tmp_path)
    assert len(first) == len(facts)
    await events.handle(stream.conn, facts)
    await stream.entitled()
    later = await read_after(stream.conn, facts[-1].position)
    await events.handle(stream.conn, later)
    sender.close()
    assert len(await asyncio.to_thread(_read, stream, tmp_path)) == len(later)
    with sqlite3.connect(tmp_path / "events.db") as table:
        ids = [row[0] for row in table.execute("SELECT id FROM events ORDER BY id")]
    table.close()
    assert ids == [fact.position for fact in (*facts, *later)]


def _read(stream: Stream, folder: Path) -> list[str]:
    """What it printed."""
    topic = f"{stream.cluster.prefix}.events.v1"
    command = [sys.executable, str(EXAMPLE), stream.cluster.bootstrap_servers, "events.db"]
    done = subprocess.run(
        [*command, "--topic", topic, "--group", stream.cluster.prefix, "--once"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout.splitlines()

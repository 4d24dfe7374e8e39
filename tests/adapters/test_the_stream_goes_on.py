"""Whatever is killed, every fact gets into the event stream, and of one subject in its order."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from adapters.kafka.embedded import Broker, halt, kill, start
from adapters.postgres.event_log import last_position
from tests.adapters.stream_case import Read, Stream, new_stream
from tests.contracts.asking import append_raw
from tests.contracts.waiting import until

pytestmark = pytest.mark.slow

LAG = "SELECT position FROM channel.bookmarks WHERE name = 'stream'"


async def test_a_broker_that_is_killed_and_comes_back_has_them_all(
    kafka_programs: Path, tmp_path: Path, database_url: str
) -> None:
    broker = Broker(folder=tmp_path / "kafka", programs=kafka_programs)
    try:
        async with new_stream(database_url, start(broker)) as stream, stream.following():
            await _append(stream)
            await until(lambda: _is_past(stream, 1))
            kill(broker)
            await _append(stream)
            start(broker)
            await stream.caught_up()
            _all_there(await stream.read("events.v1"), await last_position(stream.conn))
    finally:
        halt(broker)


async def test_when_the_process_that_copies_is_killed_another_goes_on(
    stream: Stream, tmp_path: Path
) -> None:
    with _process(stream, tmp_path) as first, _process(stream, tmp_path) as second:
        await _append(stream)
        await until(lambda: _is_past(stream, 1))
        working, waiting = await _who_works(stream, first, second)
        working.send_signal(signal.SIGKILL)
        await _append(stream)
        last = await last_position(stream.conn)
        await until(lambda: _is_past(stream, last - 1))
        waiting.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(waiting.wait, 30) == 0
    _all_there(await stream.read("events.v1"), last)


async def _append(stream: Stream) -> None:
    """Facts of 300 streams, five each, one after the other."""
    streams = [uuid4() for _ in range(300)]
    for version in range(5):
        await append_raw(stream.conn, streams, [version] * len(streams))


async def _is_past(stream: Stream, position: int) -> bool:
    row = await (await stream.conn.execute(LAG)).fetchone()
    return row is not None and row[0] > position


async def _who_works(
    stream: Stream, *processes: subprocess.Popen[bytes]
) -> list[subprocess.Popen[bytes]]:
    """The one whose connection holds the lock, then the other."""
    query = """
    SELECT a.client_port FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND a.application_name LIKE '%follower stream'
    """
    row = await (await stream.conn.execute(query)).fetchone()
    assert row
    return sorted(processes, key=lambda one: row[0] not in _ports(one.pid))


def _ports(pid: int) -> set[int]:
    """The local ports of a process's connections."""
    inodes = {
        str(link.readlink()).removeprefix("socket:[").removesuffix("]")
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if str(link.readlink()).startswith("socket:[")
    }
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return {int(row[1].partition(":")[2], 16) for row in rows if row[9] in inodes}


@contextmanager
def _process(stream: Stream, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "adapters.cli", "follow", "stream"]
    with subprocess.Popen(command, env=stream.environment(folder)) as one:
        try:
            yield one
        finally:
            one.kill()


def _all_there(found: list[Read], last: int) -> None:
    ids: dict[str, list[int]] = {}
    for one in found:
        ids.setdefault(one.key, []).append(int(one.headers["ce_id"]))
    assert {each for positions in ids.values() for each in positions} == {*range(1, last + 1)}
    for positions in ids.values():
        first_time = list(dict.fromkeys(positions))
        assert first_time == sorted(first_time)

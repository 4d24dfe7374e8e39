"""Where a measurement happens: PostgreSQL with fsync on, a new database; how figures are told."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

import psycopg
from rich.console import Console
from rich.table import Table

from adapters.postgres.embedded import Server, halt, start, wheel_binaries
from adapters.postgres.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

OUT = Console(width=120)


@contextmanager
def server() -> Iterator[Server]:
    """A server of our own, as production has it: fsync on."""
    folder = Path(tempfile.mkdtemp(prefix="aanspraak-bench-"))
    running = Server(folder=folder, binaries=wheel_binaries())
    try:
        start(running, port=None, options={"shared_buffers": "512MB", "max_wal_size": "4GB"})
        yield running
    finally:
        halt(running)
        shutil.rmtree(folder)


def new_database(running: Server, name: str) -> str:
    """A migrated database; its URL."""
    with psycopg.connect(running.url("postgres"), autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name}".encode())
    url = running.url(name)
    asyncio.run(migrate(url))
    return url


class Timed:
    """Seconds of a block, by the clock on the wall and of this process's CPU."""

    def __enter__(self) -> Self:
        """Start."""
        self._began, self._cpu_began = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop."""
        self.seconds = time.perf_counter() - self._began
        self.cpu_seconds = time.process_time() - self._cpu_began


class Rate(NamedTuple):
    """How quickly something goes: a second, and a second of CPU of the Python process that does it.

    The latter hardly depends on what else the machine is doing.
    """

    what: str
    a_second: float
    a_cpu_second: float | None = None

    @classmethod
    def of(cls, what: str, number: int, *blocks: Timed) -> Self:
        """So many in these blocks together."""
        seconds = sum(timed.seconds for timed in blocks)
        return cls(what, number / seconds, number / sum(timed.cpu_seconds for timed in blocks))


def tell(title: str, unit: str, *rates: Rate) -> None:
    """Print rates; beside each how it relates to the last one, which is the measure."""
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("what")
    for column in (f"{unit}/s", "ratio", f"{unit}/s of CPU"):
        table.add_column(column, justify="right")
    for rate in rates:
        ratio = rate.a_second / rates[-1].a_second
        cpu = "" if rate.a_cpu_second is None else f"{rate.a_cpu_second:,.0f}"
        table.add_row(rate.what, f"{rate.a_second:,.0f}", f"{ratio:.2f}", cpu)
    OUT.print(table)
    OUT.print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    OUT.print()

"""Where a measurement happens: PostgreSQL with fsync on, a new database; how figures are told."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psycopg
from rich.console import Console
from rich.table import Table

from adapters.postgres.embedded import Server, halt, start, wheel_binaries
from adapters.postgres.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

OUT = Console()


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
    """Seconds of a block, by the clock on the wall."""

    def __enter__(self) -> Self:
        """Start."""
        self._began = time.perf_counter()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop."""
        self.seconds = time.perf_counter() - self._began


def tell(title: str, unit: str, *rates: tuple[str, float]) -> None:
    """Print rates; beside each how it relates to the last one, which is the measure."""
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("what")
    table.add_column(unit, justify="right")
    table.add_column("ratio", justify="right")
    for what, rate in rates:
        table.add_row(what, f"{rate:,.0f}", f"{rate / rates[-1][1]:.2f}")
    OUT.print(table)
    OUT.print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    OUT.print()

"""How much memory a rebuild takes, of a log and of one four times as long."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import psycopg
from rich.table import Table

from adapters.postgres import views
from adapters.postgres.rebuild import projection_named, rebuild
from adapters.telemetry import configure_logging
from bench.school_start import history, stories, strangers, write
from bench.surroundings import OUT, new_database, server

if TYPE_CHECKING:
    from adapters.postgres.embedded import Server

SIZES: Final = (50_000, 200_000)
REBUILT: Final = ("entitlement_details", "delivery_order_status", "order_requests")

_CAUGHT_UP = "INSERT INTO view.bookmarks (name, position) VALUES (%s, %s)"


def run() -> None:
    """Measure each rebuild in a process of its own, and tell."""
    with server() as running:
        urls = [_filled(running, size) for size in SIZES]
        peaks = {name: [_peak(url, name) for url in urls] for name in REBUILT}
    table = Table(title="Peak memory of a rebuild", title_justify="left", box=None)
    for column in ("view", *(f"{size:,} facts" for size in SIZES), "ratio"):
        table.add_column(column, justify="left" if column == "view" else "right")
    for name, (small, large) in peaks.items():
        table.add_row(name, f"{small:.0f} MB", f"{large:.0f} MB", f"{large / small:.2f}")
    OUT.print(table)


def _filled(running: Server, size: int) -> str:
    url = new_database(running, f"memory_{size}")
    facts = write(url, islice(history(stories(strangers(), uuid4()), activated=True), size))
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("DELETE FROM view.bookmarks")
        conn.execute(_CAUGHT_UP, (views.NAME, facts))
    return url


def _peak(url: str, name: str) -> float:
    """In MB, as Linux counts it for that program; `ru_maxrss` would begin with that of this one."""
    command = (sys.executable, "-m", "bench.memory", url, name)
    told = subprocess.run(command, check=True, capture_output=True, env=os.environ)
    return int(told.stdout) / 1024


if __name__ == "__main__":
    configure_logging("warning")
    asyncio.run(rebuild(sys.argv[1], projection_named(sys.argv[2])))
    sys.stdout.write(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])

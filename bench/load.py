"""Load on an endpoint: `wrk` where it is on the path, else a process of our own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

CONNECTIONS: Final = 64


class Endpoint(NamedTuple):
    """What is asked, and by whom."""

    method: str
    url: str
    token: str


class Load(msgspec.Struct, frozen=True):
    """What came of it; latencies in milliseconds. `failed`: no answer, or none of 2xx and 3xx."""

    requests: int
    seconds: float
    failed: int
    p50: float
    p99: float


class RequestsFailed(Exception):
    """A measurement with failed requests measures something else."""


def tool() -> str:
    """What makes the load."""
    return "wrk" if shutil.which("wrk") else "aiohttp"


def press(endpoint: Endpoint, bodies: Sequence[bytes], seconds: int) -> Load:
    """Send each body once over 64 connections until the time is up or there are no more.

    Raises:
        RequestsFailed: when one did.
    """
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        file.write(b"\n".join(bodies) + b"\n")
        file.flush()
        command = _wrk if shutil.which("wrk") else _ours
        done = subprocess.run(
            command(endpoint, file.name, seconds), check=True, capture_output=True
        )
    load = msgspec.json.decode(done.stdout.splitlines()[-1], type=Load)
    if load.failed:
        raise RequestsFailed(f"{load.failed} of {load.requests} at {endpoint.url}")
    return load


def _wrk(endpoint: Endpoint, file: str, seconds: int) -> list[str]:
    script = str(Path(__file__).with_suffix(".lua"))
    return [
        *("wrk", "--threads", "1", "--connections", str(CONNECTIONS)),
        *("--duration", f"{seconds}s", "--timeout", "30s", "--script", script),
        *("--header", f"Authorization: Bearer {endpoint.token}"),
        *("--header", "Content-Type: application/json"),
        *(endpoint.url, "--", endpoint.method, file),
    ]


def _ours(endpoint: Endpoint, file: str, seconds: int) -> list[str]:
    return [sys.executable, "-m", "bench.client", *endpoint, file, str(seconds)]

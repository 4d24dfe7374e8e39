"""`aanspraak serve` under load, against the same application with the store taken out."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from adapters.sandbox.deployment import Deployment, free_port, prepare
from bench import school
from bench.load import CONNECTIONS, Endpoint, Load, press, tool
from bench.orders import PORTAL, REGISTRY
from bench.surroundings import Rate, new_database, server, tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PUPILS: Final = 15_000
ROUNDS: Final = 5
SECONDS: Final = 2
WARM_UP_SECONDS: Final = 1
START_SECONDS: Final = 30

SERVE: Final = ("adapters.cli", "serve")
STORELESS: Final = ("bench.storeless",)


class Asked(NamedTuple):
    """A request that is measured, as whom, and its bodies, each of which is sent once."""

    method: str
    path: str
    caller: str
    role: str
    bodies: Sequence[bytes]


def run() -> None:
    """Measure and tell."""
    with server() as running, tempfile.TemporaryDirectory(prefix="aanspraak-bench-") as folder:
        url = new_database(running, "activation")
        hub, bare = (prepare(Path(folder), url, free_port()) for _ in range(2))
        ready = school.prepare(hub, PUPILS)
        for asked in (
            Asked("PUT", "/usage/v1/usage/activation", REGISTRY, "registry", ready.activations),
            Asked(
                "POST",
                "/entitlement/v1/entitlements/school/user/products",
                PORTAL,
                "portal",
                ready.questions,
            ),
        ):
            with _serving(hub, SERVE) as stored, _serving(bare, STORELESS) as storeless:
                _compare(asked, stored, storeless)


def _compare(asked: Asked, hub: _Served, bare: _Served) -> None:
    """In turn, so that both see the same machine."""
    left = list(asked.bodies)
    for seconds in (WARM_UP_SECONDS, *[SECONDS] * ROUNDS):
        sent = hub.press(asked, left, seconds)
        del left[: sent + CONNECTIONS]
        bare.press(asked, asked.bodies, seconds)
    tell(
        f"{asked.method} {asked.path}, {CONNECTIONS} connections ({tool()})",
        "requests",
        hub.rate("aanspraak serve"),
        bare.rate("the same with the store taken out"),
    )


class _Served:
    """A process that answers, and what came of the load on it; the first is for warming up."""

    def __init__(self, deployment: Deployment, process: subprocess.Popen[bytes]) -> None:
        self._deployment = deployment
        self._process = process
        self._loads: list[Load] = []
        self._cpu_seconds: list[float] = []

    def press(self, asked: Asked, bodies: Sequence[bytes], seconds: int) -> int:
        """How many requests were answered."""
        token = self._deployment.token(asked.caller, asked.role)
        before = self._cpu()
        load = press(
            Endpoint(asked.method, self._deployment.hub_url + asked.path, token), bodies, seconds
        )
        self._loads.append(load)
        self._cpu_seconds.append(self._cpu() - before)
        return load.requests

    def rate(self, what: str) -> Rate:
        """All rounds together."""
        loads = self._loads[1:]
        middle = statistics.median(load.p50 for load in loads)
        worst = statistics.median(load.p99 for load in loads)
        requests = sum(load.requests for load in loads)
        return Rate(
            f"{what} (p50 {middle:.0f} ms, p99 {worst:.0f} ms)",
            requests / sum(load.seconds for load in loads),
            requests / sum(self._cpu_seconds[1:]),
        )

    def _cpu(self) -> float:
        """Seconds of CPU that it used so far (proc(5): utime and stime)."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii")
        ticks = sum(map(int, fields.rpartition(")")[2].split()[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def _serving(deployment: Deployment, module: Sequence[str]) -> Iterator[_Served]:
    """A process that answers, until the end of the block."""
    with (deployment.folder / f"{module[-1]}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *module],
            env=dict(deployment.environment),
            stdout=log,
            stderr=log,
        )
    try:
        _wait_until_alive(f"{deployment.hub_url}/livez")
        yield _Served(deployment, process)
    finally:
        process.terminate()
        process.wait()


def _wait_until_alive(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urlopen(url, timeout=1).close()  # noqa: S310 - our own process
        except URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return

"""`aanspraak serve` under load, against the same application with the store taken out."""

from __future__ import annotations

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
from bench.surroundings import new_database, server, tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PUPILS: Final = 15_000
ROUNDS: Final = 2
"""With the store and without it in turn, so that both see the same machine."""
SECONDS: Final = 3
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
            with _serving(hub, SERVE), _serving(bare, STORELESS):
                _compare(asked, hub, bare)


def _compare(asked: Asked, hub: Deployment, bare: Deployment) -> None:
    left = list(asked.bodies)
    stored, storeless = [], []
    for seconds in (WARM_UP_SECONDS, *[SECONDS] * ROUNDS):
        stored.append(press(_endpoint(asked, hub), left, seconds))
        del left[: stored[-1].requests + CONNECTIONS]
        storeless.append(press(_endpoint(asked, bare), asked.bodies, seconds))
    tell(
        f"{asked.method} {asked.path}, {CONNECTIONS} connections ({tool()})",
        "requests/s",
        _rate("aanspraak serve", stored[1:]),
        _rate("the same with the store taken out", storeless[1:]),
    )


def _endpoint(asked: Asked, deployment: Deployment) -> Endpoint:
    token = deployment.token(asked.caller, asked.role)
    return Endpoint(asked.method, deployment.hub_url + asked.path, token)


def _rate(what: str, loads: Sequence[Load]) -> tuple[str, float]:
    middle, worst = min(load.p50 for load in loads), max(load.p99 for load in loads)
    rate = sum(load.requests for load in loads) / sum(load.seconds for load in loads)
    return f"{what} (p50 {middle:.0f} ms, p99 {worst:.0f} ms)", rate


@contextmanager
def _serving(deployment: Deployment, module: Sequence[str]) -> Iterator[None]:
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
        yield
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

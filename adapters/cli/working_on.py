"""The verb `work`: a process that carries out jobs."""

from __future__ import annotations

from prometheus_client import start_http_server

from adapters.bootstrap.workers import work as carry_on
from adapters.cli.staying import started
from adapters.cli.working import run
from adapters.telemetry import REGISTRY


def work() -> None:
    """Carry out jobs: what operators have done with many things, and what is done every night.

    Any number of these processes share them; what one that is killed had goes on in another.
    """
    effective = started()
    if effective.metrics_port:
        start_http_server(effective.metrics_port, addr=effective.host, registry=REGISTRY)
    run(carry_on(effective))

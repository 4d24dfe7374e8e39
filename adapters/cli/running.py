"""The verbs that run a process of the hub: `serve` and `follow`."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer
from prometheus_client import start_http_server

from adapters import asgi, bootstrap
from adapters.cli.terminal import collect_garbage_seldom, run, settings
from adapters.telemetry import REGISTRY, configure_logging

if TYPE_CHECKING:
    from adapters.config import Settings


class FollowerName(Enum):
    """The followers of the log."""

    POLICIES = "policies"
    PROJECTIONS = "projections"
    PUBLISHER = "publisher"
    GATEWAY = "gateway"
    CLOCK = "clock"
    CATALOGUE = "catalogue"
    ROSTER = "roster"
    RECONCILE = "reconcile"


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command("serve")(serve)
    app.command("follow")(follow)


def serve() -> None:
    """Answer partners: the Edu-V APIs, track and trace, health and metrics."""
    run(asgi.serve(_started()))


def follow(
    names: Annotated[list[FollowerName], typer.Argument(help="Which follower, or several.")],
) -> None:
    """Follow the log; a second process of the same name waits for its turn.

    Several share a process, which suits a small hub: when one of them cannot go on, all end.
    """
    effective = _started()
    if effective.metrics_port:
        start_http_server(effective.metrics_port, addr=effective.host, registry=REGISTRY)
    run(bootstrap.follow(list(dict.fromkeys(name.value for name in names)), effective))


def _started() -> Settings:
    effective = settings()
    configure_logging(effective.log_level)
    collect_garbage_seldom()
    return effective

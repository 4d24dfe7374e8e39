"""The verb `follow`: a process of the hub that follows the log."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer
from prometheus_client import start_http_server

from adapters.bootstrap import following
from adapters.cli.staying import started
from adapters.cli.working import run
from adapters.telemetry import REGISTRY


class FollowerName(Enum):
    """The followers of the log."""

    POLICIES = "policies"
    PROJECTIONS = "projections"
    PUBLISHER = "publisher"
    STREAM = "stream"
    GATEWAY = "gateway"
    CLOCK = "clock"
    CATALOGUE = "catalogue"
    ROSTER = "roster"
    NOTICES = "notices"


KNOWN = ", ".join(name.value for name in FollowerName)


def follow(
    names: Annotated[
        list[FollowerName], typer.Argument(metavar="NAME...", help=f"One or several of: {KNOWN}.")
    ],
) -> None:
    """Follow the log; a second process of the same name waits for its turn.

    Several share a process, which suits a small hub: when one of them cannot go on, all end.
    """
    effective = started()
    if effective.metrics_port:
        start_http_server(effective.metrics_port, addr=effective.host, registry=REGISTRY)
    run(following.follow(list(dict.fromkeys(name.value for name in names)), effective))

"""The verb `serve`: the process of the hub that answers over HTTP."""

from __future__ import annotations

from adapters import asgi
from adapters.cli.staying import started
from adapters.cli.working import run


def serve() -> None:
    """Answer partners: the Edu-V APIs, track and trace, health and metrics."""
    run(asgi.serve(started()))

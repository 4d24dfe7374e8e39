"""The verbs `trace ...`, those of each module together."""

from __future__ import annotations

from adapters.cli import tracing_exchanges, tracing_lists, tracing_orders, tracing_persons
from adapters.cli.trace import trace_app

__all__ = [
    "trace_app",
    "tracing_exchanges",
    "tracing_lists",
    "tracing_orders",
    "tracing_persons",
]

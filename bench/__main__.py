"""`python -m bench [NAME ...]`: run the measurements, all or those named."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from adapters.telemetry import configure_logging
from bench import activation, append, as_of, memory, open_orders, pace, questions, rebuild, report

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BENCHES: Final[Mapping[str, Callable[[], None]]] = {
    "append": append.run,
    "open": open_orders.run,
    "report": report.run,
    "rebuild": rebuild.run,
    "memory": memory.run,
    "pace": pace.run,
    "as-of": as_of.run,
    "questions": questions.run,
    "activation": activation.run,
}


def main(names: list[str]) -> None:
    """Run what was asked for; of the logs, what went wrong."""
    configure_logging("warning")
    if names == ["kafka"]:
        from bench import kafka  # noqa: PLC0415 - it needs Java, which the others do not

        kafka.run()
        return
    for name in names or BENCHES:
        BENCHES[name]()


main(sys.argv[1:])

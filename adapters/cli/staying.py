"""What a process that stays does first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.cli.working import collect_garbage_seldom, settings
from adapters.telemetry import configure_logging

if TYPE_CHECKING:
    from adapters.config import Settings


def started() -> Settings:
    """The settings, with the log of the process written as they say."""
    effective = settings()
    configure_logging(effective.log_level)
    collect_garbage_seldom()
    return effective

"""Moments as people type and read them at a terminal: in Europe/Amsterdam."""

from __future__ import annotations

from datetime import datetime

from aanspraak.domain.calendar_days import AMSTERDAM
from adapters.cli.terminal import Exit, stop


def local(moment: datetime | None) -> str:
    """A moment to the second; nothing for none."""
    return f"{moment.astimezone(AMSTERDAM):%Y-%m-%d %H:%M:%S}" if moment else ""


def local_minute(moment: datetime) -> str:
    """A moment to the minute, where a second more or less is no matter."""
    return f"{moment.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"


def local_time(moment: datetime) -> str:
    """The time of day, beside a moment that has the day."""
    return f"{moment.astimezone(AMSTERDAM):%H:%M:%S}"


def read_moment(given: str) -> datetime:
    """A moment as it was typed, in Europe/Amsterdam unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        stop(Exit.WRONG_USE, f"{given} is no moment such as 2026-08-24T12:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)
